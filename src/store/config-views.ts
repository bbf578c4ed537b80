/**
 * What counts as configuration, as the log commits to it: one plain object each, from the rows in effect. Entries carry its
 * SHA-256 (base64url) over canonical JSON (RFC 8785), so that whoever has the object (`audit.show_config` gives it) can tell
 * which change made it what it is. No secret and nothing personal: an address is there as a keyed hash that only this
 * server can make, a credential as the id that it got when it was put. docs/audit.md lists the members.
 */
import { sql } from 'kysely';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { hmacSha256, sha256 } from '../kernel/hash.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { BudgetScope } from '../swarm/budgets/budget.ts';
import { billingConfigOf } from './billing-config.ts';
import { givenGrantOf } from './grants.ts';
import { agentOf, organizationOf } from './rows.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';
import { raisedBudgets } from './swarm-budgets.ts';
import { routeCell } from './writers/alerts.ts';

/** What was configured: a kind, and which one of it in the organisation. */
export interface ConfigKey {
  readonly of: ConfigKind;
  readonly id: string;
}

type Place = { readonly org: string; readonly id: string };

const agents = statement<Place, Schema['agent']>((db, p, lock) =>
  lock.wait(db.selectFrom('agent').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);
const organizations = statement<Place, Schema['organization']>((db, p, lock) =>
  lock.wait(db.selectFrom('organization').selectAll().where('id', '=', p('id'))),
);
const billing = statement<Place, Schema['billing_config']>((db, p, lock) =>
  lock.wait(db.selectFrom('billing_config').selectAll().where('org', '=', p('org'))),
);
const routes = statement<Place, Schema['alert_route']>((db, p, lock) =>
  lock.wait(db.selectFrom('alert_route').selectAll().where('org', '=', p('org'))),
);
const credentials = statement<Place, Omit<Schema['provider_credential'], 'sealed'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('provider_credential')
      .select(['org', 'provider', 'id', 'account', 'by', 'created_at'])
      .where('org', '=', p('org'))
      .where('provider', '=', p('id')),
  ),
);
const registrations = statement<Place, Pick<Schema['registration'], RegistrationColumn>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('registration')
      .select(['country', 'kind', 'status', 'expires_at', 'status_at'])
      .where('org', '=', p('org'))
      .where('id', '=', p('id')),
  ),
);
type RegistrationColumn = 'country' | 'kind' | 'status' | 'expires_at' | 'status_at';
/** In the place of an agent's id: the tokens of all of them. */
export const EVERY_AGENT = '*';

const agentTokens = statement<Place, Pick<Schema['agent_tokens'], 'id' | 'created_at' | 'expires_at'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('agent_tokens')
      .select(['id', 'created_at', 'expires_at'])
      .where('org', '=', p('org'))
      .where((eb) => eb.or([eb('agent', '=', p('id')), sql<boolean>`cast(${p('id')} as text) = ${EVERY_AGENT}`]))
      .where('revoked_at', 'is', null)
      .orderBy('id'),
  ),
);
const adminTokens = statement<Place, Pick<Schema['admin_tokens'], 'id' | 'created_at'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('admin_tokens')
      .select(['id', 'created_at'])
      .where('org', '=', p('org'))
      .where('kind', '=', p('id'))
      .orderBy('id'),
  ),
);

const people = statement<Place, Pick<Schema['person'], 'role' | 'status' | 'created_at'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('person')
      .select(['role', 'status', 'created_at'])
      .where('org', '=', p('org'))
      .where('id', '=', p('id')),
  ),
);

const grants = statement<Place, Schema['right_grant']>((db, p, lock) =>
  lock.wait(db.selectFrom('right_grant').selectAll().where('org', '=', p('org')).orderBy('id')),
);

