import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyFromSeed, noteSigner } from '../../src/audit/signed-note.ts';
import { agentOf, command, type Ran, type Server, startServer, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let server: Server;
let actionId: string;

/** Offline: no server, no token, nothing of the data folder. */
const offline = (...argv: readonly string[]): Promise<Ran> => command(['audit', ...argv], { DATA_DIR: '/nowhere' });

beforeAll(async () => {
  server = await startServer(folder.path);
  const agent = await agentOf(server);
  await server.run(['audit', 'checkpoint', '--out', at('kept')]);
  const sent = await server.post('comms/send-message', { to: '+14155550101', body: 'For the record' }, agent.token);
  const meta = sent.body['_meta'];
  actionId = typeof meta === 'object' && meta !== null && 'actionId' in meta ? String(meta.actionId) : '';
  const exported = await server.run(['audit', 'export', '--out', at('log.jsonl')]);
  writeFileSync(at('key'), /^ {2}(\S+)$/m.exec(exported.err)?.[1] ?? '');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const lines = () => readFileSync(at('log.jsonl'), 'utf8').trimEnd().split('\n');
const changed = (name: string, text: string): string => {
  writeFileSync(at(name), text);
  return at(name);
};

test('an export verifies offline, with the key and a kept checkpoint', async () => {
  const { code, out } = await offline(
    'verify',
    at('log.jsonl'),
    '--key',
    at('key'),
    '--checkpoint',
    at('kept'),
    '--output=text',
  );
  expect(code).toBe(0);
  expect(out.match(/^✓/gm)).toHaveLength(4);
  const key = readFileSync(at('key'), 'utf8');
  expect(JSON.parse((await offline('verify', at('log.jsonl'), '--key', key)).out)).toMatchObject({
    ok: true,
    trust: 'given-key',
  });
});

test('without a key or a checkpoint it says what was not checked', async () => {
  const { out } = await offline('verify', at('log.jsonl'), '--output', 'text');
  expect(out.match(/^!/gm)).toHaveLength(2);
});

test('standard output and standard input carry an export too', async () => {
  const { out } = await server.run(['audit', 'export']);
  expect((await command(['audit', 'verify', '-'], {}, out)).code).toBe(0);
});

test('an export of all organisations is readable in full', async () => {
  const { out } = await server.run(['audit', 'export', '--all']);
  const { own, size } = JSON.parse((await command(['audit', 'verify', '-'], {}, out)).out);
  expect(own).toBe(size);
});

test.for([
  ['one byte', (text: string) => text.replace('allow', 'Allow'), 'edited_body'],
  ['a line taken out', (text: string) => text.split('\n').toSpliced(3, 1).join('\n'), 'wrong_index'],
  ['the end cut off', (text: string) => text.trimEnd().split('\n').slice(0, -1).join('\n'), 'truncated'],
  ['a line end exchanged for another', (text: string) => text.replace('\n', '\r'), 'bad_header'],
] as const)('%s changed in an export is found', async ([name, change, code]) => {
  const file = changed(`${name}.jsonl`, change(readFileSync(at('log.jsonl'), 'utf8')));
  const ran = await offline('verify', file, '--key', at('key'), '--output', 'text');
  expect(ran.code).toBe(1);
  expect(ran.out).toBe('');
  expect(ran.err).toContain(`(${code})`);
});

test('an older export does not pass for the log of a kept checkpoint, and another log’s key does not verify it', async () => {
  await server.run(['audit', 'checkpoint', '--out', at('newer')]);
  const agent = await agentOf(server);
  expect(agent.id).toMatch(/^agt_/);
  await server.run(['audit', 'checkpoint', '--out', at('newest')]);
  expect((await offline('verify', at('log.jsonl'), '--checkpoint', at('newer'))).code).toBe(0);
  expect((await offline('verify', at('log.jsonl'), '--checkpoint', at('newest'), '--output', 'text')).err).toContain(
    'older_than_kept',
  );
  const stranger = noteSigner('sallyport.local/log', keyFromSeed(new Uint8Array(32).fill(3))).vkey;
  const foreign = await offline('verify', at('log.jsonl'), '--key', stranger, '--output', 'text');
  expect([foreign.code, foreign.err]).toEqual([1, expect.stringContaining('(wrong_key)')]);
});

test('a message is proven to be in the log, here and offline; a changed proof is not', async () => {
  const proven = await server.run(['audit', 'proof', actionId, '--out', at('proof')]);
  expect([proven.code, proven.out.match(/^✓ entry \d+, the (?:decision|result), is in the log$/gm)?.length]).toEqual([
    0, 2,
  ]);
  expect((await offline('verify-proof', at('proof'), '--key', at('key'))).code).toBe(0);
  const text = readFileSync(at('proof'), 'utf8');
  for (const change of [
    text.replace('comms.send', 'comms.zend'),
    text.replace(/"index":(\d+)/, (_all, index) => `"index":${Number(index) + 1}`),
    text.replace(/"actionId":"act_\w+"/, '"actionId":"act_1"'),
    text.replace(/"proof":\["(.)/, (_all, first) => `"proof":["${first === 'A' ? 'B' : 'A'}`),
    text.replace(/"proofs":\[.*\]/, '"proofs":[]'),
  ]) {
    expect(change).not.toBe(text);
    const ran = await offline('verify-proof', changed('proof.changed', change), '--key', at('key'));
    expect([ran.code, ran.out]).toEqual([1, '']);
  }
});

test('what has no proof is said so', async () => {
  const { code, err } = await server.run(['audit', 'proof', 'act_1']);
  expect([code, err]).toEqual([1, expect.stringContaining('Nothing is proven of act_1')]);
});

test('evidence is never overwritten, and what broke off leaves no file', async () => {
  const before = readFileSync(at('log.jsonl'), 'utf8');
  const again = await server.run(['audit', 'export', '--out', at('log.jsonl')]);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('is not overwritten')]);
  expect(readFileSync(at('log.jsonl'), 'utf8')).toBe(before);
  const kept = readFileSync(at('kept'), 'utf8');
  expect((await server.run(['audit', 'checkpoint', '--out', at('kept')])).code).toBe(2);
  expect(readFileSync(at('kept'), 'utf8')).toBe(kept);
  const refused = await server.run(['audit', 'export', '--out', at('none')], { token: 'nobody' });
  expect([refused.code, existsSync(at('none'))]).toEqual([1, false]);
});

test('reading the log takes an auditor’s right', async () => {
  const { token } = await agentOf(server);
  const { code, err } = await server.run(['audit', 'export', '--output-is-not-an-option'], { token });
  expect([code, err]).toEqual([2, expect.stringContaining('unknown option')]);
  expect((await server.run(['audit', 'export'], { token })).err).toContain('forbidden');
  expect(lines().length).toBeGreaterThan(3);
});
