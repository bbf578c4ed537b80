/** What kind of browser somebody signs in with, in a word or two that the person recognises in the list of sessions. */
import type { RequestContext } from '../context.ts';

const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
  ['curl', 'curl'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

/** Of whoever asks. */
export const deviceOfRequest = (c: RequestContext): string => deviceOf(c.req.header('user-agent') ?? null);

/** From the `User-Agent` header, which says whatever it likes: nothing is decided by it. */
export function deviceOf(userAgent: string | null): string {
  const of = (names: typeof BROWSERS | typeof SYSTEMS) => names.find(([sign]) => userAgent?.includes(sign))?.[1];
  const [browser, system] = [of(BROWSERS), of(SYSTEMS)];
  if (browser === undefined) return system ?? 'Unknown device';
  return system === undefined ? browser : `${browser} on ${system}`;
}
