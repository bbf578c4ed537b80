import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressList, checkAddress, parseNetwork, spellNetwork } from './address-list.ts';
import { parseAddress, parseAddressWithPort, spellAddress } from './ip-address.ts';

const spelled = (text: string) => {
  const address = parseAddress(text);
  return address && spellAddress(address);
};

describe('parseAddress', () => {
  it.for([
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:c000:0201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::192.0.2.1', '::c000:201'], // IPv4-compatible, not mapped
  ] as const)('reads %s as %s', ([text, address]) => {
    expect(spelled(text)).toBe(address);
  });

  it.for([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4', // octal to some readers, decimal to others
    '0x7f.0.0.1',
    '2130706433',
    '127.1',
    '1.2.3.256',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '1.2.3.4:80',
    '[::1]',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::ffff:1.2.3.4.5',
    '::ffff:01.2.3.4',
    'localhost',
    'unknown',
    '１.２.３.４',
  ])('does not read %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it('never throws, and gives every address one spelling that reads back as itself', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV6().map((text) => `::ffff:${text}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const address = parseAddress(text);
        if (address === null) return;
        expect(parseAddress(spellAddress(address))).toEqual(address);
        expect(address.words.every((word) => word >= 0 && word <= 0xffffffff)).toBe(true);
      }),
    );
  });
});

it.for([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:8080', '192.0.2.1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  ['[::ffff:192.0.2.1]:1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['[192.0.2.1]', null],
  ['192.0.2.1:', null],
  ['192.0.2.1:x', null],
  ['192.0.2.1:123456', null],
  ['[::1', null],
  ['::1]', null],
  ['[::1]x', null],
  ['"', null],
  ['""', null],
  ['_hidden', null],
  ['unknown', null],
] as const)('an address with a port: %j is %j', ([text, address]) => {
  const read = parseAddressWithPort(text);
  expect(read && spellAddress(read)).toBe(address);
});

describe('a network', () => {
  it.for([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:10.0.0.1', '10.0.0.1/32'],
  ] as const)('reads %s as %s', ([text, network]) => {
    const read = parseNetwork(text);
    expect(read && spellNetwork(read)).toBe(network);
  });

  it.for([
    '',
    '/',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0.0/8.0',
    '10.0.0.1/8', // the address, or the network?
    '10/8',
    '10.0.0.0/255.0.0.0',
    '::1/129',
    '2001:db8::1/32',
    '::ffff:10.0.0.0/8',
    'fe80::1%eth0/64',
    'localhost',
    'door.example',
    '*',
    '10.0.0.*',
    '10.0.0.1-10.0.0.9',
    ' 10.0.0.0/8',
  ])('is not %j, and no list is made with it', (text) => {
    expect(parseNetwork(text)).toBeNull();
    expect(() => addressList(['192.0.2.1', text])).toThrow(TypeError);
  });
});

describe('a list of networks', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
  /** Near each other, so that some are in and some are out. */
  const near = (host: string, bits: number): string => {
    const { family, words } = parseAddress(host)!;
    const masked = words.map((word, i) => {
      const left = Math.max(0, Math.min(32, bits - 32 * i));
      return left === 0 ? 0 : (word & (-1 << (32 - left))) >>> 0;
    });
    return `${spellAddress({ family, words: masked })}/${bits}`;
  };

  it('has exactly what Node’s own BlockList has, within each family', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(v4, v6), { maxLength: 5 }), fc.oneof(fc.ipV4(), fc.ipV6()), (entries, other) => {
        const nets = entries
          .filter(([host]) => parseAddress(host)!.family === (host.includes(':') ? 6 : 4))
          .map(([host, bits]) => near(host, bits));
        const list = addressList(nets);
        for (const text of [other, ...entries.map(([host]) => host)]) {
          const address = parseAddress(text)!;
          const model = new BlockList();
          for (const net of nets) {
            const [host = '', bits] = net.split('/');
            const family = host.includes(':') ? 'ipv6' : 'ipv4';
            if (family === `ipv${address.family}`) model.addSubnet(host, Number(bits), family);
          }
          expect(list.has(address)).toBe(model.check(spellAddress(address), `ipv${address.family}`));
        }
      }),
    );
  });

  it('knows an IPv4 address behind an IPv6 one, and keeps the families apart', () => {
    const list = addressList(['10.0.0.0/8', '::/0']);
    expect(list.has(parseAddress('::ffff:10.1.2.3'))).toBe(true);
    expect(list.has(parseAddress('::ffff:11.1.2.3'))).toBe(false);
    expect(list.has(parseAddress('2001:db8::1'))).toBe(true);
    expect(addressList(['0.0.0.0/0']).has(parseAddress('2001:db8::1'))).toBe(false);
    expect(list.has(null)).toBe(false);
  });
});

describe('checkAddress', () => {
  const inside = parseAddress('10.1.1.1');
  const outside = parseAddress('2001:db8::1');
  const lists = (allow: string[], deny: string[]) => ({ allow: addressList(allow), deny: addressList(deny) });

  it.for([
    ['everybody by empty lists', [], [], inside, true],
    ['somebody unknown by empty lists', [], [], null, true],
    ['who is on the allow-list', ['10.0.0.0/8'], [], inside, true],
    ['who is not on the allow-list', ['10.0.0.0/8'], [], outside, false],
    ['somebody unknown by an allow-list', ['10.0.0.0/8'], [], null, false],
    ['somebody unknown by a deny-list', [], ['10.0.0.0/8'], null, false],
    ['who is on the deny-list', [], ['2001:db8::/32'], outside, false],
    ['who is not on the deny-list', [], ['2001:db8::/32'], inside, true],
    ['who is on both', ['10.0.0.0/8'], ['10.1.1.1'], inside, false],
  ] as const)('judges %s', ([, allow, deny, address, passes]) => {
    expect(checkAddress(address, lists([...allow], [...deny])).ok).toBe(passes);
  });
});
