/** The encryption key is changed while the house is at work, and nothing is lost, whenever it is broken off (C10). */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { toHex } from '../../src/kernel/encoding.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { type DataDir, openDataDir } from '../../src/main/data-dir.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant } from '../matrix/tenant.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testKeys } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';

const OPENED: Disposable[] = [];
afterEach(() => {
  for (const one of OPENED.splice(0).toReversed()) one[Symbol.dispose]();
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-vault-'));
  OPENED.push({ [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) });
  return folder;
}

/** A house over a data folder, as `sallyport start` has it. */
async function inFolder(path: string): Promise<{ t: TestHouse; dataDir: DataDir; close(): Promise<void> }> {
  const dataDir = openDataDir(path, systemEntropy());
  const t = await openHouse({ engine: openSqlite(join(path, 'sallyport.db')), dataDir });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    await t[Symbol.asyncDispose]();
    dataDir[Symbol.dispose]();
  };
  onTestFinished(close);
  return { t, dataDir, close };
}

const status = (t: TestHouse) => t.done('vault.status', t.orchestrator);
const rotate = (t: TestHouse) => t.done('vault.rotate', t.orchestrator);
const drop = (t: TestHouse, kid: string) => t.call('vault.drop_key', t.orchestrator, { kid });
const keyFiles = (path: string) => readdirSync(path).filter((name) => name.startsWith('encryption'));

/** Everything that is sealed under the ring: keys of organisations and people, a credential, a signing secret. */
async function furnish(t: TestHouse, people: number) {
  const at = await openTenant(t);
  await intoProduction(t, at.org, at.admin);
  await t.done('comms.register_provider', at.admin, {
    ...{ provider: 'twilio', credentials: { accountSid: 'AC1', authToken: 'token' } },
  });
  await t.done('comms.register_provider', at.admin, { provider: 'resend', credentials: { apiKey: 're_1' } });
  const mailbox = { agentId: at.agent.id, channel: 'email', address: 'desk@mail.example.com' };
  await t.done('comms.bind_sender', at.admin, mailbox);
  await Promise.all(Array.from({ length: people }, (_, i) => t.inbound(at.agent, numberOf(i), `I am number ${i}`)));
  return at;
}
const numberOf = (i: number) => `+1415200${String(i).padStart(4, '0')}`;

