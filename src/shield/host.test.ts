import { describe, expect, it } from 'vitest';
import { checkHost, hostAllowList, LOOPBACK_HOSTS, normalHost } from './host.ts';

const allowed = hostAllowList([...LOOPBACK_HOSTS, 'Door.Example:8443', '2001:DB8:0::1']);

describe('checkHost', () => {
  it.for([
    ['localhost', 'localhost'],
    ['LocalHost:3100', 'localhost'],
    ['127.0.0.1:1', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[::1]:3100', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:3100', '[::1]'],
    ['DOOR.example', 'door.example'],
    ['[2001:db8::1]:443', '[2001:db8::1]'],
  ] as const)('lets %s through as %s', ([header, host]) => {
    expect(checkHost(header, allowed)).toEqual({ ok: true, value: host });
  });

  it.for([
    null,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    'localhost.', // another spelling of a name is another name
    'localhost:',
    'localhost:3100:3100',
    'localhost:x',
    'localhost:123456',
    'localhost, evil.example', // two Host headers, joined
    'user@localhost',
    'localhost/evil',
    'localhost#evil',
    ' localhost',
    'localhost\n',
    '127.0.0.1.nip.io',
    '127.1',
    '0x7f000001',
    '[::1',
    '[::ffff:127.0.0.1]',
    '[::2]',
    '[nonsense]',
    'ⓛocalhost',
  ])('refuses %j', (header) => {
    expect(checkHost(header, allowed)).toMatchObject({ ok: false, error: { code: 'host_not_allowed' } });
  });

  it('refuses to make a list with an entry that is not a host', () => {
    for (const entry of ['', '*', '*.example.com', 'https://door.example', 'a b', '[::1', '::1::']) {
      expect(() => hostAllowList([entry]), entry).toThrow(TypeError);
    }
  });

  it('takes an IPv6 address without brackets in a list', () => {
    expect(normalHost('::1')).toBe('[::1]');
  });
});
