/**
 * Lists of networks (CIDR, RFC 4632 and RFC 4291 §2.3), to allow or deny addresses by. IPv4 and IPv6 apart: `::/0` is not
 * a way to say "everybody". A look-up costs one set access for each prefix length in the list, however long it is.
 */
import { err, ok, type Result } from '../kernel/result.ts';
import { type IpAddress, parseAddress, spellAddress } from './ip-address.ts';
import type { Refusal } from './refusal.ts';

export interface Network {
  readonly address: IpAddress;
  /** Leading bits that count: at most 32 or 128. */
  readonly bits: number;
}

export interface AddressList {
  readonly isEmpty: boolean;
  /** An unknown address (`null`) is in no list. */
  has(address: IpAddress | null): boolean;
}

export const LOOPBACK_NETWORKS: readonly string[] = Object.freeze(['127.0.0.0/8', '::1/128']);
/** This machine and private networks (RFC 1918, RFC 4193). */
export const PRIVATE_NETWORKS: readonly string[] = Object.freeze([
  ...LOOPBACK_NETWORKS,
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
]);

const BITS = { 4: 32, 6: 128 } as const;
const MAPPED_BITS = 96;

/**
 * `10.0.0.0/8`, `2001:db8::/32`, or one address; `null` for anything else. So is `10.0.0.1/8`: whoever wrote it meant
 * either the one address or the network, and guessing would allow more, or deny less, than was meant.
 */
export function parseNetwork(text: string): Network | null {
  const [, host = '', length] = /^([0-9a-f:.]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? [];
  const address = parseAddress(host);
  if (address === null) return null;
  const written = length === undefined ? null : Number(length);
  const mapped = address.family === 4 && host.includes(':');
  const bits = written === null ? BITS[address.family] : mapped ? written - MAPPED_BITS : written;
  const whole =
    bits >= 0 && bits <= BITS[address.family] && keyOf(address, bits) === keyOf(address, BITS[address.family]);
  return whole ? { address, bits } : null;
}

/** The one spelling of a network, with its length: `10.0.0.0/8`, `::1/128`. */
export const spellNetwork = ({ address, bits }: Network): string => `${spellAddress(address)}/${bits}`;

/** @throws TypeError for an entry that is no network: a typing error must not silently allow more, or deny less. */
export function addressList(entries: readonly string[]): AddressList {
  const networks = entries.map((entry) => {
    const network = parseNetwork(entry);
    if (network === null) throw new TypeError(`not an address or network: ${JSON.stringify(entry)}`);
    return network;
  });
  const byLength = { 4: new Map<number, Set<Key>>(), 6: new Map<number, Set<Key>>() };
  for (const { address, bits } of networks) {
    const lengths = byLength[address.family];
    const keys = lengths.get(bits) ?? new Set();
    lengths.set(bits, keys.add(keyOf(address, bits)));
  }
  return {
    isEmpty: networks.length === 0,
    has(address) {
      if (address === null) return false;
      for (const [bits, keys] of byLength[address.family]) if (keys.has(keyOf(address, bits))) return true;
      return false;
    },
  };
}

/** Not on the deny-list, and on the allow-list unless that is empty, which means everybody. */
export function checkAddress(
  address: IpAddress | null,
  lists: { readonly allow?: AddressList; readonly deny?: AddressList },
): Result<null, Refusal<'address_not_allowed'>> {
  const { allow, deny } = lists;
  const denied = deny !== undefined && (deny.has(address) || (address === null && !deny.isEmpty));
  const outside = allow !== undefined && !allow.isEmpty && !allow.has(address);
  return denied || outside
    ? err({ code: 'address_not_allowed', message: 'This server does not answer to that network address here.' })
    : ok(null);
}

type Key = number | string;

/** The leading bits of an address as what a set can compare. */
function keyOf({ family, words }: IpAddress, bits: number): Key {
  if (family === 4) return masked(words[0]!, bits);
  return words.map((word, i) => masked(word, Math.max(0, Math.min(32, bits - i * 32)))).join('.');
}

/** @param bits from 0 to 32; shifting by 32 would shift by none. */
const masked = (word: number, bits: number): number => (bits === 0 ? 0 : (word & (0xffffffff << (32 - bits))) >>> 0);
