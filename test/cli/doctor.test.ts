/** The doctor finds what is wrong, says what to do, changes nothing, and prints no secret. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { examine } from '../../src/main/doctor/doctor.ts';
import { MIGRATION_NAMES } from '../../src/store/migrations/index.ts';
import { type Ran, sallyport, startServer, temporaryFolder } from './command-line.ts';

interface Examined {
  readonly check: string;
  readonly is: string;
  readonly says: string;
  readonly todo?: string;
}
const examination = ({ out }: Ran): { verdict: string; checks: readonly Examined[] } => JSON.parse(out);
/** As the command does it; that the command does is tested below. */
async function doctor(folder: string, environment: Record<string, string> = {}): Promise<Ran> {
  const examined = await examine(systemClock, { PORT: '0', DATA_DIR: folder, ...environment });
  return { code: examined.verdict === 'fail' ? 1 : 0, out: JSON.stringify(examined), err: '' };
}
const bad = (ran: Ran) =>
  examination(ran)
    .checks.filter(({ is }) => is === 'fail')
    .map(({ check }) => check);
const found = (ran: Ran, check: string) => examination(ran).checks.find((one) => one.check === check);

/** Every file with a hash of its content. */
const snapshot = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]));

test('before a first start all is well, and nothing is made', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const ran = await doctor(data);
  expect([ran.code, bad(ran), ran.err]).toEqual([0, [], '']);
  expect(found(ran, 'alerts')).toMatchObject({ is: 'warn', todo: expect.stringContaining('ALERT_WEBHOOK_URL') });
  expect(existsSync(data)).toBe(false);
});

