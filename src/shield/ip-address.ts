/**
 * Network addresses as numbers, read strictly: one meaning for every text, so that a filter can't be walked around by
 * another spelling. IPv4 within IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is IPv4; zones (`%eth0`) are dropped.
 */
import { isIPv4, isIPv6 } from 'node:net';

export interface IpAddress {
  readonly family: 4 | 6;
  /** Big-endian words of 32 bits, unsigned: one for IPv4, four for IPv6. */
  readonly words: readonly number[];
}

const GROUPS = 8;
const MAPPED_PREFIX = 0xffff;

/** An address without port or brackets, or `null`. */
export function parseAddress(text: string): IpAddress | null {
  if (isIPv4(text)) return { family: 4, words: [wordOf(text)] };
  const zone = text.indexOf('%');
  const bare = zone === -1 ? text : text.slice(0, zone);
  return isIPv6(bare) ? unmapped(words(groupsOf(bare))) : null;
}

/**
 * An address as a forwarding header or a URL spells it: also with a port, in brackets, in quotes (RFC 7239 §6); `null` for
 * anything else, such as `unknown` or a name.
 */
export function parseAddressWithPort(text: string): IpAddress | null {
  const bare = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare);
  if (bracketed !== null) return bracketed[1]!.includes(':') ? parseAddress(bracketed[1]!) : null;
  return parseAddress(/^([\d.]+):\d{1,5}$/.exec(bare)?.[1] ?? bare);
}

/** The one spelling: `192.0.2.1`; IPv6 in lower case with the longest run of zeros left out (RFC 5952). */
export function spellAddress({ family, words: [first, ...rest] }: IpAddress): string {
  if (family === 4) return dotted(first!);
  const groups = [first!, ...rest].flatMap((word) => [word >>> 16, word & 0xffff]);
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/** The first 64 bits, of which an IPv6 customer has at least one to choose addresses from: `2001:db8:0:0::/64`. */
export const spellNet64 = ({ words: [first, second] }: IpAddress): string =>
  `${hexGroups(first!)}:${hexGroups(second!)}::/64`;

export const dotted = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;

const hexGroups = (word: number): string => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;

function wordOf(v4: string): number {
  let word = 0;
  for (const octet of v4.split('.')) word = word * 256 + Number(octet);
  return word;
}

/** The eight groups of a valid IPv6 address without a zone. */
function groupsOf(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const before = groupsIn(head);
  const after = groupsIn(tail ?? '');
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  return [...before, ...new Array<number>(zeros).fill(0), ...after];
}

const groupsIn = (part: string): number[] =>
  part === ''
    ? []
    : part.split(':').flatMap((group) => {
        if (!group.includes('.')) return [Number.parseInt(group, 16)];
        const word = wordOf(group);
        return [word >>> 16, word & 0xffff];
      });

const words = (groups: readonly number[]): number[] =>
  [0, 2, 4, 6].map((i) => ((groups[i]! << 16) | groups[i + 1]!) >>> 0);

const unmapped = (all: readonly number[]): IpAddress =>
  all[0] === 0 && all[1] === 0 && all[2] === MAPPED_PREFIX
    ? { family: 4, words: [all[3]!] }
    : { family: 6, words: all };
