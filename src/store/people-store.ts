/**
 * People, links, ceremonies and sessions over either engine. What an access token stands for is on every request's way: it is
 * remembered where no other process writes, and forgotten at every write about people.
 */
import type { Grant } from '../guard/grant.ts';
import type {
  AccessRecord,
  CeremonyRecord,
  LinkKind,
  LinkRecord,
  PasskeyRecord,
  PeopleStore,
  PersonRecord,
  PersonStatus,
  SessionRecord,
  TicketRecord,
} from '../identity/people/ports.ts';
import type { Role } from '../identity/rules/roles.ts';
import { isOver, refreshRuling } from '../identity/rules/session.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import { fromBase64url } from '../kernel/encoding.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import { type OrgId, type PasskeyId, type PersonId, PLATFORM_ORG, type SessionId } from '../kernel/ids.ts';
import { DAY_MS, rfc3339 } from '../kernel/time.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import { oidcLinksOf } from './factor-statements.ts';
import { grantsOf } from './grants.ts';
import type { Group } from './group.ts';
import { ceremonyCell, oidcName, passkeyCell, personCell } from './people-cells.ts';
import { anybody } from './people-statements.ts';
import type { Remembering } from './remembering.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import * as sql from './session-statements.ts';
import { statement, type Tx } from './statement.ts';
import type { Writers } from './writers/index.ts';

type Row<T extends keyof Schema> = Schema[T];

const CACHED_ACCESS = 20_000;
/** A ceremony may be tried so often: a mistyped code costs no new beginning, and guessing gets nowhere. */
const MAX_TRIES = 5;
/** Sessions that are over stay in the list of nobody; for whoever looks into what happened the log has them. */
const KEEP_SESSIONS_MS = 30 * DAY_MS;

