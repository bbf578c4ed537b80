/**
 * Network addresses as prefixes, for counting: one host of IPv4 shares a /24 with its neighbours, one of IPv6 owns at least
 * a /64. Shorter than the address on purpose: enough to see where a flood comes from, too little to name a person.
 */
import { isIPv4, isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const PREFIX_GROUPS = 4;
const ALL_GROUPS = 8;

/** `192.0.2.7` → `192.0.2.0/24`, `2001:db8::1` → `2001:db8:0:0::/64`; IPv4 within IPv6 is IPv4; else `unknown`. */
export function addressPrefix(address: string | undefined): string {
  const bare = (address ?? '').replace(/%.*$/, ''); // the zone of a link-local address
  const v4 = MAPPED.exec(bare)?.[1] ?? bare;
  if (isIPv4(v4)) return `${v4.split('.').slice(0, 3).join('.')}.0/24`;
  return isIPv6(bare) ? `${firstGroups(bare).join(':')}::/64` : 'unknown';
}

function firstGroups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after =
    tail === undefined || tail === ''
      ? []
      : tail.split(':').flatMap((group) => (group.includes('.') ? [group, group] : [group]));
  const zeros = tail === undefined ? [] : Array<string>(ALL_GROUPS - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].slice(0, PREFIX_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
}
