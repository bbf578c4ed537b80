/**
 * Origin allow-list (Model Context Protocol, Streamable HTTP transport: a server must check `Origin`): stops a web page
 * in somebody's browser from driving this server. Programs send no `Origin` and pass; `null` (sandboxed frames, files)
 * is nobody's origin and never passes. Not CORS: it refuses requests, it does not permit reading answers.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import { type HostAllowList, normalHost } from './host.ts';
import type { Refusal } from './refusal.ts';

export interface OriginAllowList {
  /** Exact origins in normal form: `https://app.example.com`, with the port unless it is the scheme's own. */
  readonly origins: ReadonlySet<string>;
  /** Hosts that may be an origin on any port, by HTTP or HTTPS: the loopback names. */
  readonly anyPort: HostAllowList;
}

const ORIGIN = /^https?:\/\/[^/?#@\\\s]+$/i;

/** `HTTPS://App.example:443` → `https://app.example`; `null` for anything but scheme, host and port of HTTP(S) (RFC 6454). */
export function normalOrigin(text: string): string | null {
  return ORIGIN.test(text) && URL.canParse(text) ? new URL(text).origin : null;
}

/** @throws TypeError for an entry that is not an origin, such as one with a path or a wildcard. */
export function originAllowList(origins: readonly string[], anyPort: HostAllowList): OriginAllowList {
  const exact = origins.map((origin) => {
    const normal = normalOrigin(origin);
    if (normal === null || normal.includes('*')) throw new TypeError(`not an origin: ${JSON.stringify(origin)}`);
    return normal;
  });
  return { origins: new Set(exact), anyPort };
}

/** `header`: the value of `Origin`; `null` when absent, which passes with the value `null`. */
export function checkOrigin(
  header: string | null,
  allowed: OriginAllowList,
): Result<string | null, Refusal<'origin_not_allowed'>> {
  if (header === null) return ok(null);
  const origin = normalOrigin(header);
  if (origin !== null && (allowed.origins.has(origin) || allowed.anyPort.has(hostOf(origin)))) return ok(origin);
  return err({
    code: 'origin_not_allowed',
    message: 'This server does not take requests from that web origin; see ALLOWED_ORIGINS.',
  });
}

const hostOf = (origin: string): string => normalHost(origin.slice(origin.indexOf('//') + 2)) ?? '';
