/** Addresses without what lets somebody in: user names, passwords, and tokens in the query. */
const ADDRESS = /\b(?:https?|wss?):\/\/[^\s"'<>]+/gi;
const SECRET_PARAMETER =
  /(^|_|-)(?:token|secret|password|passwd|pwd|key|apikey|signature|sig|auth|credential|session)(?:$|_|-)/i;
const HIDDEN = '****';

/** The address with `****` in place of its user, password and secret parameters; text that is none as it is. */
export function redactUrl(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    url.username = HIDDEN;
    url.password = url.password === '' ? '' : HIDDEN;
  }
  for (const name of new Set(url.searchParams.keys()))
    if (name === '__args' || SECRET_PARAMETER.test(name)) url.searchParams.set(name, HIDDEN);
  return url.href;
}

/** The text with every address in it redacted. */
export const redactUrls = (text: string): string => (text.includes('://') ? text.replace(ADDRESS, redactUrl) : text);
