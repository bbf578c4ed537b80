import { once } from 'node:events';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentOf, type Server, sallyport, startServer, temporaryFolder } from './command-line.ts';

const SLOW = '+14155550112';

test('a first start without a terminal makes keys and a token file for its owner alone, and prints none of them', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  expect(server.lines.map(({ msg }) => msg)).toEqual([
    'starting',
    'made the keys; keep a copy of them elsewhere',
    'made the orchestrator token and wrote it to a file',
    'nobody can sign in yet: wrote the link for the first Owner, good for one hour, to a file',
    'listening',
  ]);
  const printed = JSON.stringify(server.lines);
  for (const name of ['encryption.key', 'log.key', 'orchestrator.token', 'set-up.link']) {
    const file = join(folder.path, name);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(printed).toContain(file);
    expect(printed).not.toContain(readFileSync(file, 'utf8').trim());
  }
  expect(await server.post('comms/list-organizations', {})).toMatchObject({
    status: 200,
    body: { organizations: [{ slug: 'default', mode: 'sandbox' }] },
  });
});

test('a restart finds everything: the tokens work, the messages are there, nothing is made anew', async () => {
  using folder = temporaryFolder();
  await using first = await startServer(folder.path);
  const agent = await agentOf(first);
  const sent = await first.post('comms/send-message', { to: '+14155550101', body: 'Before' }, agent.token);
  expect(sent).toMatchObject({ status: 200, body: { status: 'sent' } });
  expect(await first.stop()).toBe(0);

  await using second = await startServer(folder.path);
  expect(second.lines.map(({ msg }) => msg)).toEqual([
    'starting',
    expect.stringContaining('nobody can sign in yet'),
    'listening',
  ]);
  expect(await second.post('comms/get-messages', {}, agent.token)).toMatchObject({
    status: 200,
    body: { messages: [{ body: 'Before', status: 'sent' }] },
  });
  expect((await second.post('comms/list-organizations', {})).status).toBe(200);
});

test('until somebody has set up, every start and every request for one makes the link that is good, and no other is', async () => {
  using folder = temporaryFolder();
  const linkFile = join(folder.path, 'set-up.link');
  const isGood = async (server: Server, link: string) => {
    const body = { token: new URL(link.trim()).hash.split('token=')[1] };
    return (await server.post('auth/link', body)).status === 200;
  };
  await using first = await startServer(folder.path);
  const old = readFileSync(linkFile, 'utf8');
  expect(await isGood(first, old)).toBe(true);
  await first.stop();

  await using second = await startServer(folder.path);
  const written = readFileSync(linkFile, 'utf8');
  expect([await isGood(second, old), await isGood(second, written)]).toEqual([false, true]);
  expect(statSync(linkFile).mode & 0o777).toBe(0o600);
  const { out } = await second.run(['user', 'set-up-link']);
  const asked: string = JSON.parse(out).link;
  expect([await isGood(second, written), await isGood(second, asked)]).toEqual([false, true]);

  const people = ['--organization-id', 'org_platform'];
  const invited = await second.run([
    'user',
    'invite',
    'bob@example.com',
    '--name',
    'Bob',
    '--role',
    'owner',
    ...people,
  ]);
  expect(JSON.parse(invited.out)).toMatchObject({ personId: expect.stringMatching(/^usr_/) });
  const listed = await second.run(['user', 'list', ...people, '--output', 'text']);
  expect(listed.out).toMatch(/\n {2}id +name +email +role +status +signsInBy +lastSignIn\n {2}usr_\w+ +Bob +bob@/);
  const late = await second.run(['user', 'set-up-link']);
  expect([late.code, late.err]).toEqual([1, expect.stringContaining('There are people on this server already.')]);
  expect(JSON.stringify([first.lines, second.lines])).not.toMatch(/bob|token=/i);
});

test.for(['SIGINT', 'SIGTERM'] as const)('%s lets a running request finish, then ends with 0', async (signal) => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const agent = await agentOf(server, SLOW);
  const sending = server.post('comms/send-message', { to: SLOW, body: 'Slowly' }, agent.token);
  await untilClaimed(server);
  const ended = server.stop(signal);
  expect(await sending).toMatchObject({ status: 200, body: { status: 'sent' } });
  expect(await ended).toBe(0);
  expect(server.lines.at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
});

