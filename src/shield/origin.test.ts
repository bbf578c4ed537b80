import { describe, expect, it } from 'vitest';
import { hostAllowList, LOOPBACK_HOSTS } from './host.ts';
import { checkOrigin, originAllowList } from './origin.ts';

const allowed = originAllowList(['https://App.example', 'http://door.example:8080'], hostAllowList(LOOPBACK_HOSTS));

describe('checkOrigin', () => {
  it('lets a program through, which sends no Origin', () => {
    expect(checkOrigin(null, allowed)).toEqual({ ok: true, value: null });
  });

  it.for([
    ['https://app.example', 'https://app.example'],
    ['HTTPS://APP.example:443', 'https://app.example'],
    ['http://door.example:8080', 'http://door.example:8080'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://127.0.0.1', 'https://127.0.0.1'],
    ['http://[::1]:3100', 'http://[::1]:3100'],
  ] as const)('lets %s through', ([header, origin]) => {
    expect(checkOrigin(header, allowed)).toEqual({ ok: true, value: origin });
  });

  it.for([
    '',
    'null',
    '*',
    'https://evil.example',
    'http://app.example', // the scheme is part of the origin
    'https://app.example:8443',
    'http://door.example',
    'https://app.example.evil.example',
    'https://app.example@evil.example',
    'https://localhost.evil.example',
    'https://app.example/',
    'https://app.example/path',
    'https://app.example, https://evil.example',
    'https://app.example https://evil.example',
    'file://',
    'chrome-extension://localhost',
    'javascript://localhost',
    'https://',
    'http://localhost:99999',
  ])('refuses %j', (header) => {
    expect(checkOrigin(header, allowed)).toMatchObject({ ok: false, error: { code: 'origin_not_allowed' } });
  });

  it('refuses to make a list with an entry that is not an origin', () => {
    for (const entry of ['', '*', 'https://*.example', 'app.example', 'https://app.example/x', 'null']) {
      expect(() => originAllowList([entry], new Set()), entry).toThrow(TypeError);
    }
  });
});
