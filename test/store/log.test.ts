/** The log in the store: what is recorded is sequenced once, without gaps, provable at every size, and no edit passes. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { verifyCheckpoint } from '../../src/audit/checkpoint.ts';
import { type ExportHeader, headerLine, leafLine } from '../../src/audit/export.ts';
import { verifyConsistency, verifyInclusion } from '../../src/audit/proof.ts';
import { noteSigner, parseVkey } from '../../src/audit/signed-note.ts';
import { exportVerifier } from '../../src/audit/verify-export.ts';
import { CHECKED_AT_ONCE, type LogReader } from '../../src/guard/log-reader.ts';
import { fromBase64 } from '../../src/kernel/encoding.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { createIds, type OrgId } from '../../src/kernel/ids.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createLogTree } from '../../src/store/log-tree.ts';
import { migrate } from '../../src/store/migrations/index.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import { BROKEN_WRITE, type Desk, ORIGIN, openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testClock, testKeys } from '../support/house.ts';
import { treeLeaf, treeRoot, verifiedLog } from '../support/log.ts';
import { deskOn } from '../support/open.ts';

const bytes = (hashes: readonly string[]) => hashes.map((hash) => fromBase64(hash)!);
const note = (desk: Desk, count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => desk.propose('test.note', { says: `${i}` })));
const decisions = (log: readonly Record<string, unknown>[]) => log.filter(({ type }) => type === 'decision');

describe.each(engines)('a grown tree on $name', (on) => {
  const SIZE = on.name === 'sqlite' ? 66_000 : 700;
  const [keys, clock, entropy] = [testKeys(), testClock(), systemEntropy()];
  const signer = noteSigner(ORIGIN, keys.log);
  let engine: Engine;
  let dispose: () => Promise<void>;
  let store: Store;
  let reader: LogReader;
  let leaves: Uint8Array[];
  const roots = new Map<string, Uint8Array>();
  const rootAt = (size: number) => treeRoot(leaves, 0, size, roots);

  beforeAll(async () => {
    ({ engine, dispose } = await on.open());
    await migrate(engine);
    const bodies = Array.from({ length: SIZE }, (_, i) => `entry ${i}`);
    leaves = bodies.map(treeLeaf);
    const tree = createLogTree(ORIGIN, signer, engine.exclusive);
    for (const part of [bodies.slice(0, SIZE / 3), bodies.slice(SIZE / 3)]) {
      await engine.transaction(function* () {
        yield* tree.load();
        for (const body of part) yield* tree.append({ org: 'org_a', action: null, at: 0, type: 'system', body });
        yield* tree.seal(0);
      });
    }
    store = await openStore({
      engine,
      ring: createKeyRing(keys.encryption, []),
      signer,
      clock,
      entropy,
      ids: createIds(clock, entropy),
      onFault: () => undefined,
    });
    reader = store.log;
  });
  afterAll(async () => {
    await store.close();
    await dispose();
  });

  /** Around the edges of tiles and of tiles of tiles, and anywhere. */
  const edges = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_535, 65_536, 65_537, SIZE - 1].filter(
    (i) => i < SIZE,
  );
  const index = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: SIZE - 1 }));

  it('has the root that RFC 6962 defines, signed', async () => {
    const { size, checkpoint } = await reader.head();
    const signed = verifyCheckpoint(checkpoint, parseVkey(signer.vkey)!);
    expect(signed).toMatchObject({ ok: true, value: { origin: ORIGIN, size: SIZE } });
    expect(size).toBe(SIZE);
    if (signed.ok) expect(Buffer.from(signed.value.root)).toEqual(Buffer.from(rootAt(SIZE)));
  });

  it('proves that every leaf is in it, and that no other is', async () => {
    const root = rootAt(SIZE);
    await fc.assert(
      fc.asyncProperty(index, async (i) => {
        const proof = (await reader.inclusion(i))!;
        expect(proof).toMatchObject({ index: i, size: SIZE, body: `entry ${i}` });
        const claim = { index: i, size: SIZE, leaf: leaves[i]!, proof: bytes(proof.proof), root };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: treeLeaf('another') })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (i + 1) % SIZE })).toBe(false);
      }),
      { numRuns: 150 },
    );
    expect(await reader.inclusion(SIZE)).toBeNull();
  });

  it('proves that it only grew, from any size to any size', async () => {
    await fc.assert(
      fc.asyncProperty(index, index, async (a, b) => {
        const [from, to] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
        const claim = {
          from,
          to,
          fromRoot: rootAt(from),
          toRoot: rootAt(to),
          proof: bytes(await reader.consistency(from, to)),
        };
        expect(verifyConsistency(claim)).toBe(true);
        if (from < to) expect(verifyConsistency({ ...claim, fromRoot: rootAt(from - 1) })).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('is handed out in pages of a bounded length, however many leaves are asked for', async () => {
    const size = Math.min(SIZE, 600);
    expect(await reader.leaves(null, { from: 3, size, limit: SIZE })).toHaveLength(size - 3);
    const rows = engine.db.updateTable('log_entry').where('idx', '<', 100);
    await rows.set({ body: 'x'.repeat(64 * 1024) }).execute();
    const { length } = await reader.leaves(null, { from: 0, size: SIZE, limit: SIZE });
    expect(length).toBe(500); // what was read when 4 MiB were full
    await rows.set((eb) => ({ body: sql`'entry ' || ${eb.ref('idx')}` })).execute();
    expect((await reader.inclusion(99))?.body).toBe('entry 99');
  });

  /** These leaves are no entries of ours, which is told too. */
  const signed = async (from: number) =>
    (await reader.check(from)).problems.filter(({ say }) => !say.startsWith('the form'));

  it('is what was signed, in stretches that are proven one by one; an edit, a gap and an old head show', async () => {
    const last = SIZE - (SIZE % CHECKED_AT_ONCE);
    for (const from of new Set([0, last])) {
      expect(await signed(from)).toEqual([]);
      expect(await reader.check(from)).toMatchObject({ from, to: Math.min(SIZE, from + CHECKED_AT_ONCE), size: SIZE });
    }
    await expect(reader.check(last + CHECKED_AT_ONCE)).rejects.toMatchObject({ code: 'not_found' });

    const where = engine.db.updateTable('log_entry').where('idx', '=', last + 5);
    await where.set({ body: 'entry five' }).execute();
    expect(await signed(last)).toMatchObject([{ say: expect.stringContaining('not the one that was signed') }]);
    if (last > 0) expect(await signed(0)).toEqual([]);
    await where.set({ body: `entry ${last + 5}`, idx: -1 }).execute();
    expect(await signed(last)).toMatchObject([{ index: last + 5, say: expect.stringContaining('not there') }]);
    await engine.db
      .updateTable('log_entry')
      .where('idx', '=', -1)
      .set({ idx: last + 5 })
      .execute();
    expect(await signed(last)).toEqual([]);

    const { checkpoint } = await reader.head();
    const head = engine.db.updateTable('log_head');
    await head.set({ checkpoint: checkpoint.replace(`\n${SIZE}\n`, `\n${SIZE - 1}\n`) }).execute();
    expect(await signed(last)).toMatchObject([{ say: expect.stringContaining('not one that this server signed') }]);
    await head.set({ checkpoint }).execute();
  });

  it('is looked through a part at a time when few entries fit', async () => {
    const { lines, nextBefore } = await reader.entries(null, { limit: 10, type: 'decision' });
    expect(lines).toEqual([]);
    expect(nextBefore).toBe(SIZE > 5_000 ? SIZE - 5_000 : null);
    const { lines: newest } = await reader.entries(null, { limit: 2 });
    expect(newest.map(({ index }) => index)).toEqual([SIZE - 1, SIZE - 2]);
  });
});

describe.each(engines)('the log on $name', (on) => {
  it('has an entry of each decision and result, whatever fails beside it', async () => {
    const desk = await deskOn(on);
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ is: fc.constant('notes' as const), count: fc.integer({ min: 1, max: 70 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ is: fc.constant('with a failure' as const), count: fc.integer({ min: 2, max: 64 }) }),
      },
      { weight: 2, arbitrary: fc.record({ is: fc.constant('send' as const), count: fc.constant(1) }) },
      { weight: 1, arbitrary: fc.record({ is: fc.constant('checkpoint' as const), count: fc.constant(0) }) },
    );
    let expected = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const { is, count } of steps) {
          if (is === 'checkpoint') await desk.store.checkpoint();
          else if (is === 'send') {
            await desk.ledger.settle(await desk.claimed('test.send'), { state: 'ok', ref: 'r' });
            expected += 2;
          } else {
            const broken = is === 'notes' ? -1 : count - 1;
            await Promise.allSettled(
              Array.from({ length: count }, (_, i) =>
                desk.propose('test.note', i === broken ? { writes: [BROKEN_WRITE] } : {}),
              ),
            );
            expected += broken === -1 ? count : count - 1;
          }
        }
        await desk.store.checkpoint();
        const log = await verifiedLog(desk.engine, desk.vkey);
        expect(log.filter(({ type }) => type === 'decision' || type === 'result')).toHaveLength(expected);
      }),
      { numRuns: on.name === 'postgres' ? 4 : 10 },
    );
  });

  it('keeps no trace of a group that was rolled back over the edge of a tile', async () => {
    const desk = await deskOn(on);
    await desk.store.checkpoint();
    const { size } = await desk.store.log.head();
    await note(desk, 250 - size);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) => desk.propose('test.note', i === 50 ? { writes: [BROKEN_WRITE] } : {})),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await desk.store.checkpoint();
    expect(await verifiedLog(desk.engine, desk.vkey)).toHaveLength(250 + 59);
    const tiles = await desk.engine.db.selectFrom('log_tile').select(['level', 'n']).execute();
    expect(tiles).toEqual([{ level: 0, n: 0 }]);
  });

  it.skipIf(on.name === 'memory')(
    'goes on in the middle of a tile after a restart, with the same key and history',
    async () => {
      const { engine, again, dispose } = await on.open();
      const [keys, clock] = [testKeys(), testClock()];
      onTestFinished(dispose);
      let desk = await openDesk({ engine, keys, clock });
      const { org, agent } = desk;
      const heads = [];
      for (const count of [200, 130, 1, 250]) {
        await note(desk, count);
        await desk.store.checkpoint();
        heads.push(await desk.store.log.head());
        await desk.store.close();
        desk = await openDesk({ engine: again(), keys, clock, beside: { ...desk, org, agent } });
      }
      onTestFinished(() => desk.store.close());
      const log = await verifiedLog(desk.engine, desk.vkey);
      expect(decisions(log)).toHaveLength(200 + 130 + 1 + 250);
      const verifier = parseVkey(desk.vkey)!;
      for (const [i, head] of heads.slice(1).entries()) {
        const [from, to] = [
          verifyCheckpoint(heads[i]!.checkpoint, verifier),
          verifyCheckpoint(head.checkpoint, verifier),
        ];
        if (!from.ok || !to.ok) throw new Error('a checkpoint does not verify');
        const proof = bytes(await desk.store.log.consistency(from.value.size, to.value.size));
        expect(
          verifyConsistency({
            from: from.value.size,
            fromRoot: from.value.root,
            to: to.value.size,
            toRoot: to.value.root,
            proof,
          }),
        ).toBe(true);
      }
    },
  );

  it('tells an action’s own entries, with proofs, once they are sequenced', async () => {
    const desk = await deskOn(on);
    const claimed = await desk.claimed('test.send');
    await desk.ledger.settle(claimed, { state: 'ok', ref: 'r' });
    await desk.store.checkpoint();
    const report = await desk.store.log.action(desk.org, claimed.id);
    expect(report).toMatchObject({ state: 'done', agent: desk.agent });
    const { checkpoint } = await desk.store.log.head();
    const signed = verifyCheckpoint(checkpoint, parseVkey(desk.vkey)!);
    if (!signed.ok) throw new Error(signed.error);
    expect(report!.entries.map(({ body }) => JSON.parse(body).type)).toEqual(['decision', 'result']);
    for (const { index, body } of report!.entries) {
      const { proof, size } = (await desk.store.log.inclusion(index))!;
      expect(verifyInclusion({ index, size, leaf: treeLeaf(body), proof: bytes(proof), root: signed.value.root })).toBe(
        true,
      );
    }
  });
});

