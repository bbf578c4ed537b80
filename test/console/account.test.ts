import { describe, expect, it } from 'vitest';
import { BROWSER_RUNS } from './browser.ts';
import { consoleFixture, NAME } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, enrolApp, heading, keepCodes } from './people-at-it.ts';

const MINUTE_MS = 60_000;
const PASSWORD = 'tortoise lamp violet harbour';

describe.runIf(BROWSER_RUNS)('one’s own account at /admin', () => {
  const at = consoleFixture();

  it('asks for a fresh factor before it changes one, and does then what was asked', async () => {
    const { page } = await at.ownerTab();
    await page.goto(`${at.house.url}/admin#/account`);
    at.house.pass(6 * MINUTE_MS);
    await button(page, 'Set a password').click();
    await page.getByLabel('New password').fill(PASSWORD);
    await button(page, 'Set').click();
    const question = page.getByRole('dialog', { name: 'Is it you?' });
    await question.waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(await page.getByRole('alert').count()).toBe(0); // nothing went wrong: they changed their mind
    await button(page, 'Set').click();
    await question.getByRole('button', { name: 'Confirm with a passkey' }).click();
    await page.getByText('The password is set.').waitFor();
    await button(page, 'Change the password').waitFor();

    await button(page, 'Set up').click(); // within five minutes: not asked again
    await page.getByRole('dialog', { name: 'Set up an authenticator app' }).waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await enrolApp(page, at.house.now);
    await page.getByRole('dialog', { name: 'Keep your recovery codes' }).waitFor();
    expect(await wrongWith(page)).toEqual([]);
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Escape'); // shown this once: no key throws them away
    const codes = await keepCodes(page);
    expect(codes).toHaveLength(10);
    await page.getByText('You have 10 recovery codes left.').waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });

  it('names and removes passkeys, but not the last way in', async () => {
    const { page } = await at.ownerTab();
    await page.goto(`${at.house.url}/admin#/account`);
    await button(page, 'Add a passkey').click();
    await page.getByText('This device already holds a passkey for you.').waitFor();
    await button(page, /^Rename/).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Desk');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await button(page, 'Remove Desk').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });

  it('ends a session that runs in another browser', async () => {
    const { page, authenticator } = await at.ownerTab();
    const other = await at.newTab();
    const [credential] = await authenticator.credentials();
    await other.authenticator.add(credential!); // a synced passkey
    await other.page.goto(`${at.house.url}/admin`);
    await button(other.page, 'Sign in with a passkey').click();
    await heading(other.page, `Hello, ${NAME}`).waitFor();

    await page.goto(`${at.house.url}/admin#/account`);
    await button(page, 'End all others').click();
    await page.getByText('All other sessions are ended.').waitFor();
    await other.page.getByRole('link', { name: 'Your account' }).click();
    await other.page.getByText('Your session has ended.').waitFor();
    await page.reload();
    await heading(page, 'Your account').waitFor();
  });

  it('fits a narrow screen, where the menu folds', async () => {
    const { page } = await at.ownerTab({ viewport: { width: 360, height: 740 } });
    expect(await wrongWith(page)).toEqual([]);
    expect(await page.getByRole('link', { name: 'Your account' }).isVisible()).toBe(false);
    await button(page, 'Menu').click();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByRole('link', { name: 'Your account' }).click();
    await heading(page, 'Your account').waitFor();
    await page.getByRole('row').first().waitFor({ state: 'attached' });
    expect(await wrongWith(page)).toEqual([]);
  });
});
