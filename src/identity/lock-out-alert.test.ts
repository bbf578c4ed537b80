import { describe, expect, it } from 'vitest';
import { lockOutAlert, networkOf } from './lock-out-alert.ts';

describe('the network that an alert names', () => {
  it.for([
    ['192.0.2.77', '192.0.2.0/24'],
    ['192.0.2.77/32', '192.0.2.0/24'],
    ['2001:db8:a:b::/64', '2001:db8:a::/48'],
    ['2001:DB8:0a:b:c:d:e:f', '2001:db8:a::/48'],
    ['2001:db8::/64', '2001:db8:0::/48'],
    ['::1', '0:0:0::/48'],
    ['1::/64', '1:0:0::/48'],
    ['other', 'unknown'],
    ['', 'unknown'],
  ] as const)('of %s is %s', ([group, network]) => expect(networkOf(group)).toBe(network));
});

it('an alert of a lock-out does not tell the address', () => {
  expect(JSON.stringify(lockOutAlert('203.0.113.77'))).not.toContain('113.77');
  expect(lockOutAlert('203.0.113.77')).toMatchObject({ severity: 'HIGH', subject: '203.0.113.0/24' });
});