const personById = statement<{ org: string; id: string }, Row<'person'>>((db, p) =>
  db.selectFrom('person').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
const personByRef = statement<{ ref: string }, Row<'person'>>((db, p) =>
  db.selectFrom('person').selectAll().where('email_ref', '=', p('ref')),
);
const passkeysOf = statement<{ org: string; person: string }, Row<'passkey'>>((db, p) =>
  db.selectFrom('passkey').selectAll().where('org', '=', p('org')).where('person', '=', p('person')).orderBy('id'),
);
const passkeyByCredential = statement<{ credential: string }, Row<'passkey'>>((db, p) =>
  db.selectFrom('passkey').selectAll().where('credential', '=', p('credential')),
);
const codesOf = statement<{ org: string; person: string }, { hash: string }>((db, p) =>
  db.selectFrom('recovery_code').select('hash').where('org', '=', p('org')).where('person', '=', p('person')),
);
const oidcByRef = statement<{ ref: string }, { org: string; person: string }>((db, p) =>
  db.selectFrom('oidc_link').select(['org', 'person']).where('ref', '=', p('ref')),
);
const sessionsOf = statement<{ org: string; person: string; now: number }, Row<'session'>>((db, p) =>
  db
    .selectFrom('session')
    .selectAll()
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('ended_at', 'is', null)
    .where('expires_at', '>', p('now'))
    .orderBy('id', 'desc'),
);
const linkByHash = statement<{ hash: string; now: number }, Row<'link'>>((db, p) =>
  db.selectFrom('link').selectAll().where('hash', '=', p('hash')).where('expires_at', '>', p('now')),
);

export interface PeopleStoreParts {
  readonly engine: Engine;
  readonly committer: Pick<Committer, 'submit'>;
  readonly sealing: Sealing;
  readonly writers: Writers;
}

export function createPeopleMemory(): Remembering & { readonly access: Map<string, AccessRecord> } {
  const access = boundedMap<string, AccessRecord>(CACHED_ACCESS) as Map<string, AccessRecord>;
  return { access, forgetAll: () => access.clear() };
}

export function createPeopleStore(
  { engine, committer, sealing, writers }: PeopleStoreParts,
  memory: ReturnType<typeof createPeopleMemory>,
): PeopleStore {
  const { read } = engine;
  let someone = false;

  function* person(row: Row<'person'>): Tx<PersonRecord> {
    const { org, id } = row;
    const { dataKey } = yield* sealing.orgKeys(org as OrgId);
    const open = (column: 'email' | 'name' | 'totp', sealed: string) =>
      sealing.openText(dataKey, sealed, personCell(org, id, column));
    return {
      org: org as OrgId,
      id: id as PersonId,
      email: open('email', row.email),
      name: open('name', row.name),
      role: row.role as Role,
      status: row.status as PersonStatus,
      password: row.password,
      totp: row.totp === null ? null : { secret: fromBase64url(open('totp', row.totp))!, lastStep: row.totp_step },
      ...(yield* factors(org, id)),
      createdAt: row.created_at,
      signedInAt: row.signed_in_at,
    };
  }
  function* factors(org: string, person: string): Tx<Pick<PersonRecord, 'passkeys' | 'recoveryCodes' | 'oidc'>> {
    const of = { org, person };
    return {
      passkeys: (yield* passkeysOf.all(of)).length,
      recoveryCodes: (yield* codesOf.all(of)).length,
      oidc: (yield* oidcLinksOf.all(of)).length > 0,
    };
  }
  function* passkey(row: Row<'passkey'>): Tx<PasskeyRecord> {
    const { dataKey } = yield* sealing.orgKeys(row.org as OrgId);
    return {
      org: row.org as OrgId,
      id: row.id as PasskeyId,
      person: row.person as PersonId,
      credential: row.credential,
      publicKey: row.public_key,
      counter: row.counter,
      transports: JSON.parse(row.transports) as string[],
      backupEligible: row.backup_eligible === 1,
      backedUp: row.backed_up === 1,
      name: sealing.openText(dataKey, row.name, passkeyCell(row.org, row.id)),
      createdAt: row.created_at,
      usedAt: row.used_at,
    };
  }
  function* whole(row: Row<'person'> | undefined): Tx<PersonRecord | null> {
    return row === undefined ? null : yield* person(row);
  }

  const record = (group: Group, org: OrgId, event: Parameters<PeopleStore['commit']>[1]): Tx<void> =>
    group.record({ v: 1, type: 'authentication', at: rfc3339(group.now), org, ...event });

  return {
    async any() {
      someone ||= await read(function* () {
        return (yield* anybody.first({})) !== undefined;
      });
      return someone;
    },
    person: (org, id) =>
      read(function* () {
        return yield* whole(yield* personById.first({ org, id }));
      }),
    personByEmail: (email) =>
      read(function* () {
        const ref = yield* sealing.ref(PLATFORM_ORG, email);
        const row = yield* personByRef.first({ ref });
        if (row === undefined) yield* factors(PLATFORM_ORG, ''); // as many questions as for somebody: who waits learns nothing
        return yield* whole(row);
      }),
    async people(org, { after, limit, role, status }) {
      let page = engine.db.selectFrom('person').selectAll().where('org', '=', org).where('id', '>', after);
      page = status === undefined ? page.where('status', '!=', 'removed') : page.where('status', '=', status);
      if (role !== undefined) page = page.where('role', '=', role);
      const rows = await page.orderBy('id').limit(limit).execute();
      return read(function* () {
        const found: PersonRecord[] = [];
        for (const row of rows) found.push(yield* person(row));
        return found;
      });
    },
    passkeys: (org, id) =>
      read(function* () {
        const found: PasskeyRecord[] = [];
        for (const row of yield* passkeysOf.all({ org, person: id })) found.push(yield* passkey(row));
        return found;
      }),
    passkeyByCredential: (credential) =>
      read(function* () {
        const row = yield* passkeyByCredential.first({ credential });
        return row === undefined ? null : yield* passkey(row);
      }),
    personByOidc: (issuer, subject) =>
      read(function* () {
        const row = yield* oidcByRef.first({ ref: yield* sealing.ref(PLATFORM_ORG, oidcName(issuer, subject)) });
        return row === undefined ? null : { org: row.org as OrgId, id: row.person as PersonId };
      }),
    session: (org, id) =>
      read(function* () {
        const row = yield* sql.sessionLocked.first({ org, id });
        return row === undefined ? null : session(row);
      }),
    sessions: (org, id, now) =>
      read(function* () {
        return (yield* sessionsOf.all({ org, person: id, now })).map(session).filter((one) => !isOver(one, now));
      }),
    async access(hash) {
      const known = memory.access.get(hash);
      if (known !== undefined) return known;
      return read(function* () {
        const row = yield* sql.accessByHash.first({ hash });
        if (row === undefined) return null;
        const found = access(row, yield* grantsOf(row.org, row.person));
        if (engine.exclusive) memory.access.set(hash, found); // here and not after the wait: nothing is written in between
        return found;
      });
    },
    async standing(org, id) {
      const name = `${org}\n${id}`; // no hash of a token has a line break
      const known = memory.access.get(name);
      if (known !== undefined) return known;
      return read(function* () {
        const row = yield* sql.standingOf.first({ org, session: id });
        if (row === undefined) return null;
        const found = access(row, yield* grantsOf(row.org, row.person));
        if (engine.exclusive) memory.access.set(name, found);
        return found;
      });
    },
    async putTicket({ hash, org, person, session: of, network, expiresAt }) {
      const row = { hash, org, person, session: of, network, expires_at: expiresAt };
      await committer.submit(org, () => sql.insertTicket.run(row));
    },
    takeTicket: (hash, now) =>
      committer.submit(PLATFORM_ORG, function* (): Tx<TicketRecord | null> {
        const row = yield* sql.takeTicket.first({ hash, now });
        if (row === undefined) return null;
        const { org, person, session: of, network, expires_at } = row;
        return {
          ...{ hash, network, expiresAt: expires_at },
          ...{ org: org as OrgId, person: person as PersonId, session: of as SessionId },
        };
      }),
    link: (hash, now) =>
      read(function* (): Tx<LinkRecord | null> {
        const row = yield* linkByHash.first({ hash, now });
        if (row === undefined) return null;
        const { kind, org, person, expires_at } = row;
        return {
          hash,
          kind: kind as LinkKind,
          org: org as OrgId,
          person: person as PersonId | null,
          expiresAt: expires_at,
        };
      }),
    attempt: (hash, kind, now) =>
      committer.submit(PLATFORM_ORG, function* (): Tx<CeremonyRecord | null> {
        if ((yield* sql.tryCeremony.run({ hash, kind, now, most: MAX_TRIES })) === 0) return null;
        const row = (yield* sql.ceremonyByHash.first({ hash }))!;
        const { dataKey } = yield* sealing.orgKeys(PLATFORM_ORG);
        const data: unknown = JSON.parse(sealing.openText(dataKey, row.data, ceremonyCell(hash)));
        return { hash, org: row.org as OrgId, person: row.person as PersonId | null, data, tries: row.tries };
      }),
    refreshKey: () =>
      committer.submit(PLATFORM_ORG, function* () {
        return hmacSha256((yield* sealing.orgKeys(PLATFORM_ORG)).refKey, 'refresh-tokens');
      }),
    rotateSession: ({ org, session: id, no, accessHash, accessExpiresAt }) =>
      committer.submit(org, function* (group) {
        const row = yield* sql.sessionLocked.first({ org, id });
        if (row === undefined) return null;
        const before = session(row);
        const ruling = refreshRuling(before, no, group.now);
        if (ruling === 'over') return null;
        if (ruling === 'reused') {
          yield* sql.endSession.run({ org, id, person: row.person, at: group.now });
          yield* sql.dropAccessTokens.run({ org, session: id });
          yield* writers.apply(group, org, null, [{ kind: 'fence.bump', row: { of: 'session', id } }]);
          yield* record(group, org, { event: 'refresh_reused', person: before.person, session: id });
          memory.forgetAll();
          return null;
        }
        const refreshNo = ruling === 'rotate' ? no + 1 : before.refreshNo;
        if (ruling === 'rotate') yield* sql.rotateSession.run({ org, id, refresh_no: refreshNo, at: group.now });
        yield* sql.insertAccessToken.run({ hash: accessHash, org, session: id, expires_at: accessExpiresAt });
        return { ruling, session: { ...before, refreshNo, usedAt: group.now } };
      }),
    commit: (org, event, writes) =>
      committer.submit(org, function* (group) {
        yield* record(group, org, event);
        yield* writers.apply(group, org, null, writes);
      }),
    step: (org, write) =>
      committer.submit(org, function* (group) {
        yield* writers.apply(group, org, null, [write]);
      }),
    async sweep(now) {
      const { db } = engine;
      await db.deleteFrom('ceremony').where('expires_at', '<=', now).execute();
      await db.deleteFrom('link').where('expires_at', '<=', now).execute();
      await db.deleteFrom('ws_ticket').where('expires_at', '<=', now).execute();
      await db.deleteFrom('access_token').where('expires_at', '<=', now).execute();
      await db.deleteFrom('known_device').where('expires_at', '<=', now).execute();
      await db.deleteFrom('account_throttle').where('forget_at', '<=', now).execute();
      await db
        .deleteFrom('session')
        .where((eb) =>
          eb.or([eb('expires_at', '<=', now - KEEP_SESSIONS_MS), eb('ended_at', '<=', now - KEEP_SESSIONS_MS)]),
        )
        .where((eb) =>
          eb.not(eb.exists(eb.selectFrom('access_token').select('hash').whereRef('session', '=', 'session.id'))),
        )
        .execute();
    },
  };
}

const session = (row: Row<'session'>): SessionRecord => ({
  org: row.org as OrgId,
  id: row.id as SessionId,
  person: row.person as PersonId,
  createdAt: row.created_at,
  usedAt: row.used_at,
  expiresAt: row.expires_at,
  refreshNo: row.refresh_no,
  refreshedAt: row.refreshed_at,
  steppedUpAt: row.stepped_up_at,
  factors: JSON.parse(row.factors) as string[],
  device: row.device,
  endedAt: row.ended_at,
});

const access = (row: sql.AccessRow, grants: readonly Grant[]): AccessRecord => ({
  org: row.org as OrgId,
  person: row.person as PersonId,
  session: row.session as SessionId,
  role: row.role,
  status: row.status as PersonStatus,
  expiresAt: row.expires_at,
  sessionEndsAt: row.session_ends_at,
  endedAt: row.ended_at,
  steppedUpAt: row.stepped_up_at,
  suspended: row.org_status === 'suspended',
  personEpoch: row.person_epoch ?? 0,
  sessionEpoch: row.session_epoch ?? 0,
  grants,
});
