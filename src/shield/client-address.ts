/**
 * Who is at the other end, for limits, lock-outs, lists and logs: the socket's peer, unless that is a proxy that was named
 * as trusted; then the address that this proxy, or the one `hops` before it, wrote at the right end of `X-Forwarded-For`.
 * Against forged addresses: what a client writes itself always stands further to the left, and is never looked at.
 *
 * Does not read `Forwarded`, `X-Real-IP` or any other header that names a client: one source, or they would be played
 * against each other. Whatever is malformed or missing counts as the proxy's own.
 */
import { type AddressList, addressList, LOOPBACK_NETWORKS } from './address-list.ts';
import { normalHost } from './host.ts';
import { type IpAddress, parseAddress, parseAddressWithPort, spellAddress, spellNet64 } from './ip-address.ts';

export interface ProxyTrust {
  /** Which address from the right of `X-Forwarded-For` is the client's: the number of proxies that add to it; 0: none. */
  readonly hops: number;
  /** Peers whose `X-Forwarded-For` is believed. */
  readonly proxies: AddressList;
}

export interface Peer {
  /** Null when it is not known: no socket beneath, or not one of IP. */
  readonly address: IpAddress | null;
  readonly isTrustedProxy: boolean;
}

/** @param remoteAddress as Node's socket gives it. Worth keeping for as long as the socket lives. */
export function peerOf(remoteAddress: string | undefined, { proxies }: ProxyTrust): Peer {
  const address = remoteAddress === undefined ? null : parseAddress(remoteAddress);
  return { address, isTrustedProxy: proxies.has(address) };
}

/** Pure; never throws. @param forwardedFor all `X-Forwarded-For` headers joined by commas, in their order. */
export function clientAddress(peer: Peer, forwardedFor: string | null, { hops }: ProxyTrust): IpAddress | null {
  if (!peer.isTrustedProxy || forwardedFor === null || !(hops >= 1)) return peer.address;
  return parseAddressWithPort(fromRight(forwardedFor, hops)) ?? peer.address;
}

/**
 * What one client is to a limiter or a lock-out: an IPv4 address, or the /64 of an IPv6 address, because whoever has one
 * of those has 2^64 of them. All that are unknown are one.
 */
export function addressGroup(address: IpAddress | null): string {
  if (address === null) return 'unknown';
  return address.family === 4 ? spellAddress(address) : spellNet64(address);
}

/** What proxies add, each in its own fashion; a request that has one was not made on this machine, or pretends so. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|x-client-ip|x-original-.*|true-client-ip|cf-.*|fly-.*|fastly-.*)$/;

const LOOPBACK = addressList(LOOPBACK_NETWORKS);

/**
 * For what is open on this machine alone (demo mode, metrics without a token): the peer is loopback, no proxy stands in
 * between, and `Host` names loopback too, so that no web page can reach it by a name of its own.
 * @param remoteAddress the socket's own.
 */
export function isLocal(remoteAddress: string | undefined, headers: Headers): boolean {
  if (!LOOPBACK.has(parseAddress(remoteAddress ?? ''))) return false;
  if ([...headers.keys()].some((name) => FORWARDING.test(name))) return false;
  const host = normalHost(headers.get('host') ?? '');
  return host === 'localhost' || LOOPBACK.has(host === null ? null : parseAddressWithPort(host));
}

/** The `n`-th of a comma-separated list from its right, without the white space around it; empty when there are fewer. */
function fromRight(list: string, n: number): string {
  let end = list.length;
  for (let skipped = 1; skipped < n; skipped++) {
    end = end <= 0 ? -1 : list.lastIndexOf(',', end - 1);
    if (end === -1) return '';
  }
  return list.slice(end <= 0 ? 0 : list.lastIndexOf(',', end - 1) + 1, end).trim();
}
