import { describe, expect, it, vi } from 'vitest';
import { TRUSTED } from '../../src/guard/label.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { swarmWrite } from '../../src/swarm/writes.ts';
import { BROWSER_RUNS } from './browser.ts';
import type { ConsoleHouse } from './console-house.ts';
import { consoleFixture } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, heading } from './people-at-it.ts';
import { putSwarm } from './swarm-at-work.ts';

const [AGENTS, MESSAGES, AT_ONCE] = [200, 10_000, 500];
/** Whatever there is, a page holds no more elements. */
const MOST_NODES = 3_000;
const NODES = "document.querySelectorAll('*').length";

const names = Array.from({ length: AGENTS }, (_, n) => `agent-${String(n).padStart(3, '0')}`);

/** One thread of somebody else with ten thousand messages. */
async function flood({ house }: ConsoleHouse, org: OrgId): Promise<string> {
  const [id, frame] = [house.ids.next('thr'), house.ids.next('frm')];
  const [name] = names as [string];
  const { agents } = (await house.store.swarms.live(org))!;
  await house.store.found(org, 'swarm_made', [
    swarmWrite('thread.create', { id, owner: { is: 'principal', id: 'usr_else' }, visibility: 'organization' }),
    swarmWrite('frame.open', {
      ...{ id: frame, thread: id, caller: null, name, agent: agents.get(name)!, depth: 0, selfs: 0, version: 1 },
    }),
  ]);
  for (let from = 0; from < MESSAGES; from += AT_ONCE)
    await house.store.found(
      org,
      'swarm_made',
      Array.from({ length: AT_ONCE }, (_, i) =>
        swarmWrite('thread-message.append', {
          ...{ id: house.ids.next('msg'), thread: id, frame: null, kind: 'reply', version: 1, label: TRUSTED },
          ...{ from: { is: 'agent', name }, to: { is: 'owner' } },
          payload: `Message ${from + i + 1}. ${'word '.repeat(((from + i) * 7) % 60)}`,
        }),
      ),
    );
  return id;
}

describe.runIf(BROWSER_RUNS)('the rooms of the swarm in a flood', () => {
  const at = consoleFixture();

  it('two hundred agents and ten thousand messages are drawn at once, scrolled through, and never all in the page', async () => {
    await at.house.done('comms/expand-agent-pool', {
      ...{ organizationId: at.house.house.defaultOrganization, maxAgents: AGENTS + 10 },
    });
    await putSwarm(at.house, {
      swarm: { name: 'many' },
      agents: names.map((name, n) => ({
        ...{ name, description: `Does part ${n}.`, prompt: 'Work.', model: 'm' },
        peers: [names[(n * 7 + 1) % AGENTS]!, names[(n * 3 + 2) % AGENTS]!, names[0]!],
      })),
      models: [{ alias: 'm', provider: 'scripted', model: 'echo' }],
    });
    const thread = await flood(at.house, at.house.house.defaultOrganization);
    const { page } = await at.memberTab('admin');
    await page.getByRole('link', { name: 'Swarm', exact: true }).click();
    await page.getByText('50 of 200 agents').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByLabel('Find').fill('agent-19');
    await page.getByRole('rowheader', { name: /^agent-199/ }).waitFor();
    expect(await page.evaluate<number>(NODES)).toBeLessThan(MOST_NODES);
    await page.getByRole('link', { name: 'Who talks to whom' }).click();
    await heading(page, 'Swarm').waitFor();
    await page.getByRole('heading', { name: 'Around agent-000' }).waitFor();
    expect(await page.evaluate<number>(NODES)).toBeLessThan(MOST_NODES);
    expect(await wrongWith(page)).toEqual([]);

    // from the first page of messages in the browser to its newest row on the screen
    await page.evaluate(`new PerformanceObserver((list) => {
      for (const one of list.getEntries()) if (one.name.includes('/messages')) {
        const look = () => document.querySelector('.message') ? (window.drawnAfter = performance.now() - one.responseEnd) : requestAnimationFrame(look);
        look();
      }
    }).observe({ type: 'resource' })`);
    await page.evaluate(`location.hash = '#/threads?thread=${thread}'`);
    await page.getByText(/^Message 10000\. /).waitFor();
    expect(await page.evaluate<number>('window.drawnAfter')).toBeLessThan(1_000);
    expect(await page.evaluate<number>(NODES)).toBeLessThan(MOST_NODES);

    const list = page.getByRole('region', { name: 'Messages, the newest at the end' });
    const loaded = page.getByText(/^[\d,]+ messages/).first();
    for (let loads = 0; loads < MESSAGES / 200 + 20; loads++) {
      const before = await loaded.innerText();
      if (before === '10,000 messages.') break;
      await button(page, 'Load older messages').click();
      await vi.waitFor(async () => expect(await loaded.innerText()).not.toBe(before), {
        timeout: 10_000,
        interval: 10,
      });
    }
    await page.getByText('10,000 messages.').waitFor();
    await list.focus();
    await page.keyboard.press('Home');
    await page.getByText(/^Message 1\. /).waitFor();
    await page.keyboard.press('End');
    await page.getByText(/^Message 10000\. /).waitFor();
    expect(await page.evaluate<number>(NODES)).toBeLessThan(MOST_NODES);
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Sign out').click();
    await heading(page, 'Sign in').waitFor();
  });
});