describe('a folder that was started on', () => {
  const folder = temporaryFolder();
  let secrets: readonly string[];
  beforeAll(async () => {
    await using server = await startServer(folder.path);
    await server.post('comms/list-organizations', {});
    await server.stop();
    secrets = ['encryption.key', 'log.key', 'orchestrator.token'].map((name) =>
      readFileSync(join(folder.path, name), 'utf8').trim(),
    );
  });
  afterAll(() => folder[Symbol.dispose]());
  const file = (name: string) => join(folder.path, name);
  /** A change, what the doctor says then, and back again. */
  async function with_(change: () => () => void, environment: Record<string, string> = {}): Promise<Ran> {
    const back = change();
    const ran = await doctor(folder.path, environment);
    back();
    for (const secret of secrets) expect(ran.out + ran.err).not.toContain(secret);
    return ran;
  }
  const unchanged = () => () => undefined;
  const exchanged = (name: string, content: string) => () => {
    renameSync(file(name), file(`${name}.away`));
    writeFileSync(file(name), content, { mode: 0o600 });
    return () => renameSync(file(`${name}.away`), file(name));
  };
  const onDatabase = (text: string, undo: string) => () => {
    const run = (sql: string) => {
      const database = new DatabaseSync(file('sallyport.db'));
      database.exec(sql);
      database.close();
    };
    run(text);
    return () => run(undo);
  };

  test('is well, and not a byte of it changes', async () => {
    const before = snapshot(folder.path);
    const ran = await with_(unchanged);
    expect([ran.code, bad(ran)]).toEqual([0, []]);
    expect(found(ran, 'log')).toMatchObject({
      is: 'ok',
      says: expect.stringMatching(/^\d+ entries, each as it was signed/),
    });
    expect(found(ran, 'data key')).toMatchObject({ says: 'The encryption key opens what is stored.' });
    expect(snapshot(folder.path)).toEqual(before);
  });

  test('has a line for each check on a terminal, and an exit code', async () => {
    const ran = await sallyport(['doctor', '--output', 'text'], { PORT: '0', DATA_DIR: folder.path });
    for (const line of ran.out.trimEnd().split('\n')) expect(line).toMatch(/^(?:ok {2}|warn|fail) {2}\S/);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toMatch(/^ok {4}log +\d+ entries/m);
    expect(ran.out).toMatch(/^warn {2}alerts +They go to the logs alone\. Set ALERT_WEBHOOK_URL/m);
  });

  test('is a document for machines, and exit code 1 when something fails', async () => {
    const ran = await sallyport(['doctor'], { PORT: '0', DATA_DIR: folder.path, LOG_ORIGIN: 'elsewhere/log' });
    expect([ran.code, ran.err, bad(ran)]).toEqual([1, '', ['log']]);
    expect(examination(ran).verdict).toBe('fail');
  });

  test.for(['encryption.key', 'log.key', 'orchestrator.token'])('that lets others read %s fails', async (name) => {
    const ran = await with_(() => {
      chmodSync(file(name), 0o644);
      return () => chmodSync(file(name), 0o600);
    });
    expect(ran.code).toBe(1);
    expect(found(ran, 'key files')).toMatchObject({ is: 'fail', todo: `Run: chmod 0600 '${file(name)}'` });
  });

  test('whose keys are others than those of before fails', async () => {
    const other = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 73 + 41) % 251)).toString('hex');
    expect(bad(await with_(exchanged('encryption.key', `${other}\n`)))).toEqual(['data key']);
    expect(bad(await with_(unchanged, { CREDENTIALS_ENCRYPTION_KEY: other }))).toEqual(['data key']);
    expect(bad(await with_(exchanged('encryption.key', `${'00'.repeat(32)}\n`)))).toEqual([
      'encryption key',
      'data key',
    ]);
    expect(bad(await with_(exchanged('encryption.key', 'damaged')))).toContain('encryption key');
    expect(bad(await with_(exchanged('log.key', 'damaged')))).toContain('log key');
    expect(bad(await with_(unchanged, { LOG_ORIGIN: 'elsewhere/log' }))).toEqual(['log']);
    using elsewhere = temporaryFolder();
    await using server = await startServer(elsewhere.path);
    await server.stop();
    const foreign = readFileSync(join(elsewhere.path, 'log.key'), 'utf8');
    const ran = await with_(exchanged('log.key', foreign));
    expect(found(ran, 'log')).toMatchObject({ is: 'fail', says: 'The log was signed with another key than log.key.' });
  });

  test('whose log was edited, cut or is of the future fails', async () => {
    const edit = 'update log_entry set body = replace(body, \'"org"\', \'"0rg"\') where idx = 0';
    expect(
      bad(await with_(onDatabase(edit, 'update log_entry set body = replace(body, \'"0rg"\', \'"org"\')'))),
    ).toEqual(['log']);
    const cut = 'update log_head set size = size - 1';
    expect(bad(await with_(onDatabase(cut, 'update log_head set size = size + 1')))).toEqual(['log']);
    const ahead = 'update log_head set signed_at = signed_at + 86400000';
    const ran = await with_(onDatabase(ahead, 'update log_head set signed_at = signed_at - 86400000'));
    expect(found(ran, 'log')).toMatchObject({ is: 'fail', todo: expect.stringContaining('NTP') });
  });

  test('of a newer release fails, and one of an older release is told of', async () => {
    const insert = "insert into kysely_migration (name, timestamp) values ('9999-later', '2027-01-01')";
    const ran = await with_(onDatabase(insert, "delete from kysely_migration where name = '9999-later'"));
    expect(found(ran, 'database')).toMatchObject({ is: 'fail', says: expect.stringContaining('9999-later') });
    const last = MIGRATION_NAMES.at(-1)!; // those before it can't be missing
    const older = await with_(
      onDatabase(
        `delete from kysely_migration where name = '${last}'`,
        `insert into kysely_migration (name, timestamp) values ('${last}', '2099-01-01')`,
      ),
    );
    expect(found(older, 'database')).toMatchObject({ is: 'warn', says: expect.stringContaining(last) });
  });

  test('whose database is none fails', async () => {
    expect(bad(await with_(exchanged('sallyport.db', 'no database')))).toEqual(['database']);
  });

  test('can be looked at while a server runs on it, and the server goes on', async () => {
    await using server = await startServer(folder.path);
    const port = new URL(server.url).port;
    const ran = await doctor(folder.path, { PORT: port });
    expect([ran.code, bad(ran)]).toEqual([0, []]);
    expect(found(ran, 'port')).toMatchObject({ says: expect.stringContaining('A Sallyport answers') });
    expect(found(ran, 'log')).toMatchObject({ is: 'ok' });
    expect((await server.post('comms/list-organizations', {})).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  test('can be looked at after a server was killed on it, and starts again', async () => {
    await using server = await startServer(folder.path);
    await server.post('comms/list-organizations', {});
    await server.stop('SIGKILL');
    expect(readdirSync(folder.path)).toContain('sallyport.db-wal');
    const before = snapshot(folder.path);
    const ran = await doctor(folder.path);
    expect([ran.code, bad(ran)]).toEqual([0, []]);
    const { 'sallyport.db-shm': _index, ...rest } = snapshot(folder.path); // an index of readers' marks, not data
    expect(before).toMatchObject(rest);
    await using again = await startServer(folder.path);
    expect((await again.post('comms/list-organizations', {})).status).toBe(200);
  });
});

describe('settings', () => {
  test('that a start would refuse are all told, without their secrets', async () => {
    using folder = temporaryFolder();
    const ran = await doctor(folder.path, { PORT: 'abc', CREDENTIALS_ENCRYPTION_KEY: 'hunter2', DEMO_MODE: 'maybe' });
    expect(ran.code).toBe(1);
    expect(examination(ran).checks.map(({ check, is }) => `${check} ${is}`)).toEqual(Array(3).fill('settings fail'));
    expect(ran.out + ran.err).not.toContain('hunter2');
  });

  const SAME = '9f8e7d6c5b4a39281706f5e4d3c2b1a00f1e2d3c4b5a69788796a5b4c3d2e1f0';
  const WEBHOOK = { ALERT_WEBHOOK_URL: 'https://ops.example/hunter2' };
  test.for([
    [{ ORCHESTRATOR_SECURITY_TOKEN: 'ab'.repeat(20) }, 'secrets', 'fail'],
    [{ ORCHESTRATOR_SECURITY_TOKEN: 'changeme-changeme-changeme-1234567' }, 'secrets', 'warn'],
    [{ ORCHESTRATOR_SECURITY_TOKEN: SAME, CREDENTIALS_ENCRYPTION_KEY: SAME }, 'secrets', 'fail'],
    [{ ...WEBHOOK, ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }, 'secrets', 'fail'],
    [{ CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS: SAME }, 'encryption key', 'warn'],
    [{ DEMO_MODE: 'true' }, 'demo mode', 'warn'],
    [{ NODE_ENV: 'production' }, 'addresses', 'fail'],
    [{ NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:3100' }, 'addresses', 'fail'],
    [{ NODE_ENV: 'production', PUBLIC_URL: 'https://localhost' }, 'addresses', 'fail'],
    [{ NODE_ENV: 'production', PUBLIC_URL: 'https://door.example' }, 'addresses', 'ok'],
    [{ HOST: '0.0.0.0', TRUSTED_TLS_PROXY: 'true' }, 'settings', 'fail'],
    [{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' }, 'database', 'fail'],
  ] as const)('%j: %s %s', async ([environment, check, is]) => {
    using folder = temporaryFolder();
    const ran = await doctor(folder.path, environment);
    expect(found(ran, check)).toMatchObject({ is, says: expect.stringMatching(/\.$/) });
    if (is !== 'ok') expect(found(ran, check)?.todo).toMatch(/\S \S/);
    for (const secret of ['hunter2', 'ab'.repeat(20), 'changeme', SAME, 'whsec_Bw'])
      expect(ran.out + ran.err).not.toContain(secret);
  });

  test('of a server that runs in demo mode by others fail', async () => {
    using folder = temporaryFolder();
    await using server = await startServer(folder.path, { DEMO_MODE: 'true' });
    const ran = await doctor(folder.path, { PORT: new URL(server.url).port });
    expect(found(ran, 'demo mode')).toMatchObject({ is: 'fail' });
  });

  test('with a port that another program uses fail, and so does a clock that is not the server’s', async () => {
    using folder = temporaryFolder();
    let headers: Record<string, string> = {};
    const other = createServer((_, response) => response.writeHead(200, headers).end('{"status":"ok"}'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const PORT = String(typeof address === 'object' && address !== null ? address.port : 0);
    expect(bad(await doctor(folder.path, { PORT }))).toEqual(['port']);
    headers = { 'x-request-id': `req_${'0'.repeat(26)}`, date: new Date(Date.now() + 60_000).toUTCString() };
    const ran = await doctor(folder.path, { PORT });
    expect(found(ran, 'clock')).toMatchObject({ is: 'fail', todo: expect.stringContaining('NTP') });
    other.close();
  });
});
