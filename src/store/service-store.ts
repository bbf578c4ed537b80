/**
 * Service principals: by hash, by certificate and by id, each with its fence and the standing of its organisation, so that
 * one look tells all. On every request's way: these statements are compiled once, and what they find is remembered where no
 * other process writes.
 */
import type { Grant } from '../guard/grant.ts';
import { SCOPES, type Scope } from '../guard/principal.ts';
import type {
  PublicKey,
  RegisteredService,
  ServiceInfo,
  ServiceRecord,
  ServiceStore,
  SigningService,
  Use,
} from '../identity/services/ports.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import type { KeyId, OrgId, ServiceId } from '../kernel/ids.ts';
import { addressList } from '../shield/address-list.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import { grantsOf } from './grants.ts';
import type { Remembering } from './remembering.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

/** With its fence, and the standing of its organisation; the platform has no row and no standing. */
interface Joined {
  readonly epoch: number | null;
  readonly status: string | null;
}
type KeyRow = Schema['api_key'] & Joined;
type ServiceRow = Schema['service'] & Joined;

const keyByHash = statement<{ hash: string }, KeyRow>((db, p) =>
  db
    .selectFrom('api_key as t')
    .leftJoin('fence as f', (join) =>
      join.onRef('f.org', '=', 't.org').on((eb) => eb('f.subject', '=', eb(eb.val('token:'), '||', eb.ref('t.id')))),
    )
    .leftJoin('organization as o', 'o.id', 't.org')
    .selectAll('t')
    .select(['f.epoch', 'o.status'])
    .where('t.hash', '=', p('hash')),
);
const serviceBy = (column: 'id' | 'san') =>
  statement<{ value: string }, ServiceRow>((db, p) =>
    db
      .selectFrom('service as t')
      .leftJoin('fence as f', (join) =>
        join.onRef('f.org', '=', 't.org').on((eb) => eb('f.subject', '=', eb(eb.val('token:'), '||', eb.ref('t.id')))),
      )
      .leftJoin('organization as o', 'o.id', 't.org')
      .selectAll('t')
      .select(['f.epoch', 'o.status'])
      .where(`t.${column}`, '=', p('value'))
      .where('t.removed_at', 'is', null),
  );
const serviceById = serviceBy('id');
const serviceBySan = serviceBy('san');

const insertNumber = statement<Schema['used_number']>((db, p) =>
  db
    .insertInto('used_number')
    .values({ org: p('org'), service: p('service'), number: p('number'), forget_at: p('forget_at') })
    .onConflict((conflict) => conflict.columns(['org', 'service', 'number']).doNothing()),
);
const usedAt = (table: 'api_key' | 'service') =>
  statement<{ org: string; id: string; at: number }>((db, p) =>
    db
      .updateTable(table)
      .set({ last_used_at: p('at') })
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', p('at'))])),
  );
const keyUsed = usedAt('api_key');
const serviceUsed = usedAt('service');

const REMEMBERED = 50_000;

