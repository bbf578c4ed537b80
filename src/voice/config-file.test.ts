/** Configuration from files: what variables may change, where files are looked for, and that a bad one stops the start. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are what is tested
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigFile } from './config-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { safeAssign } from './security/safe-assign.ts';
import { validateUrl } from './security/url-validation.ts';

const origin = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'));
  mkdirSync(join(folder, 'home'));
  vi.stubEnv('HOME', join(folder, 'home'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(origin);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function file(path: string, content: unknown): string {
  const at = join(folder, path);
  mkdirSync(join(at, '..'), { recursive: true });
  writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
  return at;
}

describe('a variable', () => {
  it('stands in texts, with a default, and is empty when it is not set', () => {
    vi.stubEnv('CONFIG_TEST_HOST', 'example.com');
    const config = new ConfigFile().loadFromObject({
      a: 'https://${CONFIG_TEST_HOST}:${CONFIG_TEST_PORT|3000}/${CONFIG_TEST_PATH}',
      deep: [{ b: '${CONFIG_TEST_HOST}' }, 1, true, null],
    });
    expect(config.get('a')).toBe('https://example.com:3000/');
    expect(config.get('deep')).toEqual([{ b: 'example.com' }, 1, true, null]);
    expect(config.get('deep.0.b')).toBe('example.com');
    expect(config.getConfig()['a']).toContain('${');
  });

  it('never changes what the file says besides, whatever it holds', () => {
    const path = file('config.json', { a: '${CONFIG_TEST_X}', b: { c: 'kept' } });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
          fc.constantFrom('","b":{"c":"forged"},"x":"', '\n', '"}', '${HOME}', '${CONFIG_TEST_X}', '$&$1'),
        ),
        (value) => {
          vi.stubEnv('CONFIG_TEST_X', value);
          const config = new ConfigFile(path);
          expect(config.get('a')).toBe(process.env['CONFIG_TEST_X']);
          expect(config.mergeWithEnv('CONFIG_NONE_')).toEqual({ a: process.env['CONFIG_TEST_X'], b: { c: 'kept' } });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of a prefix is merged beneath what the file sets', () => {
    vi.stubEnv('CT_SSL_DOMAIN', 'from.env');
    vi.stubEnv('CT_SSL_ENABLED', 'false');
    vi.stubEnv('CT_NAME_FIRST', 'x');
    vi.stubEnv('CT___PROTO___POLLUTED', 'x');
    vi.stubEnv('CT_CONSTRUCTOR_PROTOTYPE_POLLUTED', 'x');
    const config = new ConfigFile().loadFromObject({ ssl: { enabled: true }, name: 'a text' });
    expect(config.mergeWithEnv('CT_')).toEqual({ ssl: { enabled: true, domain: 'from.env' }, name: 'a text' });
    expect(config.get('ssl.domain')).toBeUndefined();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a dotted path', () => {
  it('gets, sets and asks', () => {
    const config = new ConfigFile().loadFromObject({ server: { port: 1, off: false } });
    expect(config.set('server.tls.min', '1.3').set('list', [1]).get('server.tls.min')).toBe('1.3');
    expect([config.get('server.port'), config.get('server.off'), config.get('none', 'd')]).toEqual([1, false, 'd']);
    expect([config.has('server.off'), config.has('server.none'), config.has('server.port.x')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(config.getSection('server')).toEqual({ port: 1, off: false, tls: { min: '1.3' } });
    expect([config.getSection('list'), config.getSection('none')]).toEqual([{}, {}]);
  });

  it.each(['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.polluted', 'prototype.x', '', 'a..b'])(
    'never reaches a prototype: %j',
    (path) => {
      const config = new ConfigFile().loadFromObject({ a: {} });
      config.set(path, 'x');
      expect(config.getConfig()).toEqual({ a: {} });
      expect(config.has(path)).toBe(false);
      expect(config.get(path, 'd')).toBe('d');
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  it('finds nothing that is inherited', () => {
    const config = new ConfigFile().loadFromObject({ a: {} });
    expect([config.has('toString'), config.has('a.hasOwnProperty'), config.get('a.toString')]).toEqual([
      false,
      false,
      undefined,
    ]);
  });
});

describe('a file', () => {
  it.each([
    ['{"a": 1', 'is not JSON'],
    ['{"port": ${PORT}}', 'is not JSON'],
    ['[1]', 'JSON object'],
    ['', 'is not JSON'],
    ['null', 'JSON object'],
    ['{"__proto__": {"a": 1}}', 'not allowed'],
    [`{"a": ${'['.repeat(100)}${']'.repeat(100)}}`, 'nested'],
    [`{"a": "${'x'.repeat(1_100_000)}"}`, 'larger'],
  ])('that is not understood is never no configuration: %.30s', (text, says) => {
    const path = file('config.json', text);
    for (const load of [
      () => new ConfigFile(path),
      () => new ConfigFile([path]),
      () => ConfigFile.search('config.json'),
      () => new ConfigFile().load(path),
    ]) {
      expect(load).toThrow(ConfigurationError);
      expect(load).toThrow(says);
    }
  });

  it('that is missing is an error by name, and none in a list', () => {
    expect(() => new ConfigFile('none.json')).toThrow(/none\.json can't be read \(ENOENT\)/);
    expect(new ConfigFile(['none.json']).hasConfig()).toBe(false);
    const found = file('b.json', { b: 1 });
    expect(new ConfigFile(['none.json', found]).getConfigFile()).toBe(found);
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be read stops the search', () => {
    file('config/config.json', {});
    chmodSync(join(folder, 'config'), 0o000);
    expect(() => ConfigFile.findConfigFile()).toThrow(ConfigurationError);
    chmodSync(join(folder, 'config'), 0o700);
  });

  it('is found in the working folder, config, .swml and at home, in this order, the service’s own first', () => {
    expect(ConfigFile.search('config.json')).toBeNull();
    expect(ConfigFile.findConfigFile()).toBeNull();
    const places = ['home/.swml/config.json', '.swml/config.json', 'config/config.json', 'config.json'];
    for (const place of places) {
      file(place, { at: place });
      expect(ConfigFile.search('config.json')?.get('at')).toBe(place);
      expect(new ConfigFile(ConfigFile.findConfigFile()!).get('at')).toBe(place);
    }
    file('elsewhere/config.json', { at: 'elsewhere' });
    expect(ConfigFile.search('config.json', ['elsewhere'])?.get('at')).toBe('elsewhere');
    file('home/.swml/shop_config.json', { at: 'shop' });
    expect(ConfigFile.search('config.json', [], 'shop')?.get('at')).toBe('shop');
    expect(ConfigFile.findConfigFile('shop')).toContain('shop_config.json');
  });
});

describe('safeAssign', () => {
  it('copies what is there, without the keys that reach a prototype', () => {
    const target = { a: 1 };
    const source = JSON.parse('{"b": 2, "__proto__": {"polluted": 1}, "constructor": 1, "prototype": 1}');
    expect(safeAssign(target, source)).toBe(target);
    expect(target).toEqual({ a: 1, b: 2 });
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(Object.keys(target)).toEqual(['a', 'b']);
  });
});

describe('validateUrl', () => {
  const names: Record<string, string[]> = {
    'public.test': ['93.184.216.34', '2606:2800:220:1::1'],
    'mixed.test': ['93.184.216.34', '10.0.0.1'],
    'mapped.test': ['::ffff:127.0.0.1'],
    'none.test': [],
  };
  const resolve = async (name: string) => names[name] ?? Promise.reject(new Error('ENOTFOUND'));

  it.each([
    'http://127.0.0.1',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3',
    'http://192.168.1.1',
    'http://172.16.0.1',
    'http://0.0.0.0',
    'http://224.0.0.1',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'https://mixed.test',
    'https://mapped.test',
    'https://none.test',
    'https://unknown.test',
    'https://user:pass@public.test',
    'ftp://public.test',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '/relative',
    '',
  ])('refuses %s', async (address) => {
    expect(await validateUrl(address, { resolve })).toBe(false);
  });

  it('lets public addresses pass, and private ones when asked, but never link-local ones', async () => {
    expect(await validateUrl('https://public.test/path', { resolve })).toBe(true);
    expect(await validateUrl('http://93.184.216.34')).toBe(true);
    for (const address of ['http://127.0.0.1:3000', 'http://10.0.0.1', 'http://[::1]'])
      expect([await validateUrl(address), await validateUrl(address, true)]).toEqual([false, true]);
    expect(await validateUrl('http://169.254.169.254', true)).toBe(false);
  });
});
