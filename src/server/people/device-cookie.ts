/** The cookie by which a browser in which somebody has signed in before is known again; it signs nobody in (known-device.ts). */
import { getCookie, setCookie } from 'hono/cookie';
import { type FromBrowser, KNOWN_DEVICE_MS } from '../../identity/factors/known-device.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { RequestContext } from '../context.ts';
import { deviceOf } from './device.ts';

const NAME = '__Host-sallyport-device';
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Strict' } as const;

export const keepDevice = (c: RequestContext, token: string): void =>
  setCookie(c, NAME, token, { ...ATTRIBUTES, maxAge: Math.floor(KNOWN_DEVICE_MS / SECOND_MS) });

export const browserOf = (c: RequestContext): FromBrowser => ({
  name: deviceOf(c.req.raw.headers.get('user-agent')),
  token: getCookie(c, NAME) ?? null,
});
