/**
 * Against requests that another site makes a browser send (CSRF): whatever a cookie alone authorises must come from our own
 * page, which the browser says (`Sec-Fetch-Site`, `Origin`; Fetch standard), and carry a header that no form and no link can
 * send. All three besides `SameSite=Strict`: each covers browsers and mistakes that another does not.
 */
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Refusal } from '../../shield/refusal.ts';

export const OWN_PAGE_HEADER = 'x-sallyport';

/** @param origin of our pages, such as `https://door.example.com`. */
export function checkOwnPage(headers: Headers, origin: string): Result<null, Refusal<'origin_not_allowed'>> {
  const site = headers.get('sec-fetch-site');
  const from = headers.get('origin');
  const isOurs = from === origin || (from === null && site === 'same-origin');
  if (isOurs && (site === null || site === 'same-origin') && headers.get(OWN_PAGE_HEADER) === '1') return ok(null);
  return err({
    code: 'origin_not_allowed',
    message: `Only the pages of ${origin} may do this, with the header X-Sallyport: 1.`,
  });
}