describe('rotating the key of a data folder', () => {
  it('seals everything anew while messages go on, and the old key can go then', async () => {
    const path = scratch();
    const first = await inFolder(path);
    const { t } = first;
    const at = await furnish(t, 120);
    const [before] = (await status(t)).keys;
    expect(before).toMatchObject({ active: true, here: true });
    expect(before.sealed).toBeGreaterThan(120);

    const { kid } = await rotate(t);
    const during = await Promise.all(
      Array.from({ length: 30 }, (_, i) => t.inbound(at.agent, numberOf(120 + i), 'meanwhile')),
    );
    expect(new Set(during.map(({ is }) => is))).toEqual(new Set(['done']));
    await t.house.rotated();

    const { keys, rotation } = await status(t);
    expect(rotation).toMatchObject({ state: 'done', finishedAt: expect.any(String) });
    expect(keys).toMatchObject([
      { kid, active: true, sealed: before.sealed + 30 },
      { kid: before.kid, active: false, sealed: 0 },
    ]);
    // no value of any table is under the old key: nothing was forgotten in RING_CELLS
    const engine = openSqlite(join(path, 'sallyport.db'));
    for (const [name, rows] of await dump(engine)) expect(rows, name).not.toContain(`v1.${before.kid}.`);
    await engine.close();
    expect(keyFiles(path)).toEqual([`encryption-${before.kid}.key`, 'encryption.key']);
    for (const name of keyFiles(path)) expect(statSync(join(path, name)).mode & 0o077, name).toBe(0);

    expect((await drop(t, before.kid)).is).toBe('done');
    expect(keyFiles(path)).toEqual(['encryption.key']);
    await first.close();

    const { t: again } = await inFolder(path);
    expect((await status(again)).keys).toMatchObject([{ kid, active: true }]);
    const { messages } = await again.done('comms.get_messages', again.orchestrator, {
      agentId: at.agent.id,
      limit: 100,
    });
    expect(messages.map(({ body }: { body: string }) => body)).toContain('meanwhile');
    expect(await again.house.store.providers.open(at.org, 'twilio')).toEqual({ accountSid: 'AC1', authToken: 'token' });
    expect(await again.house.store.providers.inlets(at.agent.id)).toHaveLength(1);
    expect([...t.faults, ...again.faults]).toEqual([]);
  });

  it('goes on where it was broken off', async () => {
    const path = scratch();
    const first = await inFolder(path);
    await furnish(first.t, 130);
    const { kid } = await rotate(first.t);
    await first.close(); // after at most a batch or two
    const engine = openSqlite(join(path, 'sallyport.db'));
    expect((await dump(engine)).get('vault_key')).toContain('running');
    await engine.close();
    const { t } = await inFolder(path);
    await t.house.rotated();
    const { keys, rotation } = await status(t);
    expect(rotation.state).toBe('done');
    expect(keys.map(({ sealed }: { sealed: number }) => sealed > 0)).toEqual([true, false]);
    expect(keys[0].kid).toBe(kid);
  });

  it('is taken up at the next start when only the key file was written', async () => {
    const path = scratch();
    const first = await inFolder(path);
    await furnish(first.t, 3);
    first.dataDir.keys.add(); // and the power was cut
    await first.close();
    const { t } = await inFolder(path);
    await t.house.rotated();
    expect((await status(t)).keys.map(({ sealed }: { sealed: number }) => sealed > 0)).toEqual([true, false]);
  });

  it('asked for twice at once makes one key, and drops no key that is active, in use, or not there', async () => {
    const path = scratch();
    const { t } = await inFolder(path);
    await furnish(t, 120);
    const [{ kid: old }] = (await status(t)).keys;
    const both = await Promise.all([0, 1].map(() => t.call('vault.rotate', t.orchestrator)));
    expect(both.map(({ is }) => is).toSorted()).toEqual(['done', 'failed']);
    expect(keyFiles(path)).toHaveLength(2);
    expect(await drop(t, old)).toMatchObject({ is: 'failed', delivery: { code: 'conflict' } }); // under way, or in use
    await t.house.rotated();
    const [{ kid }] = (await status(t)).keys;
    expect(await drop(t, kid)).toMatchObject({ is: 'failed', delivery: { code: 'conflict' } });
    expect(await drop(t, '00000000')).toMatchObject({ is: 'failed', delivery: { code: 'not_found' } });
  });

  it('is the orchestrator’s alone, and tells no value of a key', async () => {
    const path = scratch();
    const { t, dataDir } = await inFolder(path);
    const at = await openTenant(t);
    for (const name of ['vault.status', 'vault.rotate', 'vault.drop_key']) {
      const input = name === 'vault.drop_key' ? { kid: '00000000' } : {};
      for (const by of [at.admin, at.agent.by])
        expect(reasonsIn(await t.call(name, by, input)).join(), name).toContain('authority:forbidden');
    }
    const secrets = [toHex(dataDir.encryptionKey())];
    await rotate(t);
    await t.house.rotated();
    secrets.push(toHex(dataDir.encryptionKey()));
    expect(new Set(secrets).size).toBe(2);
    const shown = JSON.stringify([await status(t), ...(await dump(openSqlite(join(path, 'sallyport.db'))))]);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  it('makes a copy from before an erasure unreadable, once the key is dropped', async () => {
    const path = scratch();
    const { t } = await inFolder(path);
    const at = await furnish(t, 2);
    const person = numberOf(0);
    const engine = openSqlite(join(path, 'sallyport.db'));
    await engine.close(); // checkpoints the write-ahead log
    const backup = scratch();
    copyFileSync(join(path, 'sallyport.db'), join(backup, 'sallyport.db'));
    copyFileSync(join(path, 'log.key'), join(backup, 'log.key'));

    const copied = openSqlite(join(backup, 'sallyport.db'));
    const sealedUnder = (await copied.db.selectFrom('contact').select('key').execute()).map(
      ({ key }) => key.split('.')[1],
    );
    await copied.close();
    const { copies } = await t.done('comms.erase_contact', at.admin, { contact: person });
    const kid = /key ([0-9a-f]{8}) is/.exec(copies)![1]!;
    await rotate(t);
    await t.house.rotated();
    const read = async () => {
      const folder = scratch();
      for (const name of readdirSync(backup)) copyFileSync(join(backup, name), join(folder, name));
      for (const name of keyFiles(path)) copyFileSync(join(path, name), join(folder, name));
      const copy = await inFolder(folder);
      try {
        return await copy.t.done('comms.get_messages', copy.t.orchestrator, { agentId: at.agent.id, contact: person });
      } finally {
        await copy.close();
      }
    };
    expect(await read()).toMatchObject({ messages: [{ body: 'I am number 0' }] }); // the old key is still there
    expect(new Set(sealedUnder)).toEqual(new Set([kid])); // nobody in the copy is under another key
    expect((await drop(t, kid)).is).toBe('done');
    await expect(read()).rejects.toThrow('The data was sealed with another key');
  });
});

describe.each(engines)('keys from the settings on $name', (on) => {
  it('are sealed anew under the active one, and dropped by the operator', async () => {
    const [old, fresh] = [testKeys(), testKeys()];
    const { engine, again, dispose } = await on.open();
    const first = await openHouse({ engine, keys: old });
    const at = await furnish(first, 5);
    const second = await openHouse({
      engine: again(),
      keys: old,
      environment: {
        CREDENTIALS_ENCRYPTION_KEY: toHex(fresh.encryption),
        CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS: toHex(old.encryption),
      },
    });
    onTestFinished(async () => {
      await second[Symbol.asyncDispose]();
      if (on.name !== 'memory') await first[Symbol.asyncDispose]();
      await dispose();
    });
    expect((await status(second)).keys.map(({ active }: { active: boolean }) => active)).toEqual([true, false]);
    const [{ kid: inUse }] = (await status(second)).keys.filter(({ active }: { active: boolean }) => !active);
    expect(await drop(second, inUse)).toMatchObject({ delivery: { say: expect.stringContaining('still sealed') } });
    await rotate(second);
    await second.house.rotated();
    const { keys, from } = await status(second);
    expect(from).toBe('environment');
    expect(keys.map(({ sealed }: { sealed: number }) => sealed > 0)).toEqual([true, false]);
    const refused = await drop(second, keys[1].kid);
    expect(refused).toMatchObject({ is: 'failed', delivery: { say: expect.stringContaining('KEYS_PREVIOUS') } });
    const { messages } = await second.done('comms.get_messages', second.orchestrator, { agentId: at.agent.id });
    expect(messages).toHaveLength(5);
  });
});

it('a folder’s key is not changed under a database that other servers may use', async () => {
  const shared = engines.find(({ name }) => name === 'postgres');
  if (shared === undefined) return;
  const path = scratch();
  const dataDir = openDataDir(path, systemEntropy());
  OPENED.push(dataDir);
  const t = await houseOn(shared, { dataDir });
  expect(await t.call('vault.rotate', t.orchestrator)).toMatchObject({ is: 'failed', delivery: { code: 'conflict' } });
  expect(keyFiles(path)).toEqual(['encryption.key']);
});
