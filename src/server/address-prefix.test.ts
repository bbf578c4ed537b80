import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../shield/ip-address.ts';
import { addressPrefix } from './address-prefix.ts';

const prefixOf = (text: string | undefined) => addressPrefix(text === undefined ? null : parseAddress(text));

describe('addressPrefix', () => {
  it.for([
    ['192.0.2.77', '192.0.2.0/24'],
    ['127.0.0.1', '127.0.0.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['::FFFF:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:a:b:c:d:e:f', '2001:db8:a:b::/64'],
    ['2001:db8:0a:000b::', '2001:db8:a:b::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4::/64'],
    ['', 'unknown'],
    [undefined, 'unknown'],
    ['localhost', 'unknown'],
    ['192.0.2.77, 10.0.0.1', 'unknown'],
    ['999.1.1.1', 'unknown'],
  ] as const)('%s is of %s', ([address, prefix]) => {
    expect(prefixOf(address)).toBe(prefix);
  });

  it('is one prefix for every address within a /64, however it is spelled', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const groups = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(groups, groups, (net, host) => {
        const spelled = [...net, ...host].map((one) => one.toString(16)).join(':');
        const compressed = new URL(`http://[${spelled}]`).hostname.slice(1, -1);
        expect(prefixOf(compressed)).toBe(`${net.map((one) => one.toString(16)).join(':')}::/64`);
        expect(prefixOf(spelled)).toBe(prefixOf(compressed));
      }),
    );
  });
});
