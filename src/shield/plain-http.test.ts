import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressList, LOOPBACK_NETWORKS } from './address-list.ts';
import { peerOf } from './client-address.ts';
import { parseAddress } from './ip-address.ts';
import { checkTransport } from './plain-http.ts';

const PROXIES = addressList([...LOOPBACK_NETWORKS, '10.0.0.5']);
const BEYOND = '203.0.113.9';

const verdict = (
  scheme: 'http' | 'https',
  from: string | undefined,
  forwardedProto: string | null = null,
  forwardedFor: string | null = null,
  proxies = PROXIES,
) =>
  checkTransport({
    encrypted: scheme === 'https',
    peer: peerOf(from, { hops: 1, proxies }),
    forwardedFor: forwardedFor === null ? null : parseAddress(forwardedFor),
    forwardedProto,
  }).ok;

describe('a request', () => {
  it.for([
    // how it came, from whom, what a proxy said of scheme and client
    ['https', BEYOND, null, null, true],
    ['https', undefined, null, null, true],
    ['http', BEYOND, null, null, false],
    ['http', '2001:db8::1', null, null, false],
    ['http', '::ffff:203.0.113.9', null, null, false],
    ['http', '10.0.0.6', null, null, false], // next to the proxy is not the proxy
    ['http', '169.254.1.1', null, null, false],
    ['http', '0.0.0.0', null, null, false],
    ['http', undefined, null, null, false], // nobody knows who
    ['http', 'nonsense', null, null, false],
    ['http', BEYOND, 'https', '127.0.0.1', false], // anybody can say so
    ['http', '127.0.0.1', null, null, true],
    ['http', '127.8.9.10', null, null, true],
    ['http', '::1', null, null, true],
    ['http', '::ffff:127.0.0.1', null, null, true],
    ['http', '10.0.0.5', null, null, true], // declared to end TLS
    ['http', '10.0.0.5', 'https', BEYOND, true],
    ['http', '10.0.0.5', ' HTTPS ', BEYOND, true],
    ['http', '10.0.0.5', 'https, https', BEYOND, true],
    ['http', '10.0.0.5', 'http', BEYOND, false],
    ['http', '127.0.0.1', 'http', BEYOND, false],
    ['http', '10.0.0.5', 'http, https', BEYOND, false], // a part of the way was open
    ['http', '10.0.0.5', 'https, http', BEYOND, false],
    ['http', '10.0.0.5', 'https,', BEYOND, false],
    ['http', '10.0.0.5', '', BEYOND, false],
    ['http', '10.0.0.5', 'wss', BEYOND, false],
    ['http', '127.0.0.1', 'http', null, false], // whose it is was not said
    ['http', '127.0.0.1', 'http', '127.0.0.1', true], // all of it on this machine
    ['http', '127.0.0.1', 'http', '::1', true],
    ['https', '10.0.0.5', 'http', BEYOND, false], // TLS from the proxy on, and none before it
    ['https', BEYOND, 'http', null, true], // no proxy: its word is nobody's
  ] as const)('by %s from %s, of which a proxy says %j for %s: %s', ([scheme, from, proto, client, expected]) => {
    expect(verdict(scheme, from, proto, client)).toBe(expected);
  });

  it('from loopback needs no TLS even where loopback is no proxy, and nothing forwarded is believed there', () => {
    const none = addressList([]);
    expect(verdict('http', '127.0.0.1', null, null, none)).toBe(true);
    expect(verdict('http', '127.0.0.1', 'http', BEYOND, none)).toBe(true);
  });

  it('by plain HTTP from no proxy and not from loopback is refused, whatever it says', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.option(fc.string()), fc.option(fc.ipV4()), (from, proto, client) => {
        fc.pre(!from.startsWith('127.') && from !== '10.0.0.5');
        expect(verdict('http', from, proto, client)).toBe(false);
      }),
    );
  });

  it('is told what to do, and that what it sent is known to others', () => {
    const refused = checkTransport({
      encrypted: false,
      peer: peerOf(BEYOND, { hops: 1, proxies: PROXIES }),
      forwardedFor: null,
      forwardedProto: null,
    });
    expect(refused).toMatchObject({ error: { code: 'https_required', message: expect.stringContaining('https://') } });
  });
});
