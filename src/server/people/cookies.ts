/**
 * The cookie that holds the refresh token. `__Host-`: only this host over HTTPS (or localhost) can set it, and no subdomain
 * can overwrite it (RFC 6265bis §4.1.3.2). Out of reach of scripts, and never sent along with another site's request.
 */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SECOND_MS } from '../../kernel/time.ts';
import type { RequestContext } from '../context.ts';

const NAME = '__Host-sallyport-session';
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;
/** Ours are shorter; whatever is longer is not looked at. */
const MAX_CHARS = 200;

export function keepRefreshToken(c: RequestContext, token: string, lifeMs: number): void {
  setCookie(c, NAME, token, { ...ATTRIBUTES, maxAge: Math.floor(lifeMs / SECOND_MS) });
}
export const dropRefreshToken = (c: RequestContext): void => void deleteCookie(c, NAME, ATTRIBUTES);

export function refreshTokenOf(c: RequestContext): string | null {
  const token = getCookie(c, NAME);
  return token === undefined || token.length > MAX_CHARS ? null : token;
}
