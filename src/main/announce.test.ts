import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { announceFounding, announceReady, announceSetUp, SET_UP_FILE, TOKEN_FILE } from './announce.ts';
import { createOperationalLog } from './operational-log.ts';

const TOKEN = 'sps_4h2vqlrmfMeW5tHUH283oDm7qMiRTvUwSKRgb6caHJh433I7W';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function told(isTTY: boolean, token: string | null = TOKEN): string {
  const parts: string[] = [];
  const out = { isTTY, write: (part: string) => parts.push(part) };
  const log = createOperationalLog({ level: 'info', clock: { now: () => 0 }, out });
  const founding = { folder, keyFiles: token === null ? [] : [join(folder, 'log.key')], token };
  announceFounding(founding, log, out);
  announceReady('http://localhost:4000', founding, log, out);
  return parts.join('');
}

test('a terminal shows the token once, what was made, and what to do next; no file holds it', () => {
  const text = told(true);
  expect(text.split(TOKEN)).toHaveLength(2);
  expect(text).toContain(`export SALLYPORT_TOKEN=${TOKEN}`);
  expect(text).toContain('log.key ');
  expect(text).toContain('export SALLYPORT_URL=http://localhost:4000\n');
  expect(text).toContain('agent provision Ada --capabilities.sms');
  expect(existsSync(join(folder, TOKEN_FILE))).toBe(false);
});

test('without a terminal the token goes to a file of the owner’s alone, and its path is told', () => {
  const text = told(false);
  const file = join(folder, TOKEN_FILE);
  expect(text).not.toContain(TOKEN);
  expect(text).toContain(file);
  expect(readFileSync(file, 'utf8')).toBe(`${TOKEN}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the token file of another database is set aside, not lost', () => {
  writeFileSync(join(folder, TOKEN_FILE), 'older\n', { mode: 0o600 });
  told(false);
  expect(readFileSync(join(folder, TOKEN_FILE), 'utf8')).toBe(`${TOKEN}\n`);
  expect(readFileSync(join(folder, `${TOKEN_FILE}.old`), 'utf8')).toBe('older\n');
});

test('a later start tells where it listens and nothing about tokens', () => {
  expect(told(true, null)).toBe(
    'Listening on http://localhost:4000, for MCP on http://localhost:4000/mcp. Ctrl-C stops.\n\n',
  );
  expect(told(false, null).split('\n')).toHaveLength(2);
});

const LINK = 'http://localhost:4000/admin#/link?token=lo7KqAlUkVFpw9urnOnkfFH5XuhVzz7FiNrhUpggqnY';

function toldOfSetUp(isTTY: boolean): string {
  const parts: string[] = [];
  const out = { isTTY, write: (part: string) => parts.push(part) };
  announceSetUp(LINK, folder, createOperationalLog({ level: 'info', clock: { now: () => 0 }, out }), out);
  return parts.join('');
}

test('a terminal shows the first Owner’s link; no file holds it', () => {
  expect(toldOfSetUp(true)).toContain(`  ${LINK}\n`);
  expect(existsSync(join(folder, SET_UP_FILE))).toBe(false);
});

test('without a terminal the link goes to a file of the owner’s alone, in place of an older one', () => {
  writeFileSync(join(folder, SET_UP_FILE), 'older\n', { mode: 0o644 });
  const text = toldOfSetUp(false);
  expect(text).not.toContain('token=');
  expect(text).toContain(join(folder, SET_UP_FILE));
  expect(readFileSync(join(folder, SET_UP_FILE), 'utf8')).toBe(`${LINK}\n`);
  expect(statSync(join(folder, SET_UP_FILE)).mode & 0o777).toBe(0o600);
});

test('a folder that can’t be written to is told of, without the link, and stops no start', () => {
  rmSync(folder, { recursive: true });
  const text = toldOfSetUp(false);
  expect(text).toContain('could not be written');
  expect(text).not.toContain('token=');
});
