/** The alert that tells of a lock-out. An address group is personal data: what is told is the wider network it is of. */
import { isIPv4, isIPv6 } from 'node:net';
import { type Alert, ofPlatform } from '../guard/alerts.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import { LOCK_OUT } from './rules/lock-out.ts';

/** @param address the group that was locked out, such as `192.0.2.7` or `2001:db8:0:1::/64`. */
export function lockOutAlert(address: string): Alert {
  const network = networkOf(address);
  const minutes = LOCK_OUT.lockMs / MINUTE_MS;
  return ofPlatform({
    severity: 'HIGH',
    kind: 'lock_out',
    say: `${LOCK_OUT.failures} failed authentications from one address of ${network}: it is locked out for ${minutes} minutes. If it is one of yours, look for a client with an old token; if not, somebody guesses.`,
    subject: network,
    detail: { network, failures: LOCK_OUT.failures, lockedMinutes: minutes },
  });
}

/** `192.0.2.7` or `192.0.2.7/32` → `192.0.2.0/24`, `2001:db8:0:1::/64` → `2001:db8:0::/48`; else `unknown`. */
export function networkOf(group: string): string {
  const address = group.replace(/\/\d{1,3}$/, '').toLowerCase();
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(address)) return 'unknown';
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...zeros, ...after].slice(0, 3).map((one) => one.replace(/^0+(?=.)/, ''));
  return `${groups.join(':')}::/48`;
}
