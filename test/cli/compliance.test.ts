import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/program.ts';
import { testClock } from '../support/house.ts';
import { agentOf, type Server, sallyport, startServer, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
let server: Server;
beforeAll(async () => {
  server = await startServer(folder.path);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const NIGHT = ['--at', '2026-11-21T05:00:00Z'];
const explain = (...argv: readonly string[]) => ['compliance', 'explain', '+14155550100', '--output', 'text', ...argv];

/** In this process: no server, no token, no start of Node. */
async function offline(...argv: readonly string[]) {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text) > 0 };
  const code = await run(['compliance', 'explain', ...argv, '--offline'], {
    out: sink,
    err: { write: () => true },
    stdin: (async function* () {})(),
    clock: testClock(),
    signals: { on: () => undefined, off: () => undefined },
    endAtOnce: () => undefined,
  });
  return { code, out: written.join('') };
}

describe('sallyport compliance explain', () => {
  test('without a server or a token tells the law alone, says so, and ends with 1 where it refuses', async () => {
    const { code, out, err } = await sallyport(explain('--channel', 'voice', ...NIGHT), { DATA_DIR: '/nowhere' });
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/^refused: \+14155550100 by voice, transactional, .*; allowed from 2026-11-21T16:00:00.000Z\n/);
    expect(out).toContain('There is no token to ask a server with. Asked no server: the law alone.');
    expect(out).toMatch(/✗ Calls, whatever their purpose: every day 8:00–21:00/);
    expect(out).toMatch(
      /calls-8-21, by 47 CFR 64\.1200\(c\)\(1\).*checked 2026-\d\d-\d\d\); Fri 21:00 in America\/Los_Angeles/,
    );
    expect(out).toContain('? It takes a consent on record');
  });

  test('ends with 0 where the law does not refuse, and does not call that allowed outright', async () => {
    const { code, out } = await offline('+14155550100', '--output', 'text', ...NIGHT);
    expect(code).toBe(0);
    expect(out).toMatch(/^allowed, as far as could be asked:/);
  });

  test('tells what if the contact lived elsewhere, marked as assumed, and asks no server for it', async () => {
    const { code, out } = await server.run(explain('--channel', 'voice', '--zone', 'Asia/Tokyo', ...NIGHT));
    expect(code).toBe(0); // 14:00 in Tokyo
    expect(out).toContain('Asked no server');
    expect(out).toContain('Asia/Tokyo (by zone)');
    expect((await offline('+14155550100', '--zone', 'Mars/Olympus')).code).toBe(2);
  });

  test('asks the server, which knows consent, opt-outs and the agent', async () => {
    const { token } = await agentOf(server, '+14155550100');
    const asked = await server.run(explain(), { token });
    expect([asked.code, asked.err]).toEqual([0, '']);
    expect(asked.out).toMatch(/^allowed: /);
    expect(asked.out).toContain(`Asked the server at ${server.url}.`);
    expect(asked.out).toContain('✓ It rests on express.');
    await server.post('comms/dnc-add', { contact: '+14155550100' });
    const listed = await server.run(explain(), { token });
    expect(listed.code).toBe(1);
    expect(listed.out).toMatch(/✗ The contact is on the organisation's do-not-contact list/);
    expect(listed.out).toContain('waiting does not help');
  });

  test('answers JSON for machines, with who was asked', async () => {
    const { code, out } = await offline('+33142278186', '--purpose', 'marketing', '--at', '2026-11-22T10:00:00Z');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      askedServer: null,
      verdict: 'deny',
      allowedFrom: '2026-11-23T09:00:00.000Z',
    });
  });

  test('a server that was named and does not answer is told, not replaced', async () => {
    const { code, err } = await sallyport(explain('--url', 'http://127.0.0.1:9'), { SALLYPORT_TOKEN: 'spo_none' });
    expect(code).toBe(2);
    expect(err).toContain('No server answers at http://127.0.0.1:9');
  });

  test('what is no number, time or channel is told', async () => {
    for (const argv of [['nobody'], ['+14155550100', '--at', 'tomorrow'], ['+14155550100', '--channel', 'pigeon']]) {
      expect((await offline(...argv)).code, argv.join(' ')).toBe(2);
    }
  });
});

test('a refusal at night is told over REST with its law and when to try again, and by why', async () => {
  const { token } = await agentOf(server);
  await server.post('comms/record-consent', { contact: '+14155550101', channel: 'voice' }, token);
  // eight hours apart: one of them is closed at any time
  const zones = ['America/Los_Angeles', 'Africa/Abidjan', 'Asia/Singapore'];
  const said = [];
  for (const zone of zones) {
    await server.post('comms/set-contact-place', { contact: '+14155550101', zone });
    said.push(await server.post('comms/make-call', { to: '+14155550101' }, token));
  }
  const closed = said.find(({ body }) => body['code'] === 'outside_calling_hours')!;
  expect(closed.status).toBe(403);
  expect(closed.body).toMatchObject({
    title: 'Outside the hours in which the recipient may be contacted',
    retryAfterMs: expect.any(Number),
    reasons: [
      { guard: 'calling-window', source: expect.stringContaining('47 CFR'), fact: expect.stringContaining(' in A') },
    ],
  });
  const { out } = await server.run(['why', String(closed.body['actionId']), '--output', 'text']);
  expect(out).toMatch(/outside_calling_hours {2}Calls, whatever their purpose: .* by 47 CFR 64\.1200/);
});
