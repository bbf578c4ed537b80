import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { exportVerifier } from '../../src/audit/verify-export.ts';
import { checkProof, parseProofFile } from '../../src/main/proof-file.ts';
import { BROWSER_RUNS } from './browser.ts';
import { consoleFixture, NAME } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, enrolApp, heading, keepCodes } from './people-at-it.ts';

const MINUTE_MS = 60_000;
const PASSWORD = 'tortoise lamp violet harbour';

const goTo = async (page: Page, room: string) => {
  await page.getByRole('link', { name: room, exact: true }).click();
  await heading(page, room).waitFor();
};
const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

/** Invites somebody, and gives back the link as it is shown. */
async function invite(page: Page, name: string, role: string): Promise<string> {
  await goTo(page, 'People');
  await button(page, 'Invite somebody').click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Mail address').fill(`${name.toLowerCase()}@example.org`);
  await page.getByRole('radio', { name: role }).check();
  expect(await wrongWith(page)).toEqual([]);
  await button(page, 'Make the invitation').click();
  await dialog(page, `Invitation for ${name}`).waitFor();
  expect(await wrongWith(page)).toEqual([]);
  const link = await page.locator('[data-secret="the link"]').innerText();
  await button(page, 'I have passed it on').click();
  await row(page, name).getByText('Invited').waitFor();
  return link;
}

