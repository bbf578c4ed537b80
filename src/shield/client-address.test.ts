import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressList, LOOPBACK_NETWORKS } from './address-list.ts';
import { addressGroup, clientAddress, isLocal, type ProxyTrust, peerOf } from './client-address.ts';
import { parseAddress, parseAddressWithPort, spellAddress } from './ip-address.ts';

const trust = (hops = 1, proxies: readonly string[] = LOOPBACK_NETWORKS): ProxyTrust => ({
  hops,
  proxies: addressList(proxies),
});
const client = (peer: string | undefined, forwardedFor: string | null, by = trust()) => {
  const address = clientAddress(peerOf(peer, by), forwardedFor, by);
  return address && spellAddress(address);
};

describe('the client’s address', () => {
  it.for([
    // peer, X-Forwarded-For, hops, client
    ['203.0.113.9', null, 1, '203.0.113.9'],
    ['203.0.113.9', '10.0.0.1', 1, '203.0.113.9'], // not a trusted peer: whatever it says
    ['::ffff:203.0.113.9', '127.0.0.1', 1, '203.0.113.9'],
    ['127.0.0.1', null, 1, '127.0.0.1'],
    ['127.0.0.1', '198.51.100.7', 1, '198.51.100.7'],
    ['::ffff:127.0.0.1', '198.51.100.7', 1, '198.51.100.7'],
    ['::1', '198.51.100.7', 1, '198.51.100.7'],
    ['127.0.0.1', '127.0.0.1, 198.51.100.7', 1, '198.51.100.7'], // forged by the client to the left of the proxy's
    ['127.0.0.1', 'nonsense,198.51.100.7', 1, '198.51.100.7'],
    ['127.0.0.1', '1.1.1.1, 198.51.100.7, 10.0.0.2', 2, '198.51.100.7'],
    ['127.0.0.1', '198.51.100.7', 2, '127.0.0.1'], // fewer than there must be
    ['127.0.0.1', '1.1.1.1, nonsense', 1, '127.0.0.1'], // never the leftmost
    ['127.0.0.1', '1.1.1.1,', 1, '127.0.0.1'],
    ['127.0.0.1', ',', 1, '127.0.0.1'],
    ['127.0.0.1', ',', 2, '127.0.0.1'],
    ['127.0.0.1', ',', 3, '127.0.0.1'],
    ['127.0.0.1', '', 1, '127.0.0.1'],
    ['127.0.0.1', 'unknown', 1, '127.0.0.1'],
    ['127.0.0.1', '198.51.100.7', 0, '127.0.0.1'], // 0: never believed
    ['127.0.0.1', '198.51.100.7', Number.NaN, '127.0.0.1'],
    ['127.0.0.1', '[2001:db8::7]:4711', 1, '2001:db8::7'],
    ['127.0.0.1', '198.51.100.7:4711', 1, '198.51.100.7'],
    ['127.0.0.1', ' \t::ffff:198.51.100.7 ', 1, '198.51.100.7'],
    ['127.0.0.1', 'fe80::1%eth0', 1, 'fe80::1'],
    ['not an address', '198.51.100.7', 1, null],
    [undefined, '198.51.100.7', 1, null],
  ] as const)('%s with %j over %d hops is %s', ([peer, forwardedFor, hops, expected]) => {
    expect(client(peer, forwardedFor, trust(hops))).toBe(expected);
  });

  it('is believed of the proxies that are named, and of no other', () => {
    const by = trust(1, ['10.0.0.0/24', '2001:db8::/64']);
    expect(client('10.0.0.7', '198.51.100.7', by)).toBe('198.51.100.7');
    expect(client('2001:db8::5', '198.51.100.7', by)).toBe('198.51.100.7');
    expect(client('10.0.1.7', '198.51.100.7', by)).toBe('10.0.1.7');
    expect(client('127.0.0.1', '198.51.100.7', by)).toBe('127.0.0.1');
  });

  it('never depends on what stands to the left of the proxies’ own entries, and never throws', () => {
    const entry = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ maxLength: 8 }).filter((text) => !text.includes(',')),
    );
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 6 }),
        fc.string(),
        fc.integer({ min: 1, max: 4 }),
        (own, forged, hops) => {
          const by = trust(hops);
          const list = own.join(',');
          const naive = own.length >= hops ? parseAddressWithPort(own[own.length - hops]!.trim()) : null;
          expect(client('127.0.0.1', list, by)).toBe(naive ? spellAddress(naive) : '127.0.0.1');
          if (own.length >= hops)
            expect(client('127.0.0.1', `${forged},${list}`, by)).toBe(client('127.0.0.1', list, by));
        },
      ),
    );
  });
});

describe('addressGroup', () => {
  it.for([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['2001:db8:0:2::1', '2001:db8:0:2::/64'],
  ] as const)('%s counts as %s', ([text, group]) => {
    expect(addressGroup(parseAddress(text))).toBe(group);
  });

  it('makes one of all that are unknown', () => {
    expect(addressGroup(null)).toBe('unknown');
  });
});

describe('isLocal', () => {
  const local = (peer: string | undefined, headers: Record<string, string>) => isLocal(peer, new Headers(headers));

  it.for(['localhost', 'localhost:3100', '127.0.0.1', '127.8.8.8:1', '[::1]:3100'])(
    'is so from loopback for %s',
    (host) => {
      expect(local('127.0.0.1', { host })).toBe(true);
      expect(local('::1', { host })).toBe(true);
      expect(local('::ffff:127.0.0.1', { host })).toBe(true);
    },
  );

  it.for([
    ['another peer', '192.0.2.1', { host: 'localhost' }],
    ['no peer', undefined, { host: 'localhost' }],
    ['no Host', '127.0.0.1', {}],
    ['a Host that a page could have', '127.0.0.1', { host: 'evil.example' }],
    ['a Host that begins like loopback', '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['another address as Host', '127.0.0.1', { host: '192.0.2.1' }],
    ['a proxy’s X-Forwarded-For', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }],
    ['an empty X-Forwarded-For', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '' }],
    ['Forwarded', '127.0.0.1', { host: 'localhost', forwarded: 'for=127.0.0.1' }],
    ['X-Real-IP', '127.0.0.1', { host: 'localhost', 'x-real-ip': '127.0.0.1' }],
    ['X-Forwarded-Host', '127.0.0.1', { host: 'localhost', 'x-forwarded-host': 'localhost' }],
    ['X-Forwarded-Proto', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    ['Via', '127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
  ] as const)('is not so with %s', ([, peer, headers]) => {
    expect(local(peer, headers)).toBe(false);
  });
});
