/**
 * Whether a request came safely enough to be listened to: by TLS, from this machine, or by a proxy that was declared. Threat: a
 * token that crosses a network in the clear. Refused and not redirected, since by then the token has been sent: a redirect
 * would let the mistake work for ever.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import { type AddressList, addressList, LOOPBACK_NETWORKS } from './address-list.ts';
import type { Peer } from './client-address.ts';
import type { IpAddress } from './ip-address.ts';
import type { Refusal } from './refusal.ts';

export interface Arrival {
  /** Whether TLS ended here. */
  readonly encrypted: boolean;
  readonly peer: Peer;
  /** Who a trusted proxy says that it asks for; null where it does not. */
  readonly forwardedFor: IpAddress | null;
  /** All `X-Forwarded-Proto` headers joined by commas; read of trusted proxies alone. */
  readonly forwardedProto: string | null;
}

const LOOPBACK: AddressList = addressList(LOOPBACK_NETWORKS);

/**
 * Pure. Of several proxies each may add its own word: all must say `https`, or one part of the way was open. A proxy that says
 * nothing is believed to end TLS, as it was declared to. What never leaves this machine needs no TLS, proxy or not.
 */
export function checkTransport(arrival: Arrival): Result<null, Refusal<'https_required'>> {
  const { encrypted, peer, forwardedFor, forwardedProto } = arrival;
  if (peer.isTrustedProxy && forwardedProto !== null)
    return saysHttps(forwardedProto) || LOOPBACK.has(forwardedFor) ? ok(null) : REFUSED;
  return encrypted || peer.isTrustedProxy || LOOPBACK.has(peer.address) ? ok(null) : REFUSED;
}

const saysHttps = (list: string): boolean => list.split(',').every((one) => one.trim().toLowerCase() === 'https');

const REFUSED = err({
  code: 'https_required',
  message: 'This came over plain HTTP, where others can read it. Use https://, and replace the token if you sent one.',
} as const);
