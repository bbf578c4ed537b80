/**
 * One-time codes as rows. A code is kept as an HMAC under the organisation's key, over everything that it is bound to: a row
 * that is moved to another agent, contact or purpose verifies nothing, and without the key a million guesses prove nothing.
 * What a code is for is the caller's own word, so it is a keyed hash too.
 */
import type { CodeId, CodePlace, TriedCode } from '../comms/one-time-code/code.ts';
import type { CodeWrites } from '../comms/writes.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { OrgId } from '../kernel/ids.ts';
import { ChangedMeanwhile } from './committer.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { lookup, statement, type Tx } from './statement.ts';
import type { WriterParts, WritersOf } from './writers/writer.ts';

type Row = Schema['one_time_code'];
type Key = Pick<Row, 'org' | 'agent' | 'contact' | 'purpose'>;

/** Locked where others write: attempts at one code are looked at one after the other. */
const codes = lookup(
  'one_time_code',
  ['org', 'agent', 'contact', 'purpose'],
  ['id', 'mac', 'attempts', 'used', 'expires_at'],
  'update',
);
const put = statement<Row>((db, p) =>
  db
    .insertInto('one_time_code')
    .values({
      org: p('org'),
      agent: p('agent'),
      contact: p('contact'),
      purpose: p('purpose'),
      id: p('id'),
      mac: p('mac'),
      attempts: p('attempts'),
      used: p('used'),
      at: p('at'),
      expires_at: p('expires_at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'agent', 'contact', 'purpose']).doUpdateSet((eb) => ({
        id: eb.ref('excluded.id'),
        mac: eb.ref('excluded.mac'),
        attempts: eb.ref('excluded.attempts'),
        used: eb.ref('excluded.used'),
        at: eb.ref('excluded.at'),
        expires_at: eb.ref('excluded.expires_at'),
      })),
    ),
);
const attempt = statement<Key & Pick<Row, 'id' | 'attempts' | 'used'>>((db, p) =>
  db
    .updateTable('one_time_code')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), used: p('used') }))
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('purpose', '=', p('purpose'))
    .where('id', '=', p('id'))
    .where('attempts', '=', p('attempts'))
    .where('used', '=', 0),
);
const drop = statement<Key & Pick<Row, 'id'>>((db, p) =>
  db
    .deleteFrom('one_time_code')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('purpose', '=', p('purpose'))
    .where('id', '=', p('id')),
);

/** No address begins with a bracket, so that no hash of one can stand for one of these. */
const keyed = (refKey: Uint8Array, what: string, ...parts: readonly string[]): string =>
  toBase64url(hmacSha256(refKey, canonicalJson([what, ...parts])));

function* keyOf(sealing: Sealing, org: OrgId, { agent, contact, purpose }: CodePlace): Tx<Key> {
  const { refKey } = yield* sealing.orgKeys(org);
  return {
    org,
    agent,
    contact: yield* sealing.ref(org, contact),
    purpose: keyed(refKey, 'one-time-code-purpose', purpose),
  };
}

function* macOf(sealing: Sealing, { org, agent, contact, purpose }: Key, id: string, code: string): Tx<string> {
  const { refKey } = yield* sealing.orgKeys(org as OrgId);
  return keyed(refKey, 'one-time-code', org, agent, contact, purpose, id, code);
}

/** The same work whether there is a code or not. */
export function* triedCodes(
  sealing: Sealing,
  wanted: readonly { readonly org: OrgId; readonly key: CodePlace & { readonly code: string } }[],
): Tx<readonly (TriedCode | null)[]> {
  const keys: Key[] = [];
  for (const { org, key } of wanted) keys.push(yield* keyOf(sealing, org, key));
  const rows = yield* codes.rows(keys.map(({ org, agent, contact, purpose }) => [org, agent, contact, purpose]));
  const byKey = new Map(rows.map((row) => [nameOf(row), row]));
  const tried: (TriedCode | null)[] = [];
  for (const [i, key] of keys.entries()) {
    const row = byKey.get(nameOf(key));
    const mac = yield* macOf(sealing, key, row?.id ?? 'none', wanted[i]!.key.code);
    const matches = secretEqual(mac, row?.mac ?? 'none');
    tried.push(
      row === undefined
        ? null
        : { id: row.id as CodeId, matches, attempts: row.attempts, used: row.used === 1, expiresAt: row.expires_at },
    );
  }
  return tried;
}

const nameOf = ({ org, agent, contact, purpose }: Key): string => [org, agent, contact, purpose].join('\n');

export function codeWriters({ sealing }: Pick<WriterParts, 'sealing'>): WritersOf<CodeWrites> {
  return {
    *'code.put'(_, org, row) {
      const key = yield* keyOf(sealing, org, row);
      const mac = yield* macOf(sealing, key, row.id, row.code);
      yield* put.run({ ...key, id: row.id, mac, attempts: 0, used: 0, at: row.at, expires_at: row.expiresAt });
    },
    *'code.attempt'(_, org, row) {
      const key = yield* keyOf(sealing, org, row);
      const { id, attempts, used } = row;
      const counted = yield* attempt.run({ ...key, id, attempts, used: used ? 1 : 0 });
      if (counted !== 1) throw new ChangedMeanwhile();
    },
    *'code.drop'(_, org, row) {
      yield* drop.run({ ...(yield* keyOf(sealing, org, row)), id: row.id });
    },
  };
}