describe.each(engines)('an export of the log on $name', (on) => {
  /** The lines of an export for an organisation, with its own entries readable. */
  async function exported(desk: Desk, org: OrgId): Promise<string[]> {
    await desk.store.checkpoint();
    const { origin, vkey, size, checkpoint } = await desk.store.log.head();
    const header: ExportHeader = { origin, vkey, org, size, checkpoint };
    const lines = [headerLine(header)];
    for (let from = 0; from < size; from += 100) {
      for (const { index, leaf, body } of await desk.store.log.leaves(org, { from, size, limit: 100 })) {
        lines.push(leafLine(index, { leaf: fromBase64(leaf)!, ...(body === null ? {} : { body }) }));
      }
    }
    return lines;
  }
  function verify(lines: readonly string[], options: Parameters<typeof exportVerifier>[0]) {
    const verifier = exportVerifier(options);
    for (const line of lines) verifier.line(line);
    return verifier.report();
  }

  it('verifies, and shows every edit, deletion, reordering and truncation', async () => {
    const desk = await deskOn(on);
    const other = await desk.tenant('other');
    for (let i = 0; i < 40; i++) await desk.propose('test.note', {}, i % 3 === 0 ? other : {});
    await desk.store.checkpoint();
    const { checkpoint: kept } = await desk.store.log.head();
    await note(desk, 260);
    const lines = await exported(desk, desk.org);
    const options = { vkey: desk.vkey, kept };

    const report = verify(lines, options);
    expect(report).toMatchObject({ ok: true, problems: [], size: lines.length - 1, trust: 'given-key' });
    expect(report.own).toBeLessThan(report.size); // other organisations' leaves are hashes
    expect(lines.join()).not.toContain(other.agent);

    const own = lines.findIndex((line) => line.includes('"body"') && line.includes('test.note'));
    const foreign = lines.findIndex((line, i) => i > 20 && !line.includes('"body"'));
    const renumbered = (changed: string[]) => changed.map((line, i) => line.replace(/^\{"i":\d+/, `{"i":${i - 1}`));
    const tampered: Record<string, string[]> = {
      'an edited entry': lines.with(own, lines[own]!.replace('allow', 'deny')),
      'an edited foreign leaf': lines.with(
        foreign,
        lines[foreign]!.replace(/"leaf":"(.)/, (_, c) => `"leaf":"${c === 'A' ? 'B' : 'A'}`),
      ),
      'a deleted entry': lines.toSpliced(own, 1),
      'a deleted entry, renumbered': renumbered(lines.toSpliced(own, 1)),
      'two entries swapped': lines.with(own, lines[own + 1]!).with(own + 1, lines[own]!),
      'two entries swapped, renumbered': renumbered(lines.with(own, lines[own + 1]!).with(own + 1, lines[own]!)),
      'an entry put in twice, renumbered': renumbered(lines.toSpliced(own, 0, lines[own]!)),
      'a cut tail': lines.slice(0, -5),
    };
    for (const [what, changed] of Object.entries(tampered)) {
      expect(changed, what).not.toEqual(lines);
      expect(verify(changed, options).ok, what).toBe(false);
    }
  });

  it('that is older than a kept checkpoint is a truncation', async () => {
    const desk = await deskOn(on);
    const short = await exported(desk, desk.org);
    await note(desk, 3);
    await exported(desk, desk.org);
    const { checkpoint: kept } = await desk.store.log.head();
    expect(verify(short, { vkey: desk.vkey }).ok).toBe(true); // nothing wrong in itself
    expect(verify(short, { vkey: desk.vkey, kept })).toMatchObject({
      ok: false,
      problems: [{ code: 'older_than_kept' }],
    });
  });

  it('of a database whose rows were edited does not verify', async () => {
    const desk = await deskOn(on);
    await note(desk, 5);
    await exported(desk, desk.org);
    const [row] = await desk.engine.db
      .selectFrom('log_entry')
      .select(['idx', 'body'])
      .where('type', '=', 'decision')
      .limit(1)
      .execute();
    await desk.engine.db
      .updateTable('log_entry')
      .set({ body: row!.body.replace('test.note', 'test.send') })
      .where('idx', '=', row!.idx)
      .execute();
    expect(verify(await exported(desk, desk.org), { vkey: desk.vkey })).toMatchObject({
      ok: false,
      problems: [{ code: 'root_mismatch' }],
    });
    await expect(verifiedLog(desk.engine, desk.vkey)).rejects.toThrow('root');
  });
});

describe.each(engines.filter(({ name }) => name === 'postgres'))('two sequencers on $name', (on) => {
  it('sequence the entries of both once each, whoever comes first', async () => {
    const { engine, again, dispose } = await on.open();
    const [clock, keys] = [testClock(), testKeys()];
    const a = await openDesk({ engine, clock, keys });
    const b = await openDesk({ engine: again(), clock, keys, beside: a });
    onTestFinished(async () => {
      await b.store.close();
      await a.store.close();
      await dispose();
    });
    const rounds = Array.from({ length: 12 }, async (_, i) => {
      await note([a, b][i % 2]!, 30);
      await Promise.all([a.store.checkpoint(), b.store.checkpoint()]);
    });
    await Promise.all(rounds);
    await b.store.checkpoint();
    const log = await verifiedLog(engine, a.vkey);
    expect(decisions(log)).toHaveLength(360);
    expect(new Set(decisions(log).map(({ action }) => action)).size).toBe(360);
    expect(await engine.db.selectFrom('log_inbox').selectAll().execute()).toEqual([]);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it('continue each other’s tree: one that died leaves a log that the other goes on with', async () => {
    const { engine, again, dispose } = await on.open();
    const [clock, keys] = [testClock(), testKeys()];
    const a = await openDesk({ engine, clock, keys });
    await note(a, 300);
    await a.store.checkpoint();
    const b = await openDesk({ engine: again(), clock, keys, beside: a });
    onTestFinished(async () => {
      await b.store.close();
      await dispose();
    });
    await note(b, 10);
    await b.store.checkpoint();
    await note(a, 10);
    await a.store.checkpoint();
    await a.store.close();
    await note(b, 300);
    await b.store.checkpoint();
    expect(decisions(await verifiedLog(b.engine, b.vkey))).toHaveLength(620);
  });
});
