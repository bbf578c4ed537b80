/**
 * Network addresses as prefixes, for counting: one host of IPv4 shares a /24 with its neighbours, one of IPv6 owns at least
 * a /64. Shorter than the address on purpose: enough to see where a flood comes from, too little to name a person.
 */
import { type IpAddress, spellAddress, spellNet64 } from '../shield/ip-address.ts';

const LAST_OCTET = 0xff;

/** `192.0.2.7` → `192.0.2.0/24`, `2001:db8::1` → `2001:db8:0:0::/64`; an address that is not known is `unknown`. */
export function addressPrefix(address: IpAddress | null): string {
  if (address === null) return 'unknown';
  if (address.family === 6) return spellNet64(address);
  return `${spellAddress({ family: 4, words: [(address.words[0]! & ~LAST_OCTET) >>> 0] })}/24`;
}
