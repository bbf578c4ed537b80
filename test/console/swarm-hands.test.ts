import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BROWSER_RUNS } from './browser.ts';
import { consoleFixture } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, heading } from './people-at-it.ts';
import { putSwarm, scripts, TO, work } from './swarm-at-work.ts';

const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
const goTo = async (page: Page, room: string) => {
  await page.getByRole('link', { name: room, exact: true }).click();
  await heading(page, room).waitFor();
};

async function order(page: Page): Promise<void> {
  await goTo(page, 'Threads');
  await button(page, 'New thread').click();
  const form = page.getByRole('dialog');
  await form.getByLabel('To', { exact: true }).selectOption('courier');
  await form.getByLabel('Order').fill('77');
  await form.getByLabel('by', { exact: true }).selectOption('text');
  await button(page, 'Send').click();
  await heading(page, /^Thread with courier/).waitFor();
}

describe.runIf(BROWSER_RUNS)('hands on the swarm at /admin', () => {
  const at = consoleFixture({ scripts });

  it('what waits is shown exactly, approved by a passkey, denied, and said to be gone when somebody else was faster', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('owner');
    for (let orders = 0; orders < 3; orders++) await order(page);
    await work(at.house);
    await goTo(page, 'Approvals');
    await page.getByText('3 actions wait.').waitFor();
    await page.getByText('U+202E').first().waitFor();
    expect(await page.getByRole('region', { name: 'Arguments' }).first().innerText()).toContain(`"to": "${TO}"`);
    expect(await wrongWith(page)).toEqual([]);

    const approve = page.getByRole('button', { name: 'Approve comms.send_message' });
    await approve.first().click();
    await page.getByText('This browser has computed the hash').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).not.toBe('Approve');
    await page.keyboard.press('Enter'); // a key pressed too often approves nothing
    expect(await wrongWith(page)).toEqual([]);
    await page.getByText('3 actions wait.').waitFor();
    await button(page, 'Approve').click();
    await page.getByText('2 actions wait.').waitFor();
    await page.getByText('comms.send_message is approved and done.').waitFor();

    await page.getByRole('button', { name: 'Deny comms.send_message' }).first().click();
    await page.getByLabel('Note (optional)').fill('Nobody ordered it.');
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Deny').click();
    await page.getByText('1 action waits.').waitFor();

    await approve.click();
    const organizationId = at.house.house.defaultOrganization;
    const { held } = await at.house.done('comms/list-held', { organizationId });
    await at.house.done('comms/deny', { actionId: held[0].actionId, organizationId });
    await page.getByText('It changed meanwhile').waitFor();
    expect(await button(page, 'Approve').count()).toBe(0);
    await button(page, 'Cancel').click();
    await page.getByText('does not wait any more').waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });

  it('agents, threads and the whole swarm are paused, resumed, killed and stopped, and what that did is told', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('admin');
    await goTo(page, 'Swarm');
    await button(page, 'Manage desk').click();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Pause').click();
    await row(page, 'desk').getByText('Paused').waitFor();
    await button(page, 'Manage desk').click();
    await button(page, 'Resume').click();
    await row(page, 'desk').getByText('Idle').waitFor();
    await button(page, 'Pause the swarm').click();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Pause').click();
    await button(page, 'Resume the swarm').click();
    await button(page, 'Resume').click();
    await button(page, 'Pause the swarm').waitFor();
    await button(page, 'Manage clerk').click();
    await button(page, 'Kill …').click();
    await button(page, 'Kill').click();
    await dialog(page, 'clerk is killed and paused').waitFor();
    await button(page, 'Close').click();

    await order(page);
    await work(at.house);
    await button(page, 'Pause').click();
    await dialog(page, 'Pause this thread?').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('by a person').waitFor();
    await button(page, 'Resume').click();
    await dialog(page, 'Resume this thread?').getByRole('button', { name: 'Resume' }).click();
    await button(page, 'Pause').waitFor();
    await page.getByRole('button', { name: 'Steps of courier' }).click();
    await dialog(page, 'Steps of courier').getByText('Was told').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Close').click();
    const old = page.url();
    await page.getByRole('button', { name: 'Fork from the message of The owner' }).click();
    await button(page, 'Fork').last().click();
    await page.waitForURL((url) => url.href !== old);
    await page.goto(old);
    await button(page, 'Kill').click();
    await dialog(page, 'Kill this thread?').getByRole('button', { name: 'Kill' }).click();
    await dialog(page, 'The thread is killed').getByText('Approvals withdrawn').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Close').click();
    await page.getByText('Killed', { exact: true }).first().waitFor();

    await order(page);
    await work(at.house);
    await goTo(page, 'Swarm');
    await button(page, 'Emergency stop').click();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Stop everything now').click();
    await dialog(page, 'The swarm is stopped').getByText('Work that ended').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.keyboard.press('Escape'); // it stays until it was read
    await page.keyboard.press('Escape');
    await dialog(page, 'The swarm is stopped')
      .getByRole('link', { name: /^thread thr_/ })
      .first()
      .waitFor();
    await button(page, 'Close').click();
    await button(page, 'Resume the swarm').waitFor();
  });
});
