/** One browser for a file's tests, and for each test a house of its own and as many people as it needs. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Role } from '../../src/identity/rules/roles.ts';
import { launchChromium, openTab, type Tab } from './browser.ts';
import { type ConsoleHouse, type ConsoleHouseOptions, openConsoleHouse } from './console-house.ts';
import { button, heading, sayWho } from './people-at-it.ts';

export const [NAME, EMAIL] = ['Sam Newcomer', 'sam@example.org'];

export interface Fixture {
  readonly house: ConsoleHouse;
  /** A tab in a browser of its own, as each person has one. */
  newTab(options?: Parameters<Browser['newContext']>[0]): Promise<Tab>;
  /** The same, with the first Owner come in by the set-up link and a passkey. */
  ownerTab(options?: Parameters<Browser['newContext']>[0]): Promise<Tab>;
  /** Somebody of the default organisation, come in by an invitation and a passkey. */
  memberTab(role: Role, options?: Parameters<Browser['newContext']>[0]): Promise<Tab>;
}

/** Called within `describe`; what it gives back is good within its tests. */
export function consoleFixture(of: ConsoleHouseOptions = {}): Fixture {
  let browser: Browser;
  let house: ConsoleHouse;
  let tabs: Tab[];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    house = await openConsoleHouse(of);
    tabs = [];
  });
  afterEach(async () => {
    for (const { page } of tabs) await page.context().close();
    await house[Symbol.asyncDispose]();
    expect(house.faults).toEqual([]);
    expect(tabs.flatMap(({ faults }) => faults)).toEqual([]); // nothing that the policy refused, no error that nobody caught
  });

  const newTab: Fixture['newTab'] = async (options) => {
    const tab = await openTab(await browser.newContext({ reducedMotion: 'reduce', ...options }));
    tabs.push(tab);
    return tab;
  };
  return {
    get house() {
      return house;
    },
    newTab,
    async ownerTab(options) {
      const tab = await newTab(options);
      const { page } = tab;
      await page.goto(house.setUpLink);
      await sayWho(page, NAME, EMAIL);
      await button(page, 'Create a passkey').click();
      await heading(page, `Hello, ${NAME}`).waitFor();
      return tab;
    },
    async memberTab(role, options) {
      const tab = await newTab(options);
      const name = `Some ${role}`;
      const who = { name, email: `${role}-${tabs.length}@example.org`, role };
      const organizationId = house.house.defaultOrganization;
      const { link } = await house.done('identity/invite-person', { ...who, organizationId });
      await tab.page.goto(link);
      await button(tab.page, 'Create a passkey').click();
      await heading(tab.page, `Hello, ${name}`).waitFor();
      return tab;
    },
  };
}
