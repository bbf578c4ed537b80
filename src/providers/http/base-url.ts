/**
 * Where a vendor's API is. Credentials travel there, so it must be https; plain http only on this machine, for doubles.
 */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The base without a trailing slash. @throws TypeError, with a sentence that does not repeat the value. */
export function vendorBase(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null) throw new TypeError('a vendor base URL must be an absolute https URL');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!secure) throw new TypeError('a vendor base URL must be https; plain http is for this machine alone');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new TypeError('a vendor base URL must not hold credentials, a query or a fragment');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
