/**
 * Idempotency keys: unique per organisation, principal and action for 24 hours (a provider's deliveries: 90 days), bound to
 * the arguments by a keyed hash. The answer is kept sealed, under the key of the person whom it is about, and is gone with
 * that key; one that held something shown once is not kept at all.
 */
import { toBase64url } from '../kernel/encoding.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

type Row = Schema['idempotency'];
export type IdempotencyKey = Pick<Row, 'principal' | 'name' | 'key'>;

const find = statement<Pick<Row, 'org' | 'principal' | 'name' | 'key'>, Row>((db, p) =>
  db
    .selectFrom('idempotency')
    .selectAll()
    .where('org', '=', p('org'))
    .where('principal', '=', p('principal'))
    .where('name', '=', p('name'))
    .where('key', '=', p('key')),
);
const insert = statement<Row>((db, p) =>
  db.insertInto('idempotency').values({
    org: p('org'),
    principal: p('principal'),
    name: p('name'),
    key: p('key'),
    args: p('args'),
    action: p('action'),
    output: p('output'),
    secret: p('secret'),
    expires_at: p('expires_at'),
    contact: p('contact'),
  }),
);
const setOutput = statement<Pick<Row, 'org' | 'principal' | 'name' | 'key' | 'output' | 'secret'>>((db, p) =>
  db
    .updateTable('idempotency')
    .set({ output: p('output'), secret: p('secret') })
    .where('org', '=', p('org'))
    .where('principal', '=', p('principal'))
    .where('name', '=', p('name'))
    .where('key', '=', p('key')),
);
const dropOne = statement<Pick<Row, 'org' | 'principal' | 'name' | 'key'>>((db, p) =>
  db
    .deleteFrom('idempotency')
    .where('org', '=', p('org'))
    .where('principal', '=', p('principal'))
    .where('name', '=', p('name'))
    .where('key', '=', p('key')),
);
const dropExpired = statement<{ now: number }>((db, p) =>
  db.deleteFrom('idempotency').where('expires_at', '<=', p('now')),
);

export interface Remembered {
  readonly action: ActionId;
  /** The same key came with other arguments. */
  readonly conflict: boolean;
  /** The answer held something that is shown once. */
  readonly secret: boolean;
  /** The person whom the answer was about was erased since. */
  readonly erased: boolean;
  readonly output: unknown;
}

export interface Idempotency {
  /** A keyed hash of the organisation's own. */
  hashed(org: OrgId, text: string): Tx<string>;
  find(org: OrgId, key: IdempotencyKey, args: string, now: number): Tx<Remembered | null>;
  /** What is kept under a key; null when nothing is, or not any more. */
  answer(org: OrgId, key: IdempotencyKey, now: number): Tx<unknown>;
  remember(
    org: OrgId,
    key: IdempotencyKey,
    entry: {
      readonly args: string;
      readonly action: ActionId;
      readonly output: unknown;
      readonly secret: boolean;
      readonly expiresAt: number;
      /** Whom it is about: an address in normal form, or nobody in particular. */
      readonly contact: string | null;
    },
    now: number,
  ): Tx<void>;
  /** Replaces the answer of a pending action by its final one; one that holds a secret is not kept. */
  conclude(org: OrgId, key: IdempotencyKey, output: unknown, secret: boolean): Tx<void>;
  sweep(now: number): Tx<void>;
}

export function createIdempotency(sealing: Sealing): Idempotency {
  const cell = (org: OrgId, { principal, name, key }: IdempotencyKey) =>
    cellOf(org, 'idempotency', 'output', JSON.stringify([principal, name, key]));

  function* hashed(org: OrgId, text: string): Tx<string> {
    const { refKey } = yield* sealing.orgKeys(org);
    return toBase64url(hmacSha256(refKey, text));
  }

  const sealed = (under: VaultKey, org: OrgId, key: IdempotencyKey, output: unknown): string =>
    sealing.sealText(under, JSON.stringify(output ?? null), cell(org, key));

  /** The key of the person by hash, null once erased; without one the organisation's. */
  function* keyFor(org: OrgId, contact: string | null): Tx<VaultKey | null> {
    return contact === null ? (yield* sealing.orgKeys(org)).dataKey : yield* sealing.contactKey(org, contact);
  }

  function* opened(org: OrgId, key: IdempotencyKey, row: Row): Tx<string | null> {
    if (row.output === null) return null;
    return sealing.openPersonal(yield* keyFor(org, row.contact), row.output, cell(org, key));
  }

  return {
    hashed,
    *answer(org, key, now) {
      const row = yield* find.first({ org, ...key });
      const text = row === undefined || row.expires_at <= now ? null : yield* opened(org, key, row);
      return text === null ? null : JSON.parse(text);
    },
    *find(org, key, args, now) {
      const row = yield* find.first({ org, ...key });
      if (row === undefined) return null;
      if (row.expires_at <= now) {
        yield* dropOne.run({ org, ...key }); // its name is free from now on, swept or not
        return null;
      }
      const text = yield* opened(org, key, row);
      return {
        action: row.action as ActionId,
        conflict: row.args !== (yield* hashed(org, `args:${args}`)),
        secret: row.secret === 1,
        erased: row.output !== null && text === null,
        output: text === null ? null : JSON.parse(text),
      };
    },
    *remember(org, key, { args, action, output, secret, expiresAt, contact }, now) {
      const person = contact === null ? null : yield* sealing.contact(org, contact, now);
      const under = person?.key ?? (yield* sealing.orgKeys(org)).dataKey;
      yield* insert.run({
        org,
        ...key,
        args: yield* hashed(org, `args:${args}`),
        action,
        output: secret ? null : sealed(under, org, key, output),
        secret: secret ? 1 : 0,
        expires_at: expiresAt,
        contact: person?.ref ?? null,
      });
    },
    *conclude(org, key, output, secret) {
      const row = yield* find.first({ org, ...key });
      const under = secret || row === undefined ? null : yield* keyFor(org, row.contact);
      if (secret) yield* setOutput.run({ org, ...key, output: null, secret: 1 });
      else if (under !== null)
        yield* setOutput.run({ org, ...key, output: sealed(under, org, key, output), secret: 0 });
    },
    *sweep(now) {
      yield* dropExpired.run({ now });
    },
  };
}
