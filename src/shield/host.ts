/**
 * Host allow-list, against DNS rebinding: a web page whose name is made to resolve to 127.0.0.1 reaches this server
 * from the victim's browser, but its `Host` still names the attacker's site. Ports are not compared: rebinding can't
 * choose another port than the one that it connects to. Does not read `X-Forwarded-Host`.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import type { Refusal } from './refusal.ts';

export const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'] as const;

/** Names in normal form: lower case, no port, IPv6 in brackets and compressed. */
export type HostAllowList = ReadonlySet<string>;

const NAME = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::\d{1,5})?$/;
const IPV6 = /^(\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
const BARE_IPV6 = /^[0-9a-f.]*:[0-9a-f.]*:[0-9a-f:.]*$/;

/** `Example.COM:8080` → `example.com`, `::1` or `[0:0::1]:80` → `[::1]`; `null` for what is not a host (RFC 3986 §3.2.2). */
export function normalHost(text: string): string | null {
  const lower = text.toLowerCase();
  const name = NAME.exec(lower);
  if (name !== null) return name[1]!;
  const literal = IPV6.exec(lower)?.[1] ?? (BARE_IPV6.test(lower) ? `[${lower}]` : null);
  return literal !== null && URL.canParse(`http://${literal}`) ? new URL(`http://${literal}`).hostname : null;
}

/** @throws TypeError for an entry that is not a host: a typing error must not silently allow less, or more, than meant. */
export function hostAllowList(hosts: readonly string[]): HostAllowList {
  return new Set(
    hosts.map((host) => {
      const normal = normalHost(host);
      if (normal === null) throw new TypeError(`not a host name or address: ${JSON.stringify(host)}`);
      return normal;
    }),
  );
}

/** `header`: the value of `Host`, several joined by commas as fetch does (and then refused); `null` when absent. */
export function checkHost(header: string | null, allowed: HostAllowList): Result<string, Refusal<'host_not_allowed'>> {
  const host = header === null ? null : normalHost(header);
  if (host !== null && allowed.has(host)) return ok(host);
  return err({
    code: 'host_not_allowed',
    message: 'This server does not answer to that Host name; see ALLOWED_HOSTS.',
  });
}
