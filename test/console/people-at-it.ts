/** What people do in these tests, by what they see on the page and nothing else. */
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';

export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

export async function sayWho(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your mail address').fill(email);
  await button(page, 'Continue').click();
}

/** Tab by tab until what bears this name has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const at = await page.evaluate<string>(
      "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()",
    );
    if (at === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

/** The code that an app shows at `now`, from the secret as it is shown to whoever can't scan. */
export async function codeFor(secret: string, now: number): Promise<string> {
  return new TOTP({ secret: secret.replaceAll(' ', '') }).generate({ timestamp: now });
}

/** Reads the secret off the page, types the first code, and gives the secret back. */
export async function enrolApp(page: Page, now: () => number): Promise<string> {
  await page.getByText('I can’t scan it').or(page.getByText("I can't scan it")).click();
  const secret = await page.locator('[data-secret="the secret"]').innerText();
  await page.getByLabel('Code from the app').fill(await codeFor(secret, now()));
  await button(page, 'Confirm').click();
  return secret;
}

/** The codes that are shown, once they are said to be kept. */
export async function keepCodes(page: Page): Promise<readonly string[]> {
  const list = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await list.first().waitFor();
  const codes = await list.allInnerTexts();
  await page.getByLabel('I have kept them').check();
  await button(page, 'Continue').click();
  return codes;
}
