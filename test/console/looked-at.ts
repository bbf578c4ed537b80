/** What a page must hold for those who can't see it, or not well: axe-core's rules in light and dark, and no scrolling sideways on a phone. */
import type { Page } from 'playwright-core';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What is wrong with the page as it stands, in words; empty: nothing. */
export async function wrongWith(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const violations = await violationsOf(page);
    found.push(
      ...violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${colorScheme}, ${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
      ),
    );
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  const { width, height } = page.viewportSize()!;
  for (const narrow of [360, width]) {
    await page.setViewportSize({ width: narrow, height });
    const [wide, wider] = await page.evaluate<readonly [number, number]>(
      '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
    );
    if (wider > wide) found.push(`the page scrolls sideways: ${wider} in ${wide}`);
  }
  return found;
}

async function violationsOf(page: Page): Promise<readonly Violation[]> {
  const { default: axe } = await import('axe-core'); // half a megabyte, for those who open pages
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations;
}
