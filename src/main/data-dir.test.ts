import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemEntropy } from '../kernel/entropy.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import { writeSecretFile } from './secret-file.ts';
import { StartError } from './start-error.ts';

let root: string;
const opened: DataDir[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sallyport-'));
});

afterEach(() => {
  for (const dir of opened.splice(0)) dir[Symbol.dispose]();
  rmSync(root, { recursive: true });
});

function open(path = join(root, 'data')): DataDir {
  const dir = openDataDir(path, systemEntropy());
  opened.push(dir);
  return dir;
}

function reopen(dir: DataDir): DataDir {
  dir[Symbol.dispose]();
  return open(dir.path);
}

const mode = (path: string) => statSync(path).mode & 0o777;
const pem = (dir: DataDir) => dir.logKey().export({ format: 'pem', type: 'pkcs8' });

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

describe('the data folder', () => {
  it('is made for its owner alone, with key files for the owner alone, and keeps its keys', () => {
    const first = open(join(root, 'a', 'data'));
    const key = first.encryptionKey();
    const logKey = pem(first);
    expect(first.made).toEqual([join(first.path, 'encryption.key'), join(first.path, 'log.key')]);
    expect(mode(first.path)).toBe(0o700);
    for (const file of first.made) expect(mode(file)).toBe(0o600);
    expect(readFileSync(join(first.path, 'encryption.key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(readFileSync(join(first.path, 'log.key'), 'utf8')).toContain('BEGIN PRIVATE KEY');

    const second = reopen(first);
    expect(second.encryptionKey()).toEqual(key);
    expect(pem(second)).toBe(logKey);
    expect(second.made).toEqual([]);
  });

  it('makes no key that was not asked for', () => {
    const dir = open();
    dir.logKey();
    expect(existsSync(join(dir.path, 'encryption.key'))).toBe(false);
  });

  it.for(['encryption.key', 'log.key'])('refuses a %s that others can read, and says chmod 600', (name) => {
    const dir = open();
    const read = () => (name === 'log.key' ? dir.logKey() : dir.encryptionKey());
    read();
    for (const open of [0o640, 0o604, 0o620]) {
      chmodSync(join(dir.path, name), open);
      expect(refusal(read)).toBe(
        `${join(dir.path, name)} can be read by other users; run: chmod 600 '${join(dir.path, name)}'`,
      );
    }
  });

  it('refuses a damaged key file, leaves it as it is and does not quote it', () => {
    const dir = open();
    for (const text of [
      '',
      'hunter2',
      'ab'.repeat(31),
      `${'ab'.repeat(32)}\n\n`,
      '-----BEGIN PRIVATE KEY-----\nhunter2',
    ]) {
      for (const [name, read] of [
        ['encryption.key', dir.encryptionKey],
        ['log.key', dir.logKey],
      ] as const) {
        const file = join(dir.path, name);
        writeFileSync(file, text, { mode: 0o600 });
        const message = refusal(read);
        expect(message).toMatch(/is damaged; restore it from a backup/);
        expect(message).not.toContain('hunter2');
        expect(readFileSync(file, 'utf8')).toBe(text);
      }
    }
    expect(dir.made).toEqual([]);
  });

  it('does not take what a crash left half written for a key', () => {
    const dir = open();
    const temporary = join(dir.path, 'encryption.key.tmp');
    writeFileSync(temporary, 'half', { mode: 0o644 });
    dir.encryptionKey();
    expect(existsSync(temporary)).toBe(false);
    expect(mode(join(dir.path, 'encryption.key'))).toBe(0o600);
  });

  it('starts although it was killed while it destroyed an old key, and finishes that', () => {
    const dir = open();
    dir.encryptionKey();
    dir.keys.add();
    const kept = readdirSync(dir.path).find((name) => name.startsWith('encryption-'))!;
    const file = join(dir.path, kept);
    writeFileSync(file, Buffer.alloc(65), { mode: 0o600 }); // overwritten, and not yet removed
    expect(dir.keys.kept()).toEqual([]);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, `${'\0'.repeat(64)}a`, { mode: 0o600 });
    expect(refusal(dir.keys.kept)).toMatch(/is damaged/);
  });

  it('refuses a file in the place of the folder or above it, and a folder in the place of a key', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'data')]) {
      expect(refusal(() => open(path))).toMatch(
        /can't be used \(\w+\); make it writable for this user, or set DATA_DIR/,
      );
    }
    const dir = open();
    mkdirSync(join(dir.path, 'log.key'), { mode: 0o700 });
    expect(refusal(dir.logKey)).toContain('is not a file');
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not write to', () => {
    chmodSync(root, 0o500);
    expect(refusal(() => open())).toContain('(EACCES)');
    chmodSync(root, 0o700);
  });
});

it('a secret file is never overwritten', () => {
  const file = join(root, 'token');
  writeSecretFile(file, 'one');
  expect(refusal(() => writeSecretFile(file, 'two'))).toContain('exists already');
  expect(readFileSync(file, 'utf8')).toBe('one');
});

describe('the lock', () => {
  const inUse = /^Another Sallyport process is using .*; stop it, or set DATA_DIR to another folder\.$/;

  it('refuses a second owner in the same process until the first gives the folder back', () => {
    const first = open();
    expect(refusal(() => open())).toMatch(inUse);
    expect(reopen(first).path).toBe(first.path);
  });

  it('refuses a second process, and is free again as soon as the first is killed', async () => {
    const script = join(root, 'owner.mjs');
    writeFileSync(
      script,
      `import { openDataDir } from ${JSON.stringify(new URL('data-dir.ts', import.meta.url).href)};
       globalThis.held = openDataDir(${JSON.stringify(join(root, 'data'))}, { bytes: (n) => new Uint8Array(n) });
       process.send('held');
       setInterval(() => {}, 1000);`,
    );
    const owner = fork(script);
    expect(await once(owner, 'message')).toEqual(['held', undefined]);
    expect(refusal(() => open())).toMatch(inUse);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(open().path).toBe(join(root, 'data'));
  });
});
