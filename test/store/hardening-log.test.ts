/**
 * Whoever can write to the database, without any key, gets no changed history signed: a log goes on only where it was
 * signed. Not for a log put back as a whole: only a checkpoint kept elsewhere shows that.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signCheckpoint } from '../../src/audit/checkpoint.ts';
import { Frontier, leafHash } from '../../src/audit/merkle.ts';
import { noteSigner } from '../../src/audit/signed-note.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { createIds } from '../../src/kernel/ids.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createLogTree, LogBroken } from '../../src/store/log-tree.ts';
import { migrate } from '../../src/store/migrations/index.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import { sallyport, startServer, temporaryFolder } from '../cli/command-line.ts';
import { ORIGIN } from '../support/desk.ts';
import { engines, type TestEngine } from '../support/engines.ts';
import { testClock, testKeys } from '../support/house.ts';
import { treeLeaf, treeRoot } from '../support/log.ts';

const SIZE = 300; // a complete tile, and a part of one
const IN_COMPLETE_TILE = 10;
const IN_LAST_TILE = 290;

/** A database with a signed log of `size` entries, and how another process opens it. */
async function grown(on: TestEngine, size: number) {
  const { engine, again, dispose } = await on.open();
  const [keys, clock, entropy] = [testKeys(), testClock(), systemEntropy()];
  const signer = noteSigner(ORIGIN, keys.log);
  await migrate(engine);
  const tree = createLogTree(ORIGIN, signer, engine.exclusive);
  await engine.transaction(function* () {
    yield* tree.load();
    for (let i = 0; i < size; i++)
      yield* tree.append({ org: 'org_a', action: null, at: 0, type: 'system', body: `entry ${i}` });
    yield* tree.seal(0);
  });
  onTestFinished(async () => {
    await engine.close();
    await dispose();
  });
  const reopen = async (): Promise<Store> => {
    const store = await openStore({
      engine: again(),
      ring: createKeyRing(keys.encryption, []),
      signer,
      clock,
      entropy,
      ids: createIds(clock, entropy),
      onFault: () => undefined,
    });
    onTestFinished(() => store.close());
    await store.start();
    return store;
  };
  return { engine, signer, reopen };
}

const edgeOf = (bodies: readonly string[]): Uint8Array => {
  const frontier = new Frontier();
  for (const body of bodies) frontier.push(leafHash(body));
  return frontier.toBytes();
};
const bodiesOf = async ({ db }: Engine) =>
  (await db.selectFrom('log_entry').select('body').orderBy('idx').execute()).map(({ body }) => body);
const edit = ({ db }: Engine, idx: number) =>
  db.updateTable('log_entry').set({ body: 'another' }).where('idx', '=', idx).execute();
const setHead = ({ db }: Engine, head: { size?: number; frontier?: Uint8Array; checkpoint?: string }) =>
  db.updateTable('log_head').set(head).execute();

type Grown = Awaited<ReturnType<typeof grown>>;
const rootOf = (bodies: readonly string[]) => treeRoot(bodies.map(treeLeaf));
const TAMPERED: readonly (readonly [string, (log: Grown) => Promise<unknown>])[] = [
  ...[IN_COMPLETE_TILE, IN_LAST_TILE].map(
    (idx) =>
      [
        `entry ${idx} edited, and the edge made anew`,
        async ({ engine }: Grown) => {
          await edit(engine, idx);
          await setHead(engine, { frontier: edgeOf(await bodiesOf(engine)) });
        },
      ] as const,
  ),
  ['an entry of the last tile edited', ({ engine }) => edit(engine, IN_LAST_TILE)],
  [
    'the last entry deleted',
    ({ engine }) =>
      engine.db
        .deleteFrom('log_entry')
        .where('idx', '=', SIZE - 1)
        .execute(),
  ],
  ['the edge cut', ({ engine }) => setHead(engine, { frontier: new Uint8Array() })],
  [
    'the edge put back to an older state',
    async ({ engine }) => setHead(engine, { frontier: edgeOf((await bodiesOf(engine)).slice(0, SIZE - 1)) }),
  ],
  [
    'size and edge put back to an older state, with the newest checkpoint',
    async ({ engine }) => {
      const bodies = (await bodiesOf(engine)).slice(0, SIZE - 1);
      await setHead(engine, { size: SIZE - 1, frontier: edgeOf(bodies) });
    },
  ],
  [
    'an older checkpoint of the same key',
    async ({ engine, signer }) => {
      const root = rootOf((await bodiesOf(engine)).slice(0, SIZE - 1));
      await setHead(engine, { checkpoint: signCheckpoint({ origin: ORIGIN, size: SIZE - 1, root }, signer) });
    },
  ],
  [
    'a history of somebody else’s, under a checkpoint of somebody else’s key',
    async ({ engine }) => {
      await edit(engine, IN_LAST_TILE);
      const bodies = await bodiesOf(engine);
      const signer = noteSigner(ORIGIN, testKeys().log);
      const checkpoint = signCheckpoint({ origin: ORIGIN, size: SIZE, root: rootOf(bodies) }, signer);
      await setHead(engine, { frontier: edgeOf(bodies), checkpoint });
    },
  ],
];

describe.each(engines.filter(({ name }) => name !== 'memory'))('a log on $name', (on) => {
  it.each([0, 1, 255, 256, 257, 700])('that nobody touched goes on, with %i entries', async (size) => {
    const { reopen } = await grown(on, size);
    const store = await reopen();
    await store.found('org_platform', 'later', []);
    await store.checkpoint();
    expect((await store.log.head()).size).toBe(size + 1);
  });

  it.each(TAMPERED)('does not go on after %s', async (_, tamper) => {
    const log = await grown(on, SIZE);
    await tamper(log);
    await expect(log.reopen()).rejects.toBeInstanceOf(LogBroken);
    const { checkpoint } = await log.engine.db.selectFrom('log_head').select('checkpoint').executeTakeFirstOrThrow();
    await expect(log.reopen()).rejects.toBeInstanceOf(LogBroken);
    expect(await log.engine.db.selectFrom('log_head').select('checkpoint').executeTakeFirst()).toEqual({ checkpoint });
  });
});

it('a start over an edited log says so in one sentence, and ends with 2', async () => {
  using folder = temporaryFolder();
  const server = await startServer(folder.path);
  await server.stop();
  const database = new DatabaseSync(join(folder.path, 'sallyport.db'));
  database.exec(`update log_entry set body = replace(body, '"v":1', '"v":2') where idx = 1`);
  database.close();
  const { code, err } = await sallyport(['start'], { PORT: '0', DATA_DIR: folder.path });
  expect(err).toMatch(/^sallyport: The log in sallyport\.db .* is not the one that was signed: .*\n$/);
  expect(code).toBe(2);
});
