/** Which paths mean a file that may be given out: never a dotfile, a link out, another kind, whatever the spelling. */
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { filesIn, STATIC_RULES, staticFile } from './static-file.ts';

const outer = mkdtempSync(join(tmpdir(), 'static-'));
const root = join(outer, 'root');
for (const folder of ['.git', 'sub/.hidden', 'empty', 'odd.d']) mkdirSync(join(root, folder), { recursive: true });
mkdirSync(join(outer, 'root-other'));
const put = (path: string, text = path) => writeFileSync(join(outer, path), text);
for (const name of [
  'a.txt',
  'b c.html',
  'ü%41.txt',
  'UPPER.TXT',
  'sub/d.css',
  'big.txt',
  '.env',
  '.env.txt',
  '.git/config',
  '.git/x.txt',
])
  put(`root/${name}`);
for (const name of [
  'key.pem',
  'noextension',
  'a.txt~',
  'a.php',
  'sub/.hidden/x.txt',
  'odd.d/e.txt',
  'plus+.txt',
  'back\\slash.txt',
])
  put(`root/${name}`);
put('root/empty.txt', '');
put('root/big.txt', 'more than ten');
put('secret.txt');
put('root-other/secret.txt');
symlinkSync(join(outer, 'secret.txt'), join(root, 'out.txt'));
symlinkSync('../../secret.txt', join(root, 'sub/out.txt'));
symlinkSync(outer, join(root, 'up'));
symlinkSync(join(outer, 'root-other'), join(root, 'neighbour'));
symlinkSync(join(root, '.env'), join(root, 'env.txt'));
symlinkSync(join(root, '.git'), join(root, 'git'));
symlinkSync(join(root, 'key.pem'), join(root, 'pem.txt'));
symlinkSync('a.txt', join(root, 'alias.txt'));
symlinkSync('loop.txt', join(root, 'loop.txt'));
symlinkSync('gone.txt', join(root, 'dangling.txt'));
linkSync(join(root, 'a.txt'), join(root, 'hard.txt'));
afterAll(() => rmSync(outer, { recursive: true }));

const kind = async (path: string, rules = STATIC_RULES) => (await staticFile(root, path, rules)).kind;

describe('a path', () => {
  it.each([
    ['/a.txt', 'text/plain; charset=utf-8'],
    ['a.txt', 'text/plain; charset=utf-8'],
    ['/b%20c.html', 'text/html; charset=utf-8'],
    ['/%C3%BC%2541.txt', 'text/plain; charset=utf-8'],
    ['/UPPER.TXT', 'text/plain; charset=utf-8'],
    ['/%61.txt', 'text/plain; charset=utf-8'],
    ['/plus+.txt', 'text/plain; charset=utf-8'],
    ['/sub/d.css', 'text/css; charset=utf-8'],
    ['/odd.d/e.txt', 'text/plain; charset=utf-8'],
    ['/alias.txt', 'text/plain; charset=utf-8'],
  ])('means its file: %s', async (path, contentType) => {
    expect(await staticFile(root, path)).toMatchObject({ kind: 'file', contentType });
  });

  it.each(['/.env', '/.env.txt', '/.git/config', '/.git/x.txt', '/sub/.hidden/x.txt', '/%2eenv', '/.', '/sub/./d.css'])(
    'with a name that begins with a dot is refused: %s',
    async (path) => expect(await kind(path)).toBe('refused'),
  );

  it.each([
    '/../secret.txt',
    '/sub/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/sub/..%2f..%2fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/back%5cslash.txt',
    '//etc/passwd',
    '/sub//d.css',
    '/a.txt%00',
    '/a.txt%00.html',
    '/%00',
    '/a.txt%0a',
    '/%',
    '/%zz.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/%ff.txt',
    '/a.txt.',
    '/a.txt%20',
    '/....//secret.txt',
  ])('that leads out, or two readers could take for another, is refused: %s', async (path) => {
    expect(await kind(path)).toBe('refused');
  });

  it.each(['/%252e%252e/secret.txt', '/%252e%252e%252fsecret.txt'])('is decoded once: %s', async (path) => {
    expect(await kind(path)).toBe('absent');
  });

  it.each([
    '/out.txt',
    '/sub/out.txt',
    '/up/secret.txt',
    '/up/root/a.txt/../../secret.txt',
    '/neighbour/secret.txt',
    '/env.txt',
    '/git/x.txt',
    '/pem.txt',
  ])('by a link out, or to what would be refused, is refused: %s', async (path) =>
    expect(await kind(path)).toBe('refused'),
  );

  it.each(['/key.pem', '/none.pem', '/a.txt~', '/a.php', '/a.php/x.pem'])(
    'of a kind that is not listed is refused, there or not: %s',
    async (path) => expect(await kind(path)).toBe('refused'),
  );

  it('without an extension is left to others, there or not', async () => {
    for (const path of ['/noextension', '/swaig', '/agent/swaig']) expect(await kind(path)).toBe('absent');
  });

  it('to nothing is absent, to a folder a folder, to too much refused', async () => {
    for (const path of ['/none.txt', '/a.txt/x.txt', '/loop.txt', '/dangling.txt', `/${'x'.repeat(5_000)}.txt`])
      expect(await kind(path)).toBe('absent');
    for (const path of ['', '/', '/sub', '/sub/', '/empty']) expect(await kind(path)).toBe('folder');
    expect(await kind('/big.txt', { ...STATIC_RULES, maxBytes: 3 })).toBe('refused');
    expect(await kind('/big.txt', { ...STATIC_RULES, maxBytes: Number.NaN })).toBe('refused');
    expect((await staticFile(join(outer, 'none'), '/a.txt')).kind).toBe('absent');
  });

  it('made of anything never means a file outside, or one with a dot', async () => {
    const part = fc.constantFrom(
      '..',
      '%2e%2e',
      '.',
      '/',
      '%2f',
      '\\',
      '%5c',
      '%00',
      'up',
      'git',
      '.git',
      '.env',
      'secret.txt',
      'root-other',
      'sub',
      'a.txt',
      '%',
      '%25',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), fc.boolean(), async (parts, slashes) => {
        const found = await staticFile(root, `/${parts.join(slashes ? '/' : '')}`);
        if (found.kind !== 'file') return;
        expect(found.path.startsWith(`${root}/`)).toBe(true);
        expect(found.path.slice(root.length)).not.toMatch(/\/\.|\.pem$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a list', () => {
  it('has what would be given out, and no links', async () => {
    const listed = await filesIn(root, { ...STATIC_RULES, maxBytes: 10 }); // `big.txt` is larger
    expect(listed).toEqual(['a.txt', 'empty/', 'empty.txt', 'hard.txt', 'odd.d/', 'sub/']);
  });
});