export function createServiceStore(
  { db, read, exclusive }: Engine,
  committer: Pick<Committer, 'submit'>,
  memory: ServiceMemory,
): ServiceStore {
  /** Remembers within the read and not after the wait: nothing can be written between the look and the note. */
  function found<R extends ServiceRecord>(name: string, look: () => Tx<R | null>): Promise<R | null> {
    const before = memory.known.get(name) as R | undefined;
    if (before !== undefined) return Promise.resolve(before);
    return read(function* (): Tx<R | null> {
      const record = yield* look();
      if (exclusive && record !== null) memory.known.set(name, record);
      return record;
    });
  }

  return {
    keyByHash: (hash) =>
      found(`key ${hash}`, function* () {
        const row = yield* keyByHash.first({ hash });
        return row === undefined ? null : recordOf(row, row.revoked_at, yield* grantsOf(row.org, row.id));
      }),
    byCertificateNames: (names) =>
      found(`san ${names.join(' ')}`, function* () {
        const rows: ServiceRow[] = [];
        for (const value of names) rows.push(...(yield* serviceBySan.all({ value })));
        const [row, another] = rows;
        if (row === undefined || another !== undefined) return null;
        return recordOf(row, row.removed_at, yield* grantsOf(row.org, row.id));
      }),
    signing: (id) =>
      found(`id ${id}`, function* (): Tx<SigningService | null> {
        const row = yield* serviceById.first({ value: id });
        if (row === undefined || row.jwk === null) return null;
        const record = recordOf(row, row.removed_at, yield* grantsOf(row.org, row.id));
        return { ...record, publicKey: JSON.parse(row.jwk) as PublicKey, kid: row.kid };
      }),
    rememberOnce: ({ org, id }, number, until) =>
      committer.submit(org, function* () {
        const name = toBase64url(sha256(number));
        return (yield* insertNumber.run({ org, service: id, number: name, forget_at: until })) === 1;
      }),
    async recordUse(uses) {
      const byOrg = Map.groupBy(uses, ({ org }) => org);
      for (const [org, own] of byOrg)
        await committer.submit(org, function* () {
          for (const use of own.toSorted(byId)) yield* (isKey(use.id) ? keyUsed : serviceUsed).run({ ...use });
        });
    },
    async sweep(now) {
      await db.deleteFrom('used_number').where('forget_at', '<=', now).execute();
    },
    async keys(org, { limit, before }) {
      const rows = await db
        .selectFrom('api_key')
        .selectAll()
        .where('org', '=', org)
        .$if(before !== undefined, (query) => query.where('id', '<', before!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => infoOf(row, row.id as KeyId, row.revoked_at));
    },
    async services(org, { limit, before }) {
      const rows = await db
        .selectFrom('service')
        .selectAll()
        .where('org', '=', org)
        .$if(before !== undefined, (query) => query.where('id', '<', before!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(
        (row): RegisteredService => ({
          ...infoOf(row, row.id as ServiceId, row.removed_at),
          san: row.san,
          kid: row.kid,
        }),
      );
    },
  };
}

/** What is remembered of services; whoever writes one tells it to forget. */
export interface ServiceMemory extends Remembering {
  readonly known: ReturnType<typeof boundedMap<string, ServiceRecord>>;
}
export function createServiceMemory(): ServiceMemory {
  const known = boundedMap<string, ServiceRecord>(REMEMBERED);
  return { known, forgetAll: () => known.clear() };
}

type Common = Omit<Schema['api_key'], 'hash' | 'revoked_at'>;

const recordOf = (row: Common & Joined, revokedAt: number | null, grants: readonly Grant[]): ServiceRecord => ({
  id: row.id as KeyId | ServiceId,
  org: row.org as OrgId,
  scopes: new Set(list(row.scopes).filter(isScope)),
  actions: new Set(list(row.actions)),
  networks: addressList(list(row.cidrs)),
  requestsPerMinute: row.requests_per_minute,
  expiresAt: row.expires_at,
  revokedAt,
  suspended: row.status === 'suspended',
  epoch: row.epoch ?? 0,
  grants,
});

const infoOf = <Id extends KeyId | ServiceId>(row: Common, id: Id, revokedAt: number | null): ServiceInfo<Id> => ({
  id,
  name: row.name,
  scopes: list(row.scopes),
  actions: list(row.actions),
  cidrs: list(row.cidrs),
  requestsPerMinute: row.requests_per_minute,
  createdBy: row.created_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt,
});

const list = (json: string): readonly string[] => JSON.parse(json) as readonly string[];
/** A scope that this release does not know gives nothing. */
const isScope = (name: string): name is Scope => SCOPES.some((scope) => scope === name);
const isKey = (id: string): boolean => id.startsWith('key_');
/** Two servers that write the same rows take them in the same order. */
const byId = (a: Use, b: Use): number => (a.id < b.id ? -1 : 1);
