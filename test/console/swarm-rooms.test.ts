import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BROWSER_RUNS } from './browser.ts';
import { consoleFixture } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, heading } from './people-at-it.ts';
import { HOSTILE, putSwarm, scripts, work } from './swarm-at-work.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const live = (page: Page) => page.getByText('Live', { exact: true }).waitFor();
const goTo = async (page: Page, room: string) => {
  await page.getByRole('link', { name: room, exact: true }).click();
  await heading(page, room).waitFor();
};

/** A message to the desk in a new thread, from the swarm's room. */
async function sendToDesk(page: Page): Promise<void> {
  await goTo(page, 'Swarm');
  await button(page, 'Send a message').click();
  await dialog(page).getByLabel('To', { exact: true }).selectOption('desk');
  await dialog(page).getByLabel('Message', { exact: true }).fill('How many are left?');
  await button(page, 'Send').click();
  await heading(page, /^Thread with desk/).waitFor();
}

describe.runIf(BROWSER_RUNS)('the rooms of the swarm at /admin', () => {
  const at = consoleFixture({ scripts });

  it('a message is followed as it is worked on, and what agents say is text whatever it holds', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('owner');
    await goTo(page, 'Swarm');
    await page.getByRole('rowheader', { name: /^courier/ }).waitFor();
    await live(page);
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Send a message').click();
    await dialog(page).getByLabel('To', { exact: true }).selectOption('courier');
    await dialog(page).getByLabel('Order').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Cancel').click();

    await sendToDesk(page);
    await live(page);
    await work(at.house);
    const answer = page.getByRole('article', { name: 'desk to The owner' });
    await answer.waitFor();
    expect(await answer.locator('pre').innerText()).toBe(
      `The clerk has looked. ${HOSTILE.replace('\u202E', 'U+202E').replace('\u202C', 'U+202C').replace('\u200B', 'U+200B')}`,
    );
    expect(await answer.locator('img, script').count()).toBe(0);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    await answer.getByText('Trusted', { exact: true }).waitFor();
    await page.getByRole('article', { name: 'clerk to desk' }).waitFor();
    await page.getByText('2 calls.').waitFor();
    await page.getByText('4 messages.').waitFor();
    expect(await wrongWith(page)).toEqual([]);

    await goTo(page, 'Threads');
    await page.getByRole('link', { name: /^desk/ }).waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByLabel('Status').selectOption('killed');
    await page.getByText('No thread fits.').waitFor();
    await page.getByRole('link', { name: 'Show all threads' }).click();
    await page.getByRole('link', { name: /^desk/ }).waitFor();

    await goTo(page, 'Swarm');
    await page.getByRole('link', { name: 'Who talks to whom' }).click();
    await page.getByRole('rowheader', { name: 'desk → clerk' }).waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByRole('link', { name: /^clerk, / }).focus(); // a box of the drawing
    await page.keyboard.press('Enter');
    await heading2(page, 'Around clerk').waitFor();
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('rowheader', { name: 'desk' }).waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });

  it('a viewer is offered nothing that they may not do', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('viewer');
    expect(await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link').allInnerTexts()).toEqual([
      ...['Home', 'Swarm', 'Threads', 'Your account'],
    ]);
    const inMain = () => page.getByRole('main').getByRole('button').allInnerTexts();
    await goTo(page, 'Swarm');
    await page.getByRole('rowheader', { name: /^courier/ }).waitFor();
    expect(await inMain()).toEqual([]);
    await goTo(page, 'Threads');
    await page.getByText('There is no thread yet.').waitFor();
    expect(await inMain()).toEqual([]);
    for (const room of ['approvals', 'configuration']) {
      await page.goto(`${at.house.url}/admin#/${room}`);
      await heading(page, 'There is nothing here').waitFor();
    }
  });

  it('a session that ends ends the live view, without a click', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('viewer');
    await goTo(page, 'Swarm');
    await live(page);
    const organizationId = at.house.house.defaultOrganization;
    const { people } = await at.house.done('identity/list-people', { organizationId });
    await at.house.done('identity/end-sessions', { personId: people[0].id, organizationId });
    await page.getByText('Your session has ended.').waitFor();
  });

  it('where no socket can be had it looks again by itself, and says so', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('operator');
    await page.routeWebSocket(/\/ws/, (socket) => socket.close());
    await sendToDesk(page);
    await page.getByText('Not live: this page looks again every few seconds').waitFor();
    await work(at.house);
    await page.getByRole('article', { name: 'desk to The owner' }).waitFor();
  });

  it('the configuration is checked with the place of each fault, compared, made live and taken back', async () => {
    await putSwarm(at.house);
    const { page } = await at.memberTab('owner');
    await goTo(page, 'Configuration');
    await heading2(page, 'Version 1, live').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Edit').click();
    const area = page.getByRole('textbox', { name: 'Configuration' });
    const text = await area.inputValue();
    await area.fill(text.replace('threadsPerUser: 50', 'threadsPerUsers: 50'));
    await button(page, 'Check').click();
    await page.getByRole('button', { name: /^Line 5, column/ }).click();
    const selected =
      'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)';
    expect(await page.evaluate(selected)).toContain('threadsPerUsers');
    expect(await wrongWith(page)).toEqual([]);
    await area.fill(text.replace('threadsPerUser: 50', 'threadsPerUser: 60'));
    await button(page, 'Check').click();
    await page.getByText('swarm.limits.threadsPerUser').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Make it live').click();
    await heading2(page, 'Version 2, live').waitFor();
    await button(page, 'Go back to version 1').click();
    await button(page, 'Go back').click();
    await heading2(page, 'Version 3, live').waitFor();

    const reader = (await at.memberTab('operator')).page;
    await goTo(reader, 'Configuration');
    await heading2(reader, 'Version 3, live').waitFor();
    expect(await reader.getByRole('main').innerText()).not.toContain('You talk to people.');
    expect(await reader.getByRole('button', { name: /^(?:Edit|Go back)/ }).count()).toBe(0);
  });
});

const heading2 = (page: Page, name: string) => page.getByRole('heading', { level: 2, name });
