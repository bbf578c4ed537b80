/** Addresses without what lets somebody in: user names, passwords, and tokens in the query. */
import { isSecretName } from './secret-name.ts';

export const HIDDEN = '****';

const ADDRESS = /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi;
/** User and password as far as the last `@` before the path, quotes and all that no parser would take. */
const USER_INFO = /(:\/\/)[^\s/?#]*@/g;

/** The address with `****` in place of its user, password and secret parameters; text that is none without a user at least. */
export function redactUrl(address: string): string {
  if (!URL.canParse(address)) return address.replace(USER_INFO, `$1${HIDDEN}@`);
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    url.username = HIDDEN;
    url.password = url.password === '' ? '' : HIDDEN;
  }
  for (const name of new Set(url.searchParams.keys())) if (isSecretName(name)) url.searchParams.set(name, HIDDEN);
  return url.href;
}

/** The text with every address in it redacted. */
export const redactUrls = (text: string): string =>
  text.includes('://') ? text.replace(USER_INFO, `$1${HIDDEN}@`).replace(ADDRESS, redactUrl) : text;
