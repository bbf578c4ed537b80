/**
 * What is personal is sealed before it is a row: addresses become keyed hashes, texts ciphertext under the key of the
 * person they are about (erasure destroys that key), everything else that is not public under the organisation's data
 * key. All keys are sealed under the key ring. Domain code speaks in plain values and never sees a key.
 */

import { boundedMap } from '../kernel/bounded-map.ts';
import { toBase64url } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { KeyRing, VaultKey } from '../vault/key-ring.ts';
import { type Cell, kidOf, open, seal } from '../vault/sealed.ts';
import { createSubjectKey, openText, sealText, unwrapSubjectKey } from '../vault/subject-key.ts';
import { lookup, statement, type Tx } from './statement.ts';

export interface OrgKeys {
  readonly refKey: Uint8Array;
  readonly dataKey: VaultKey;
}
export interface ContactKey {
  readonly ref: string;
  readonly key: VaultKey;
}

const REF_BYTES = 16; // 128 bits of the hash: no collision within an organisation
const CACHED_CONTACTS = 50_000;
const CACHED_ORGS = 5_000;
const CACHED_THREADS = 50_000;

const keysOfOrg = lookup('org_key', ['org'], ['ref_key', 'data_key']);
const insertOrgKeys = statement<{ org: string; ref_key: string; data_key: string }>(
  (db, p) =>
    db
      .insertInto('org_key')
      .values({ org: p('org'), ref_key: p('ref_key'), data_key: p('data_key') })
      .onConflict((conflict) => conflict.column('org').doNothing()), // another server's first start was earlier
);
const contactByRef = lookup('contact', ['org', 'ref'], ['key', 'address']);
const placeByRef = lookup('contact', ['org', 'ref'], ['key', 'place']);
const contactOfThread = lookup('thread', ['org', 'id'], ['contact']);
/** Whoever seals under a key holds it until the commit: an erasure comes before or after, not in between. */
const contactHeld = lookup('contact', ['org', 'ref'], ['key'], 'share');
const deleteContact = statement<{ org: string; ref: string }>((db, p) =>
  db.deleteFrom('contact').where('org', '=', p('org')).where('ref', '=', p('ref')),
);
const insertContact = statement<{ org: string; ref: string; key: string; address: string; created_at: number }>(
  (db, p) =>
    db
      .insertInto('contact')
      .values({ org: p('org'), ref: p('ref'), key: p('key'), address: p('address'), created_at: p('created_at') })
      .onConflict((conflict) => conflict.columns(['org', 'ref']).doNothing()),
);

export interface Sealing {
  /** Makes an organisation's keys; once, when it is created. */
  createOrgKeys(org: OrgId): Tx<void>;
  /** Makes them if they are not there. */
  ensureOrgKeys(org: OrgId): Tx<void>;
  /** @throws when the organisation has no keys: it does not exist. */
  orgKeys(org: OrgId): Tx<OrgKeys>;
  /** The keyed hash that stands for an address within an organisation. */
  ref(org: OrgId, address: string): Tx<string>;
  /** A person's key, made at first mention. */
  contact(org: OrgId, address: string, now: number): Tx<ContactKey>;
  /** The key of a person known by hash; null once erased. */
  contactKey(org: OrgId, ref: string): Tx<VaultKey | null>;
  /** The key of a thread's texts: of the person outside whose it is, null once erased; else the organisation's. */
  threadKey(org: OrgId, thread: string): Tx<VaultKey | null>;
  /** Destroys a person's key and address. What was sealed under the key opens no more. */
  destroyContact(org: OrgId, ref: string): Tx<void>;
  /** Drops what memory holds of an address. */
  forget(org: OrgId, address: string): void;
  /** The address behind a hash; null once erased. */
  address(org: OrgId, ref: string): Tx<string | null>;
  /** Where contacts live, as it was written; null where nobody has said it, or once erased. */
  places(keys: readonly (readonly [org: OrgId, ref: string])[]): Tx<readonly (string | null)[]>;
  /** Under the key ring itself: credentials and signing secrets. */
  sealSecret(text: string, cell: Cell): string;
  openSecret(sealed: string, cell: Cell): string;
  sealText(key: VaultKey, text: string, cell: Cell): string;
  openText(key: VaultKey, sealed: string, cell: Cell): string;
  /** `openText` of what is about a person; null when an erasure came between: who writes again has another key. */
  openPersonal(key: VaultKey | null, sealed: string, cell: Cell): string | null;
  /** After a rollback: what was made in it is not there. */
  forgetAll(): void;
}

