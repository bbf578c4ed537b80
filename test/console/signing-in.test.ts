import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { BROWSER_RUNS } from './browser.ts';
import { consoleFixture, EMAIL, NAME } from './fixture.ts';
import { wrongWith } from './looked-at.ts';
import { button, codeFor, enrolApp, heading, keepCodes, sayWho, tabTo } from './people-at-it.ts';

const MINUTE_MS = 60_000;
const PASSWORD = 'tortoise lamp violet harbour';

/** How far the clocks of two tabs may be apart. */
const CLOCKS_APART_MS = 2;

/** From when to when (ms) this load of a page was refreshing, as the browser measured it. */
const refreshesOf = (page: Page): Promise<readonly { readonly from: number; readonly to: number }[]> =>
  page.evaluate(`performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/auth/refresh'))
    .map(({ startTime, responseEnd }) => ({ from: performance.timeOrigin + startTime, to: performance.timeOrigin + responseEnd }))`);

describe.runIf(BROWSER_RUNS)('signing in at /admin', () => {
  const at = consoleFixture();

  it('by passkey: from the link without a password anywhere, staying, out, and in again', async () => {
    const { page, authenticator } = await at.newTab();
    await page.goto(at.house.setUpLink);
    await sayWho(page, NAME, EMAIL);
    await button(page, 'Create a passkey').click();
    await heading(page, `Hello, ${NAME}`).waitFor();
    expect(await authenticator.credentials()).toHaveLength(1);
    expect(
      await page.evaluate('[document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join()'),
    ).not.toMatch(/spu_|token/);

    await page.reload();
    await heading(page, `Hello, ${NAME}`).waitFor();
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByRole('rowheader', { name: 'Chrome on Linux', exact: true }).waitFor();
    expect(await wrongWith(page)).toEqual([]);

    await button(page, 'Sign out').click();
    await button(page, 'Sign in with a passkey').click();
    await heading(page, `Hello, ${NAME}`).waitFor();

    await button(page, 'Sign out').click();
    await authenticator.unlocks(false);
    await button(page, 'Sign in with a passkey').click();
    await page.getByRole('alert').waitFor();
  });

  it('by keyboard alone', async () => {
    const { page } = await at.newTab();
    await page.goto(at.house.setUpLink);
    await heading(page, 'Welcome to Sallyport').waitFor();
    await page.keyboard.type(NAME); // the first field has the focus
    await page.keyboard.press('Tab');
    await page.keyboard.type(EMAIL);
    await page.keyboard.press('Enter');
    await tabTo(page, 'Create a passkey');
    await page.keyboard.press('Enter');
    await heading(page, `Hello, ${NAME}`).waitFor();
    await tabTo(page, 'Sign out');
    await page.keyboard.press('Space');
    await heading(page, 'Sign in').waitFor();
    await tabTo(page, 'Sign in with a passkey');
    await page.keyboard.press('Enter');
    await heading(page, `Hello, ${NAME}`).waitFor();
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
  });

  it('two tabs that load at once both stay in, and a sign-out in one holds in the other', async () => {
    const { page } = await at.ownerTab();
    const other = await page.context().newPage();
    let loaded: Promise<unknown> = Promise.resolve();
    await page.context().route('**/auth/refresh', async (route) => {
      await loaded; // by then each tab's script has begun
      await route.continue();
    });
    await other.goto(`${at.house.url}/admin#/account`);
    await heading(other, 'Your account').waitFor();
    for (let round = 0; round < 3; round++) {
      loaded = Promise.all([page.reload(), other.reload()]);
      await loaded;
      await Promise.all([heading(page, `Hello, ${NAME}`).waitFor(), heading(other, 'Your account').waitFor()]);
      // one tab at a time: a refresh token is good for one use
      const [first, second] = [...(await refreshesOf(page)), ...(await refreshesOf(other))].toSorted(
        (x, y) => x.from - y.from,
      );
      expect(first).toBeDefined();
      if (second !== undefined) expect(second.from).toBeGreaterThan(first!.to - CLOCKS_APART_MS);
    }
    expect((await page.context().cookies()).filter(({ name }) => name.includes('session'))).toMatchObject([
      { name: '__Host-sallyport-session', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' },
    ]);
    await button(page, 'Sign out').click();
    await heading(other, 'Sign in').waitFor();
    await other.getByText('You signed out in another tab.').waitFor();
    await other.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
  });

  it('a load whose request was lost says so, and the next one finds the session', async () => {
    const { page } = await at.ownerTab();
    await page.route('**/auth/refresh', (route) => route.abort(), { times: 1 });
    await page.reload();
    await page.getByText('The server does not answer.').waitFor();
    await page.reload();
    await heading(page, `Hello, ${NAME}`).waitFor();
  });

  it('a session that was ended elsewhere asks to sign in, and goes on where one was', async () => {
    const { page } = await at.ownerTab();
    await page.context().clearCookies();
    at.house.pass(16 * MINUTE_MS); // the access token is over, and there is nothing to renew it by
    await page.getByRole('link', { name: 'Your account' }).click();
    await page.getByText('Your session has ended. Sign in to go on where you were.').waitFor();
    await button(page, 'Sign in with a passkey').click();
    await heading(page, 'Your account').waitFor();
  });

  it('by password and app: from the link to recovery codes, out, and in again by each', async () => {
    const { page } = await at.newTab();
    await page.goto(at.house.setUpLink);
    await heading(page, 'Welcome to Sallyport').waitFor();
    expect(page.url()).toBe(`${at.house.url}/admin#/link`);
    expect(await wrongWith(page)).toEqual([]);
    await sayWho(page, NAME, EMAIL);
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Use a password and an authenticator app instead').click();
    await page.getByLabel('Choose a password').fill('password');
    await button(page, 'Continue').click();
    await page.getByRole('alert').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.getByLabel('Choose a password').fill(PASSWORD);
    await button(page, 'Continue').click();
    await heading(page, 'Add an authenticator app').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    const secret = await enrolApp(page, at.house.now);
    await heading(page, 'Keep your recovery codes').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    const codes = await keepCodes(page);
    expect(new Set(codes).size).toBe(10);
    await heading(page, `Hello, ${NAME}`).waitFor();
    expect(await wrongWith(page)).toEqual([]);

    await button(page, 'Sign out').click();
    await heading(page, 'Sign in').waitFor();
    expect(await wrongWith(page)).toEqual([]);

    at.house.pass(MINUTE_MS);
    await button(page, 'Use a password instead').click();
    await page.getByLabel('Mail address').fill(EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(page, 'Continue').click();
    await page.getByLabel('Code from your authenticator app').fill(await codeFor(secret, at.house.now()));
    expect(await wrongWith(page)).toEqual([]);
    await button(page, 'Sign in').click();
    await heading(page, `Hello, ${NAME}`).waitFor();

    await page.reload();
    await heading(page, `Hello, ${NAME}`).waitFor();
    await button(page, 'Sign out').click();
    await button(page, 'Use a password instead').click();
    await page.getByLabel('Mail address').fill(EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(page, 'Continue').click();
    await button(page, 'Use a recovery code instead').click();
    await page.getByLabel('Recovery code').fill(codes[0]!);
    await button(page, 'Sign in').click();
    await heading(page, `Hello, ${NAME}`).waitFor();
  });

  it('says so when a link is used up, cut off, or missing', async () => {
    const { page } = await at.newTab();
    await page.goto(at.house.setUpLink.slice(0, -3));
    await heading(page, 'This link does not work').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.goto(`${at.house.url}/admin`);
    await heading(page, 'Nobody is here yet').waitFor();
    expect(await wrongWith(page)).toEqual([]);
    await page.goto(at.house.setUpLink);
    await heading(page, 'Welcome to Sallyport').waitFor();
    await page.reload();
    await heading(page, 'Open your link again').waitFor();
    expect(await wrongWith(page)).toEqual([]);
  });
});
