/**
 * One-time codes as rows. A code is kept as an HMAC under the organisation's key, over everything that it is bound to: a row
 * that is moved to another agent, contact or purpose verifies nothing, and without the key a million guesses prove nothing.
 * What a code is for is the caller's own word, so it is a keyed hash too.
 */
import type { CodeId, CodePlace, TriedCode } from '../comms/one-time-code/code.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { lookup, type Tx } from './statement.ts';

type Row = Schema['one_time_code'];
export type CodeKey = Pick<Row, 'org' | 'agent' | 'contact' | 'purpose'>;

/** Locked where others write: attempts at one code are looked at one after the other. */
const codes = lookup(
  'one_time_code',
  ['org', 'agent', 'contact', 'purpose'],
  ['id', 'mac', 'attempts', 'used', 'expires_at'],
  'update',
);
/** No address begins with a bracket, so that no hash of one can stand for one of these. */
const keyed = (refKey: Uint8Array, what: string, ...parts: readonly string[]): string =>
  toBase64url(hmacSha256(refKey, canonicalJson([what, ...parts])));

export function* codeKeyOf(sealing: Sealing, org: OrgId, { agent, contact, purpose }: CodePlace): Tx<CodeKey> {
  const { refKey } = yield* sealing.orgKeys(org);
  return {
    org,
    agent,
    contact: yield* sealing.ref(org, contact),
    purpose: keyed(refKey, 'one-time-code-purpose', purpose),
  };
}

export function* codeMac(
  sealing: Sealing,
  { org, agent, contact, purpose }: CodeKey,
  id: string,
  code: string,
): Tx<string> {
  const { refKey } = yield* sealing.orgKeys(org as OrgId);
  return keyed(refKey, 'one-time-code', org, agent, contact, purpose, id, code);
}

/** The same work whether there is a code or not. */
export function* triedCodes(
  sealing: Sealing,
  wanted: readonly { readonly org: OrgId; readonly key: CodePlace & { readonly code: string } }[],
): Tx<readonly (TriedCode | null)[]> {
  const keys: CodeKey[] = [];
  for (const { org, key } of wanted) keys.push(yield* codeKeyOf(sealing, org, key));
  const rows = yield* codes.rows(keys.map(({ org, agent, contact, purpose }) => [org, agent, contact, purpose]));
  const byKey = new Map(rows.map((row) => [nameOf(row), row]));
  const tried: (TriedCode | null)[] = [];
  for (const [i, key] of keys.entries()) {
    const row = byKey.get(nameOf(key));
    const mac = yield* codeMac(sealing, key, row?.id ?? 'none', wanted[i]!.key.code);
    const matches = secretEqual(mac, row?.mac ?? 'none');
    tried.push(
      row === undefined
        ? null
        : { id: row.id as CodeId, matches, attempts: row.attempts, used: row.used === 1, expiresAt: row.expires_at },
    );
  }
  return tried;
}

const nameOf = ({ org, agent, contact, purpose }: CodeKey): string => [org, agent, contact, purpose].join('\n');