/** @param exclusive keys may be remembered between transactions: no other process can erase one. */
export function createSealing(ring: KeyRing, entropy: Entropy, exclusive: boolean): Sealing {
  const orgs = boundedMap<string, OrgKeys>(CACHED_ORGS);
  const contacts = boundedMap<string, ContactKey>(CACHED_CONTACTS);
  const houseThreads = boundedMap<string, true>(CACHED_THREADS); // of nobody outside, as they stay: safe to remember everywhere
  const refs = boundedMap<string, string>(CACHED_CONTACTS); // of keys that never change: safe to remember everywhere

  function* orgKeys(org: OrgId): Tx<OrgKeys> {
    const known = orgs.get(org);
    if (known !== undefined) return known;
    const [row] = yield* keysOfOrg.rows([[org]]);
    if (row === undefined) throw new TypeError('an organisation without keys');
    const keys = {
      refKey: open(ring, row.ref_key, cellOf(org, 'org_key', 'ref_key', org)),
      dataKey: unwrapSubjectKey(ring, row.data_key, cellOf(org, 'org_key', 'data_key', org)),
    };
    orgs.set(org, keys); // made once and never erased: safe to remember everywhere
    return keys;
  }

  function* ref(org: OrgId, address: string): Tx<string> {
    const name = `${org}\n${address}`;
    const known = refs.get(name);
    if (known !== undefined) return known;
    const { refKey } = yield* orgKeys(org);
    const kind = address.includes('@') ? 'mail' : 'tel';
    const made = toBase64url(hmacSha256(refKey, `${kind}:${address}`).subarray(0, REF_BYTES));
    refs.set(name, made);
    return made;
  }

  function* createOrgKeys(org: OrgId): Tx<void> {
    const refKey = entropy.bytes(32);
    yield* insertOrgKeys.run({
      org,
      ref_key: seal(ring, entropy, refKey, cellOf(org, 'org_key', 'ref_key', org)),
      data_key: createSubjectKey(ring, entropy, cellOf(org, 'org_key', 'data_key', org)).wrapped,
    });
  }

  function* keyOf(contacts: typeof contactHeld, org: OrgId, ref: string): Tx<VaultKey | null> {
    const [row] = yield* contacts.rows([[org, ref]]);
    return row === undefined ? null : unwrapSubjectKey(ring, row.key, cellOf(org, 'contact', 'key', ref));
  }

  return {
    orgKeys,
    ref,
    contactKey: (org, ref) => keyOf(contactByRef, org, ref),
    *threadKey(org, thread) {
      const name = `${org}\n${thread}`;
      if (houseThreads.get(name) === undefined) {
        const [row] = yield* contactOfThread.rows([[org, thread]]);
        if (row?.contact != null) return yield* keyOf(contactByRef, org, row.contact);
        if (row !== undefined) houseThreads.set(name, true);
      }
      return (yield* orgKeys(org)).dataKey;
    },
    *destroyContact(org, ref) {
      yield* deleteContact.run({ org, ref });
    },
    forget(org, address) {
      contacts.delete(`${org}\n${address}`);
      refs.delete(`${org}\n${address}`);
    },
    *ensureOrgKeys(org) {
      if ((yield* keysOfOrg.rows([[org]])).length === 0) yield* createOrgKeys(org);
    },
    createOrgKeys,
    *contact(org, address, now) {
      const name = `${org}\n${address}`;
      const known = contacts.get(name);
      if (known !== undefined) return known;
      const at = yield* ref(org, address);
      let key = yield* keyOf(contactHeld, org, at);
      if (key === null) {
        const made = createSubjectKey(ring, entropy, cellOf(org, 'contact', 'key', at));
        const sealed = sealText(made.key, entropy, address, cellOf(org, 'contact', 'address', at));
        const written = yield* insertContact.run({ org, ref: at, key: made.wrapped, address: sealed, created_at: now });
        key = written === 1 ? made.key : yield* keyOf(contactHeld, org, at); // another server was first
      }
      if (key === null) throw new TypeError('a contact without a key');
      const contact = { ref: at, key };
      if (exclusive) contacts.set(name, contact);
      return contact;
    },
    *address(org, at) {
      const [row] = yield* contactByRef.rows([[org, at]]);
      if (row === undefined) return null;
      const key = unwrapSubjectKey(ring, row.key, cellOf(org, 'contact', 'key', at));
      return openText(key, row.address, cellOf(org, 'contact', 'address', at));
    },
    *places(keys) {
      const rows = yield* placeByRef.rows(keys);
      const found = new Map(rows.map((row) => [`${row.org}\n${row.ref}`, row]));
      return keys.map(([org, at]) => {
        const row = found.get(`${org}\n${at}`);
        if (row === undefined || row.place === null) return null;
        const key = unwrapSubjectKey(ring, row.key, cellOf(org, 'contact', 'key', at));
        return openText(key, row.place, placeCell(org, at));
      });
    },
    sealSecret: (text, cell) => seal(ring, entropy, text, cell),
    openSecret: (sealed, cell) => Buffer.from(open(ring, sealed, cell)).toString('utf8'),
    sealText: (key, text, cell) => sealText(key, entropy, text, cell),
    openText,
    openPersonal: (key, sealed, cell) =>
      key === null || kidOf(sealed) !== key.kid ? null : openText(key, sealed, cell),
    forgetAll() {
      orgs.clear();
      contacts.clear();
      refs.clear();
      houseThreads.clear();
    },
  };
}

export const cellOf = (org: string, table: string, column: string, row: string): Cell => ({ org, table, column, row });

export const placeCell = (org: string, ref: string): Cell => cellOf(org, 'contact', 'place', ref);

export const attachmentCell = (org: string, message: string, n: number, column: 'filename' | 'content'): Cell =>
  cellOf(org, 'attachment', column, `${message}:${n}`);
