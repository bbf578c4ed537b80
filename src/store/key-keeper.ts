/**
 * Rotation of the encryption key, online (C10). A new key is durable in the folder before anything is sealed under it, the
 * old one stays beside it and opens what it sealed, everything is sealed anew in the background, and only a key that
 * seals nothing can be dropped. Broken off anywhere, the next start goes on.
 *
 * Keys that come from the environment, and databases with several servers, are rotated by their operator: a server can't
 * know that the others know a key (docs/keys.md). There it seals anew, and drops nothing.
 */
import type { KeyKeeper, KeyRefusal, VaultStatus } from '../guard/key-keeper.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { RotatingRing } from '../vault/key-ring.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Progress, Rewrap } from './rewrap.ts';
import { statement } from './statement.ts';

/** The folder that holds the keys. What it does is durable on return. */
export interface KeyFolder {
  /** Makes a key the active one; the one before is kept. */
  add(): Uint8Array;
  /** Destroys a kept key; false when it holds none of that name. */
  remove(kid: string): boolean;
}

export interface RunningKeeper extends KeyKeeper, AsyncDisposable {
  /** Notes the keys of the ring, and goes on with a rotation that was broken off. */
  start(): Promise<void>;
  /** Resolves when nothing is being sealed anew. */
  idle(): Promise<void>;
}

export interface KeeperParts {
  readonly engine: Engine;
  readonly committer: Pick<Committer, 'submit'>;
  readonly ring: RotatingRing;
  readonly rewrap: Rewrap;
  /** Null: the key comes from the environment. */
  readonly folder: KeyFolder | null;
  readonly onFault: (fault: unknown) => void;
}

const note = statement<{ kid: string; since: number }>((db, p) =>
  db
    .insertInto('vault_key')
    .values({ kid: p('kid'), since: p('since'), rewrap: null, finished_at: null })
    .onConflict((conflict) => conflict.column('kid').doNothing()),
);
const mark = statement<{ kid: string; rewrap: string; finished_at: number | null }>((db, p) =>
  db
    .updateTable('vault_key')
    .set({ rewrap: p('rewrap'), finished_at: p('finished_at') })
    .where('kid', '=', p('kid')),
);
const forget = statement<{ kid: string }>((db, p) => db.deleteFrom('vault_key').where('kid', '=', p('kid')));

export function createKeyKeeper(parts: KeeperParts): RunningKeeper {
  const { engine, committer, ring, rewrap, folder, onFault } = parts;
  const inFolder = folder !== null && engine.exclusive ? folder : null;
  let progress: Progress = { looked: 0, rewrapped: 0 };
  let running: Promise<void> | null = null;
  let beginning = false;
  let failed = false;
  let stopped = false;

  const rows = () => engine.db.selectFrom('vault_key').selectAll().execute();

  async function sealAnew(kid: string): Promise<void> {
    if (!(await rewrap.all(progress, () => stopped))) return;
    await committer.submit(PLATFORM_ORG, function* (group) {
      yield* mark.run({ kid, rewrap: 'done', finished_at: group.now });
      const detail = { kid, rewrapped: progress.rewrapped };
      yield* group.record({
        ...{ v: 1, type: 'system', at: rfc3339(group.now), event: 'vault_rewrapped', org: PLATFORM_ORG },
        detail,
      } as const);
    });
  }

  async function begin(): Promise<void> {
    const { kid } = ring.active;
    progress = { looked: 0, rewrapped: 0 };
    failed = false;
    await committer.submit(PLATFORM_ORG, function* (group) {
      yield* note.run({ kid, since: group.now });
      yield* mark.run({ kid, rewrap: 'running', finished_at: null });
    });
    running = sealAnew(kid)
      .catch((fault: unknown) => {
        failed = true;
        onFault(fault);
      })
      .finally(() => {
        running = null;
      });
  }

  return {
    async start() {
      await committer.submit(PLATFORM_ORG, function* (group) {
        for (const kid of ring.keys.keys()) yield* note.run({ kid, since: group.now });
      });
      const state = (await rows()).find(({ kid }) => kid === ring.active.kid)?.rewrap;
      if (state === 'running' || (inFolder !== null && ring.keys.size > 1 && state !== 'done')) await begin();
    },
    async status() {
      const [counts, known] = [await rewrap.count(), await rows()];
      const kids = new Set([...ring.keys.keys(), ...counts.keys()]);
      const row = known.find(({ kid }) => kid === ring.active.kid);
      const keys = [...kids].map((kid) => ({
        kid,
        active: kid === ring.active.kid,
        here: ring.keys.has(kid),
        since: known.find((one) => one.kid === kid)?.since ?? null,
        sealed: counts.get(kid) ?? 0,
      }));
      return {
        from: folder === null ? 'environment' : 'folder',
        keys: keys.toSorted((a, b) => Number(b.active) - Number(a.active) || (b.since ?? 0) - (a.since ?? 0)),
        rotation: {
          state: running !== null ? 'running' : failed ? 'failed' : row?.rewrap === 'done' ? 'done' : 'none',
          ...progress,
          finishedAt: row?.finished_at ?? null,
        },
      } satisfies VaultStatus;
    },
    async rotate(): Promise<Result<{ readonly kid: string }, KeyRefusal>> {
      if (running !== null || beginning) return err(UNDER_WAY);
      if (folder !== null && inFolder === null) return err(SEVERAL_SERVERS);
      beginning = true;
      try {
        if (inFolder !== null) ring.activate(inFolder.add());
        await begin();
      } finally {
        beginning = false;
      }
      return ok({ kid: ring.active.kid });
    },
    async drop(kid): Promise<Result<null, KeyRefusal>> {
      if (kid === ring.active.kid) return err({ code: 'conflict', say: 'This key is the active one. Rotate first.' });
      if (running !== null || beginning) return err(UNDER_WAY);
      const sealed = (await rewrap.count()).get(kid) ?? 0;
      if (sealed > 0) {
        const say = `${sealed} values are still sealed under this key. Run vault rotate, and wait until it is done.`;
        return err({ code: 'conflict', say });
      }
      if (!ring.keys.has(kid)) return err({ code: 'not_found', say: 'There is no such key here.' });
      if (inFolder === null || !inFolder.remove(kid)) return err(OF_THE_OPERATOR);
      ring.drop(kid);
      await committer.submit(PLATFORM_ORG, () => forget.run({ kid }));
      return ok(null);
    },
    async idle() {
      while (running !== null) await running;
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      await running;
    },
  };
}

const UNDER_WAY: KeyRefusal = {
  code: 'conflict',
  say: 'A rotation is under way. Wait until vault status says that it is done.',
};
const SEVERAL_SERVERS: KeyRefusal = {
  code: 'conflict',
  say: 'Other servers may use this database, and each must know a new key before anything is sealed under it. Set CREDENTIALS_ENCRYPTION_KEY on every server, in the order of docs/keys.md.',
};
const OF_THE_OPERATOR: KeyRefusal = {
  code: 'conflict',
  say: 'Nothing is sealed under this key any more. It comes from the settings: remove it from CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS on every server, and restart.',
};