describe.runIf(BROWSER_RUNS)('the rooms at /admin', () => {
  const at = consoleFixture();

  it('people: somebody is invited, comes in by password and app, gets another role, is suspended and removed', async () => {
    const { page } = await at.ownerTab();
    await goTo(page, 'People');
    await row(page, NAME).getByText('Passkey').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    const link = await invite(page, 'Robin', 'Auditor');

    const robin = await at.newTab();
    await robin.page.goto(link);
    await heading(robin.page, 'Join Sallyport').waitFor();
    expect(await wrongWith(robin.page)).toEqual([]);
    await button(robin.page, 'Use a password and an authenticator app instead').click();
    await robin.page.getByLabel('Choose a password').fill(PASSWORD);
    await button(robin.page, 'Continue').click();
    await enrolApp(robin.page, at.house.now);
    expect(await keepCodes(robin.page)).toHaveLength(10);
    await heading(robin.page, 'Hello, Robin').waitFor();
    expect(await robin.page.getByRole('navigation').getByRole('link').allInnerTexts()).toEqual([
      'Home',
      'Log',
      'Your account',
    ]);
    await robin.page.goto(`${at.house.url}/admin#/people`);
    await heading(robin.page, 'There is nothing here').waitFor();

    await page.reload();
    await row(page, 'Robin').getByText('Active').waitFor();
    await button(page, 'Manage Robin').click();
    await page.getByRole('radio', { name: 'Owner' }).check();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Make Robin Owner').click();
    await page.getByText('Robin is Owner now.').waitFor();
    await robin.page.getByRole('link', { name: 'Home' }).click();
    await robin.page.getByRole('link', { name: 'Your account' }).click();
    await heading(robin.page, 'Sign in').waitFor();

    await button(page, 'Manage Robin').click();
    await button(page, 'Suspend').click();
    expect(await wrongWith(page)).toEqual([]);
    await dialog(page, 'Suspend Robin?').getByRole('button', { name: 'Suspend' }).click();
    await row(page, 'Robin').getByText('Suspended').waitFor();
    await button(page, 'Manage Robin').click();
    await button(page, 'Lift the suspension').click();
    await row(page, 'Robin').getByText('Active').waitFor();

    await button(page, 'Manage Robin').click();
    await button(page, 'Recovery link').click();
    await button(page, 'Make the link').click();
    const recovery = await page.locator('[data-secret="the link"]').innerText();
    await button(page, 'I have passed it on').click();
    await robin.page.goto(recovery);
    await heading(robin.page, 'Get back in').waitFor();
    at.house.pass(MINUTE_MS);
    await button(robin.page, 'Create a passkey').click();
    await heading(robin.page, 'Hello, Robin').waitFor();

    await button(page, 'Manage Robin').click();
    await button(page, 'Remove').click();
    await dialog(page, 'Remove Robin?').getByRole('button', { name: 'Remove' }).click();
    await row(page, 'Robin').waitFor({ state: 'hidden' });
  });

  it('API keys: one is made, shown once, works, and is revoked', async () => {
    const { page } = await at.ownerTab();
    await goTo(page, 'API keys');
    await page.getByText('There is no key yet.').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByLabel('Organisation').selectOption({ label: 'Default' });
    await button(page, 'Make a key').click();
    await page.getByLabel('Name', { exact: true }).fill('Nightly report');
    await page.getByRole('checkbox', { name: 'Look at the organisation' }).check();
    await page.getByText('Networks, limit, sensitive actions').click();
    await page.getByLabel('Networks', { exact: true }).fill('not a network');
    await button(page, 'Make the key').click();
    await page.getByRole('alert').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByLabel('Networks', { exact: true }).fill('127.0.0.0/8');
    await button(page, 'Make the key').click();
    await dialog(page, 'The key Nightly report').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    const key = await page.locator('[data-secret="the key"]').innerText();
    await button(page, 'I have kept it').click();
    expect(await page.content()).not.toContain(key);

    const use = async () =>
      (
        await fetch(`${at.house.url}/api/v1/comms/get-organization`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: '{}',
        })
      ).status;
    expect(await use()).toBe(200);
    await row(page, 'Nightly report').getByText('127.0.0.0/8').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Revoke Nightly report').click();
    await dialog(page, 'Revoke Nightly report?').getByRole('button', { name: 'Revoke' }).click();
    await row(page, 'Nightly report').getByText('Revoked').waitFor();
    expect(await use()).toBe(401);
  });

  it('the log: an auditor filters it, verifies it in the browser, and keeps proofs that verify elsewhere', async () => {
    const { page } = await at.ownerTab();
    const link = await invite(page, 'Alex', 'Auditor');
    const alex = (await at.newTab()).page;
    await alex.goto(link);
    await button(alex, 'Create a passkey').click();
    await heading(alex, 'Hello, Alex').waitFor();
    await at.house.house.store.checkpoint();
    await goTo(alex, 'Log');
    await alex.getByRole('rowheader', { name: 'Identity: invite person' }).waitFor();
    expect(await wrongWith(alex)).toEqual([]);

    await button(alex, 'Verify the log').click();
    await alex.getByText('The log is whole').waitFor();
    expect(await wrongWith(alex)).toEqual([]);
    await button(alex, 'Verify the log').click();
    await alex.getByText('It leads on from what this browser saw').waitFor();

    const whole = await downloaded(alex, 'Download it');
    const verifier = exportVerifier({ vkey: at.house.house.vkey });
    for (const line of whole.split('\n')) verifier.line(line);
    expect(verifier.report()).toMatchObject({ ok: true, problems: [] });

    await alex.getByLabel('Kind').selectOption({ label: 'Sign-ins and sessions' });
    await button(alex, 'Filter').click();
    await alex.getByRole('rowheader', { name: 'Identity: invite person' }).waitFor({ state: 'hidden' });
    await alex
      .getByRole('button', { name: /^Open entry/ })
      .first()
      .click();
    await alex.getByRole('dialog').waitFor();
    expect(await wrongWith(alex)).toEqual([]);
    const proof = parseProofFile(await downloaded(alex, 'Download the proof'))!;
    expect(checkProof(proof, at.house.house.vkey)).toMatchObject({ ok: true });
    await alex.keyboard.press('Escape');

    await alex.getByLabel('Kind').selectOption({ label: 'Erasures' });
    await button(alex, 'Filter').click();
    await alex.getByText('No entry fits.').waitFor();
    expect(await wrongWith(alex)).toEqual([]);
  });
});

async function downloaded(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent('download');
  await button(page, name).click();
  return readFile(await (await coming).path(), 'utf8');
}