const swarms = statement<Place, Schema['swarm']>((db, p, lock) =>
  lock.wait(db.selectFrom('swarm').selectAll().where('org', '=', p('org'))),
);
const swarmVersions = statement<{ org: string; version: number }, Pick<Schema['swarm_config'], 'hash'>>((db, p) =>
  db.selectFrom('swarm_config').select('hash').where('org', '=', p('org')).where('version', '=', p('version')),
);
const swarmAgents = statement<Place, Schema['swarm_agent']>((db, p) =>
  db.selectFrom('swarm_agent').selectAll().where('org', '=', p('org')).orderBy('name'),
);
const swarmProposals = statement<Place, Pick<Schema['swarm_proposal'], 'id' | 'base' | 'hash'>>((db, p) =>
  db.selectFrom('swarm_proposal').select(['id', 'base', 'hash']).where('org', '=', p('org')),
);

const apiKeys = statement<Place, Schema['api_key']>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('api_key')
      .selectAll()
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where('revoked_at', 'is', null),
  ),
);
const services = statement<Place, Schema['service']>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('service')
      .selectAll()
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where('removed_at', 'is', null),
  ),
);
const swarmSecrets = statement<Place, Pick<Schema['swarm_secret'], 'id' | 'created_by' | 'created_at'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('swarm_secret')
      .select(['id', 'created_by', 'created_at'])
      .where('org', '=', p('org'))
      .where('name', '=', p('id')),
  ),
);
const toolPins = statement<Place, Pick<Schema['tool_pin'], 'tool' | 'hash' | 'approved_at' | 'approved_by'>>(
  (db, p, lock) =>
    lock.wait(
      db
        .selectFrom('tool_pin')
        .select(['tool', 'hash', 'approved_at', 'approved_by'])
        .where('org', '=', p('org'))
        .where('server', '=', p('id'))
        .where('hash', 'is not', null)
        .orderBy('tool'),
    ),
);
/** Without the name, which may be somebody's, and the last use, which is no configuration. */
const given = (row: Schema['api_key'] | Schema['service']) => ({
  scopes: JSON.parse(row.scopes) as Json,
  actions: JSON.parse(row.actions) as Json,
  cidrs: JSON.parse(row.cidrs) as Json,
  requestsPerMinute: row.requests_per_minute,
  expiresAt: row.expires_at,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

/** The object of one kind; null when there is none. Rows are held until the commit where others write too. */
type View = (sealing: Sealing, org: OrgId, id: string) => Tx<Json>;

const VIEWS = {
  *agent(_, org, id) {
    const row = yield* agents.first({ org, id });
    return row === undefined ? null : plain(agentOf(row));
  },
  *organization(_, org, id) {
    const row = yield* organizations.first({ org, id });
    return row === undefined ? null : plain(organizationOf(row));
  },
  *billing(sealing, org, id) {
    const row = yield* billing.first({ org, id });
    if (row === undefined) return null;
    const { markupPercent, billingEmail } = yield* billingConfigOf(sealing, row);
    return { markupPercent, billingEmail: yield* keyed(sealing, org, billingEmail) };
  },
  *'alert-routes'(sealing, org, id) {
    const row = yield* routes.first({ org, id });
    if (row === undefined) return null;
    const { email, webhook, secret, min_severity: minSeverity } = row;
    const { dataKey } = yield* sealing.orgKeys(org);
    const opened = (sealed: string | null, column: 'email' | 'webhook') =>
      sealed === null ? null : sealing.openText(dataKey, sealed, routeCell(org, column));
    return {
      email: yield* keyed(sealing, org, opened(email, 'email')),
      webhook: yield* keyed(sealing, org, opened(webhook, 'webhook')),
      secret: yield* keyed(sealing, org, secret === null ? null : sealing.openSecret(secret, routeCell(org, 'secret'))),
      minSeverity,
    };
  },
  *provider(_, org, id) {
    const row = yield* credentials.first({ org, id });
    if (row === undefined) return null;
    return {
      provider: row.provider,
      credentialId: row.id,
      account: row.account,
      by: row.by,
      createdAt: row.created_at,
    };
  },
  *registration(_, org, id) {
    const row = yield* registrations.first({ org, id });
    if (row === undefined) return null;
    const { country, kind, status, expires_at: expiresAt, status_at: statusAt } = row;
    return { country, kind, status, expiresAt, statusAt };
  },
  *grants(_, org, id) {
    return plain((yield* grants.all({ org, id })).map(givenGrantOf));
  },
  *person(_, org, id) {
    const row = yield* people.first({ org, id });
    return row === undefined ? null : { role: row.role, status: row.status, createdAt: row.created_at };
  },
  *'api-key'(_, org, id) {
    const row = yield* apiKeys.first({ org, id });
    return row === undefined ? null : given(row);
  },
  *service(_, org, id) {
    const row = yield* services.first({ org, id });
    if (row === undefined) return null;
    const { san, jwk, kid } = row;
    return { ...given(row), san, publicKey: jwk === null ? null : (JSON.parse(jwk) as Json), kid };
  },
  *'swarm-secret'(_, org, id) {
    const row = yield* swarmSecrets.first({ org, id });
    return row === undefined ? null : { secretId: row.id, createdBy: row.created_by, createdAt: row.created_at };
  },
  *tools(_, org, id) {
    const rows = yield* toolPins.all({ org, id });
    return rows.map(({ tool, hash, approved_at: approvedAt, approved_by: approvedBy }) => ({
      ...{ tool, hash, approvedAt, approvedBy },
    }));
  },
  /** Prompts are known by the hash of the whole. */
  *swarm(_, org, id) {
    const row = yield* swarms.first({ org, id });
    const waiting = yield* swarmProposals.first({ org, id });
    if (row === undefined && waiting === undefined) return null;
    const proposed = waiting === undefined ? null : { id: waiting.id, base: waiting.base, hash: waiting.hash };
    if (row === undefined) return { version: 0, hash: null, agents: [], proposed };
    const version = yield* swarmVersions.first({ org, version: row.active });
    const agents = (yield* swarmAgents.all({ org, id })).map(({ name, agent, status }) => ({ name, agent, status }));
    return { version: row.active, hash: version?.hash ?? null, agents, proposed };
  },
  /** Of one scope and subject, `thread:thr_…`, `swarm:`. */
  *'swarm-budget'(_, org, id) {
    const [scope = '', ...of] = id.split(':');
    const raised = yield* raisedBudgets(org, scope as BudgetScope, of.join(':'));
    return raised.length === 0 ? null : raised.map(({ kind, limit, until }) => ({ kind, limit, until }));
  },
  *'agent-tokens'(_, org, id) {
    const rows = yield* agentTokens.all({ org, id });
    return rows.map((row) => ({ id: row.id, createdAt: row.created_at, expiresAt: row.expires_at }));
  },
  *'admin-tokens'(_, org, id) {
    const rows = yield* adminTokens.all({ org, id });
    return rows.map((row) => ({ id: row.id, createdAt: row.created_at }));
  },
} as const satisfies Record<string, View>;

export type ConfigKind = keyof typeof VIEWS;

/** @param what as the log names it, `agent:agt_…`. Null for what names no kind. */
export function configKeyOf(what: string): ConfigKey | null {
  const [of = '', ...rest] = what.split(':');
  return Object.hasOwn(VIEWS, of) ? { of: of as ConfigKind, id: rest.join(':') } : null;
}

export const configName = ({ of, id }: ConfigKey): string => `${of}:${id}`;

export const configView = (sealing: Sealing, org: OrgId, { of, id }: ConfigKey): Tx<Json> =>
  VIEWS[of](sealing, org, id);

/** Null for what is not there. */
export const configHash = (view: Json): string | null =>
  view === null ? null : toBase64url(sha256(canonicalJson(view)));

/** Without members that are `undefined`, which JSON does not have. */
const plain = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

/** A short text that nobody should guess from its hash. */
function* keyed(sealing: Sealing, org: OrgId, text: string | null): Tx<string | null> {
  if (text === null) return null;
  const { refKey } = yield* sealing.orgKeys(org);
  return toBase64url(hmacSha256(refKey, `config:${text}`));
}