test('stopping under load ends in bounded time, and what was answered is in the record', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const agent = await agentOf(server);
  const limits = { perMinute: 1_000, perHour: 10_000, perDay: 100_000 };
  await server.post('comms/set-agent-limits', { agentId: agent.id, limits });
  let answered = 0;
  const senders = Array.from({ length: 20 }, async (_, sender) => {
    for (let i = 0; ; i++) {
      const body = { to: '+14155550101', body: `Message ${i} of ${sender}` };
      const answer = await server.post('comms/send-message', body, agent.token).catch(() => null);
      if (answer?.status !== 200) return;
      answered++;
    }
  });
  while (answered < 100) await new Promise((resolve) => setImmediate(resolve));
  expect(await server.stop('SIGTERM')).toBe(0);
  await Promise.all(senders);
  expect(server.lines.at(-1)).toMatchObject({ msg: 'stopped' });

  await using again = await startServer(folder.path);
  const { body } = await again.post('comms/get-usage-dashboard', { agentId: agent.id });
  const stored = Number(/"messages":(\d+)/.exec(JSON.stringify(body))?.[1]);
  expect(stored).toBeGreaterThanOrEqual(answered); // an answer may be lost with its connection, a message may not
  expect(stored).toBeLessThanOrEqual(answered + senders.length);
});

test('a second process on the same folder is refused and disturbs nothing', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const second = await sallyport(['start'], { PORT: '0', DATA_DIR: folder.path });
  expect(second.code).toBe(2);
  expect(second.err).toBe(
    `sallyport: Another Sallyport process is using ${folder.path}; stop it, or set DATA_DIR to another folder.\n`,
  );
  expect((await server.post('comms/list-organizations', {})).status).toBe(200);
});

test('a port in use is one sentence and exit code 2, and the token of a first start is not lost by it', async () => {
  using folder = temporaryFolder();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ran = await sallyport(['start'], { PORT: String(port), DATA_DIR: folder.path });
  other.close();
  expect(ran.code).toBe(2);
  expect(ran.err).toBe(
    `sallyport: Port ${port} on 127.0.0.1 is in use; stop the program that uses it, or set PORT to another port.\n`,
  );
  await using server = await startServer(folder.path);
  expect((await server.post('comms/list-organizations', {})).status).toBe(200);
});

test.for([
  [{ PORT: 'abc' }, 'sallyport: PORT must be a whole number from 0 to 65535, not "abc".\n'],
  [{ HOST: '0.0.0.0' }, expect.stringMatching(/^sallyport: HOST=0\.0\.0\.0 would serve plain HTTP .*\n$/)],
  [
    { HOST: '192.0.2.1', TRUSTED_TLS_PROXY: 'true', TRUSTED_PROXIES: '192.0.2.2' },
    expect.stringContaining('192.0.2.1 is no address of this machine'),
  ],
  [{ DATA_DIR: '/dev/null/data' }, expect.stringMatching(/^sallyport: The data folder .* make it writable .*\n$/)],
  [{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }, expect.stringContaining('(ECONNREFUSED)')],
] as const)('%j is one sentence that says what to do, and exit code 2', async ([environment, sentence]) => {
  using folder = temporaryFolder();
  const ran = await sallyport(['start'], { PORT: '0', DATA_DIR: folder.path, ...environment });
  expect(ran.err).toEqual(sentence);
  expect(ran.err.split('\n')).toHaveLength(2);
  expect(ran.out + ran.err).not.toContain('hunter2');
  expect(ran.code).toBe(2);
});

test('keys or a name other than those of before stop the start', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  await server.stop();
  const start = (environment: Record<string, string>) =>
    sallyport(['start'], { PORT: '0', DATA_DIR: folder.path, ...environment });
  expect(await start({ CREDENTIALS_ENCRYPTION_KEY: '9f'.repeat(16) + 'c3'.repeat(16) })).toMatchObject({ code: 2 });
  const key = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 73 + 41) % 251)).toString('hex');
  expect((await start({ CREDENTIALS_ENCRYPTION_KEY: key })).err).toContain('sealed with another key');
  expect((await start({ LOG_ORIGIN: 'elsewhere/log' })).err).toContain('set LOG_ORIGIN to that');
  renameSync(join(folder.path, 'log.key'), join(folder.path, 'log.key.away'));
  expect((await start({})).err).toContain('signed with another key');
  renameSync(join(folder.path, 'log.key.away'), join(folder.path, 'log.key'));
  writeFileSync(join(folder.path, 'sallyport.db'), 'no database');
  expect((await start({})).err).toContain('sallyport.db in DATA_DIR can');
});

/** Until a message is on its way: the store has it, the simulator not yet. */
async function untilClaimed(server: Awaited<ReturnType<typeof startServer>>): Promise<void> {
  for (;;) {
    const { status, body } = await server.post('comms/get-usage-dashboard', { period: 'hour' });
    if (status !== 200) throw new Error(JSON.stringify(body));
    if (JSON.stringify(body).includes('"messages":1')) return;
  }
}
