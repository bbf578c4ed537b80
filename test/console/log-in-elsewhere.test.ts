import { describe, expect, it } from 'vitest';
import { BROWSER_RUNS } from './browser.ts';
import { LOG_IN } from './console-house.ts';
import { consoleFixture, EMAIL, NAME } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, heading, sayWho } from './people-at-it.ts';

describe.runIf(BROWSER_RUNS)("the organisation's own log-in at /admin", () => {
  const at = consoleFixture({ withLogIn: true });

  it('takes the place of a first factor, signs in, is disconnected and connected, and is asked to confirm', async () => {
    const { page } = await at.newTab();
    await page.goto(at.house.setUpLink);
    await sayWho(page, NAME, EMAIL);
    await button(page, `Use ${LOG_IN}`).click();
    await heading(page, `Hello, ${NAME}`).waitFor();
    await page.reload();
    await heading(page, `Hello, ${NAME}`).waitFor();

    await button(page, 'Sign out').click();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, `Sign in with ${LOG_IN}`).click();
    await heading(page, `Hello, ${NAME}`).waitFor();

    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByText('Connected: you can sign in with it.').waitFor();
    // signed in by the provider's old session, which is no factor shown just now
    await button(page, 'Add a passkey').click();
    await button(page, "Confirm at your organisation's log-in").click();
    await heading(page, 'Your account').waitFor();
    await button(page, 'Add a passkey').click();
    await page.getByText('The passkey is added.').waitFor();
    await button(page, 'Disconnect').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Connect it to sign in with it as well.').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Connect').click();
    await page.getByText('Connected: you can sign in with it.').waitFor();

    at.house.pass(6 * 60_000); // the provider's clock stays behind, so that it can't have confirmed anybody just now
    await button(page, 'Set a password').click();
    await page.getByLabel('New password').fill('tortoise lamp violet harbour');
    await button(page, 'Set').click();
    await button(page, "Confirm at your organisation's log-in").click();
    await page.getByText("Your organisation's log-in did not confirm you.").waitFor();
    await heading(page, 'Your account').waitFor(); // there and back, to where one was
  });

  it('says so when nobody here is known by that account', async () => {
    const owner = await at.ownerTab();
    await button(owner.page, 'Sign out').click();
    const { page } = await at.newTab();
    await page.goto(`${at.house.url}/admin`);
    await button(page, `Sign in with ${LOG_IN}`).click();
    await page.getByText('Nobody here is connected to that account.').waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });
});
