/** A loader for every kind of fact: many keys, at most a few queries, plain values out. */
import { sql } from 'kysely';
import type { BillingConfig } from '../comms/billing/markup.ts';
import type {
  Account,
  Consents,
  ContactPlace,
  DeliveredMessage,
  KeptRegistration,
  OwedAnswer,
  Relationship,
  RelationshipKey,
  SenderHolder,
  SentMessage,
  Suppression,
  VouchedKey,
} from '../comms/facts.ts';
import type { OptOutMark } from '../comms/message.ts';
import { everythingTold, type Label } from '../guard/label.ts';
import type { KnownPerson, KnownPrincipal } from '../identity/facts.ts';
import type { Role } from '../identity/rules/roles.ts';
import type { ActionId, AgentId, MessageId, OrgId, PersonId, RegistrationId } from '../kernel/ids.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { boundIds, type SwarmConfig } from '../swarm/config/schema.ts';
import type { Pressure } from '../swarm/rules/overload.ts';
import type { KnownTool } from '../swarm/tools/facts.ts';
import { isAtWork } from './action-row.ts';
import { billingConfigOf, billingConfigs } from './billing-config.ts';
import { controlLoaders } from './control-facts.ts';
import type { Loaders, Wanted } from './fact-kinds.ts';
import { givenGrantOf } from './grants.ts';
import { heldAction } from './held-actions.ts';
import { triedCodes } from './one-time-codes.ts';
import type { OutputSecrets } from './output-secrets.ts';
import { anybody, ownersLocked } from './people-statements.ts';
import { personalDataOf } from './personal-data.ts';
import { pumpLoaders } from './pump-facts.ts';
import { agentColumns, agentOf, holdsPlace, organizationColumns, organizationOf } from './rows.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { liveSessions } from './session-statements.ts';
import { lookup, statement, type Tx } from './statement.ts';
import { budgetScene } from './swarm-budgets.ts';
import type { SwarmConfigRows } from './swarm-configs.ts';
import { insertFence as ensureFence, organizationLocked } from './writers/statements.ts';

const organizations = lookup('organization', ['id'], organizationColumns);
const slugs = lookup('organization', ['slug'], ['id']);
const agents = lookup('agent', ['org', 'id'], agentColumns);
const contexts = lookup('agent', ['org', 'id'], ['context']);
const fences = lookup('fence', ['org', 'subject'], ['epoch'], 'share');
const relationships = lookup(
  'relationship',
  ['org', 'agent', 'contact', 'channel'],
  ['consents', 'last_inbound_at', 'first_outbound_at', 'known_at', 'vouched_message'],
);
const people = lookup('person', ['org', 'id'], ['role', 'status']);
const peopleByMail = lookup('person', ['email_ref'], ['org', 'id', 'role', 'status']);
const agentTokens = lookup('agent_tokens', ['org', 'id'], ['agent']);
const adminTokens = lookup('admin_tokens', ['org', 'id'], ['kind']);
const grantsById = lookup(
  'right_grant',
  ['org', 'id'],
  ['principal', 'action', 'kind', 'resource', 'effect', 'created_by', 'created_at'],
);
const grantsOfPrincipals = lookup('right_grant', ['org', 'principal'], ['id']);
const apiKeys = lookup('api_key', ['org', 'id'], ['revoked_at']);
const services = lookup('service', ['org', 'id'], ['removed_at']);
const suppressions = lookup('suppression', ['org', 'contact'], ['channel', 'reason', 'at']);
const messages = lookup('message', ['org', 'agent', 'id'], []);
const credentials = lookup('provider_credential', ['org'], ['provider']);
const senders = lookup(
  'bound_sender',
  ['channel', 'address'],
  ['org', 'agent', 'provider', 'credential_org', 'state', 'ref', 'action', 'created_at'],
);
const sent = lookup(
  'message',
  ['org', 'agent', 'id'],
  ['direction', 'channel', 'contact', 'status', 'callback', 'action', 'cost'],
);
const answers = lookup(
  'opt_out_answer',
  ['org', 'contact', 'said'],
  ['message', 'agent', 'channel', 'sender', 'language', 'state', 'at'],
);
const actions = lookup('action', ['org', 'id'], ['name', 'agent', 'state', 'by_id', 'held_until', 'approved_by']);

const swarmSecrets = lookup('swarm_secret', ['org', 'name'], []);
const toolsOfServer = lookup('tool_pin', ['org', 'server'], ['tool', 'state', 'seen_hash']);

const registrations = lookup('registration', ['org'], ['id', 'country', 'kind', 'status', 'expires_at']);
const countActive = statement<{ org: string }, { count: number }>((db, p) =>
  db
    .selectFrom('agent')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org', '=', p('org'))
    .where(holdsPlace),
);

type MessageRow = Schema['message'];
/** Said as a constant, so that the index on what came in serves it. */
export const INBOUND = sql<boolean>`direction = 'inbound'`;
const deliveredBefore = statement<{ org: string; agent: string; ref: string }, Pick<MessageRow, 'id' | 'opt_out'>>(
  (db, p) =>
    db
      .selectFrom('message')
      .select(['id', 'opt_out'])
      .where('org', '=', p('org'))
      .where('agent', '=', p('agent'))
      .where('provider_ref', '=', p('ref'))
      .where(INBOUND)
      .limit(1),
);

const vouchedMessage = statement<{ org: string; id: string; contact: string }, Pick<MessageRow, 'id'>>((db, p) =>
  db
    .selectFrom('message')
    .select('id')
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('contact', '=', p('contact'))
    .where('vouched', '=', 1)
    .where(INBOUND),
);
/** The latest first: who is answered has mostly just written. */
function* wroteOneOf(org: OrgId, contact: string, sources: readonly string[]): Tx<boolean> {
  for (const id of sources.filter((source) => source.startsWith('msg_')).toReversed())
    if ((yield* vouchedMessage.first({ org, id, contact })) !== undefined) return true;
  return false;
}

/** @param exclusive no other process writes: nothing needs to be there to be locked. */
export function createLoaders(
  sealing: Sealing,
  swarms: SwarmConfigRows,
  exclusive: boolean,
  outputSecrets: OutputSecrets,
  pressure: () => Pressure = () => AT_REST,
): Loaders {
  return {
    *'swarm-state'(wanted) {
      const states = [];
      for (const { org } of wanted) states.push(yield* swarms.state(org));
      return states;
    },
    *'swarm-version'(wanted) {
      const versions = [];
      for (const { org, key } of wanted) {
        const stored = yield* swarms.version(org, key);
        versions.push(stored === null ? null : { ...stored, bindable: yield* bindable(org, stored.config) });
      }
      return versions;
    },
    *'swarm-proposed'(wanted) {
      const proposals = [];
      for (const { org } of wanted) {
        const stored = yield* swarms.proposed(org);
        proposals.push(stored === null ? null : { ...stored, bindable: yield* bindable(org, stored.config) });
      }
      return proposals;
    },
    *'swarm-bindable'(wanted) {
      const found = [];
      for (const { org, key } of wanted) found.push(yield* notEnded(org, key));
      return found;
    },
    *organization(wanted) {
      const rows = yield* organizations.rows(wanted.map(({ org }) => [org]));
      const byId = new Map(rows.map((row) => [row.id, organizationOf(row)]));
      return wanted.map(({ org }) => byId.get(org) ?? null);
    },
    *'slug-taken'(wanted) {
      const rows = yield* slugs.rows(wanted.map(({ key }) => [key]));
      const taken = new Set(rows.map((row) => row.slug));
      return wanted.map(({ key }) => (taken.has(key) ? true : null));
    },
    *agent(wanted) {
      const rows = yield* agents.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row) => [at(row.org, row.id), agentOf(row)]));
      return wanted.map(({ org, key }) => byId.get(at(org, key)) ?? null);
    },
    *'active-agents'(wanted) {
      const counts: number[] = [];
      for (const { org } of wanted) {
        // the row stays locked until the group ends: of several servers one counts and adds at a time
        if (!exclusive) yield* organizationLocked.first({ id: org });
        counts.push((yield* countActive.first({ org }))?.count ?? 0);
      }
      return counts;
    },
    ...controlLoaders(),
    ...pumpLoaders({ sealing, exclusive, pressure }),
    *budgets(wanted) {
      const scenes = [];
      for (const { org, key } of wanted) scenes.push(yield* budgetScene(swarms, org, key));
      return scenes;
    },
    *registrations(wanted) {
      const rows = Map.groupBy(yield* registrations.rows(wanted.map(({ org }) => [org])), (row) => row.org);
      return wanted.map(
        ({ org }) =>
          rows.get(org)?.map(
            (row): KeptRegistration => ({
              id: row.id as RegistrationId,
              country: row.country,
              kind: row.kind as KeptRegistration['kind'],
              status: row.status as KeptRegistration['status'],
              expiresAt: row.expires_at,
            }),
          ) ?? null,
      );
    },
    *context(wanted) {
      const rows = yield* contexts.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row) => [at(row.org, row.id), row.context]));
      return wanted.map(({ org, key }) => {
        const context = byId.get(at(org, key));
        return context === undefined || context === null ? null : (JSON.parse(context) as Label);
      });
    },
    *fence(wanted) {
      // a row that is not there can't be locked, and a person's first STOP must wait for what is being admitted
      if (!exclusive) {
        for (const { org, key } of wanted)
          if (key.startsWith('contact:')) yield* ensureFence.run({ org, subject: key });
      }
      const rows = yield* fences.rows(wanted.map(({ org, key }) => [org, key]));
      const bySubject = new Map(rows.map((row) => [at(row.org, row.subject), row.epoch]));
      return wanted.map(({ org, key }) => bySubject.get(at(org, key)) ?? 0);
    },
    *relationship(wanted: readonly Wanted<RelationshipKey>[]) {
      const keys: string[][] = [];
      for (const { org, key } of wanted) keys.push([org, key.agent, yield* sealing.ref(org, key.contact), key.channel]);
      const rows = yield* relationships.rows(keys);
      const byKey = new Map(rows.map((row) => [at(row.org, row.agent, row.contact, row.channel), row]));
      return keys.map((key): Relationship | null => {
        const row = byKey.get(at(...key));
        if (row === undefined) return null;
        return {
          consents: JSON.parse(row.consents) as Consents,
          lastInboundAt: row.last_inbound_at,
          firstOutboundAt: row.first_outbound_at,
          knownAt: row.known_at,
        };
      });
    },
    'output-secrets': (wanted) => outputSecrets(wanted.map(({ org }) => org)),
    *'vouched-sender'(wanted: readonly Wanted<VouchedKey>[]) {
      const keys: string[][] = [];
      for (const { org, key } of wanted) keys.push([org, key.agent, yield* sealing.ref(org, key.contact), key.channel]);
      const rows = yield* relationships.rows(keys);
      const latest = new Map(
        rows.map((row) => [at(row.org, row.agent, row.contact, row.channel), row.vouched_message]),
      );
      const found: (true | null)[] = [];
      for (const [i, { org, key }] of wanted.entries()) {
        const contact = keys[i]![2]!;
        const message = latest.get(at(...keys[i]!)) ?? null;
        const told =
          message !== null && (key.sources.includes(message) || key.sources.includes(everythingTold(key.agent)));
        found.push(told || (yield* wroteOneOf(org, contact, key.sources)) ? true : null);
      }
      return found;
    },
    *'agent-token'(wanted) {
      const rows = yield* agentTokens.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row) => [at(row.org, row.id), { agent: row.agent as AgentId }]));
      return wanted.map(({ org, key }) => byId.get(at(org, key)) ?? null);
    },
    *person(wanted) {
      const keys = wanted.map(({ org, key }) => [org, key]);
      const rows = yield* people.rows(keys);
      const given = yield* grantCounts(keys);
      const byId = new Map(rows.map((row) => [at(row.org, row.id), personOf(row, given)]));
      return wanted.map(({ org, key }) => byId.get(at(org, key)) ?? null);
    },
    *'person-by-mail'(wanted) {
      const refs: string[] = [];
      for (const { key } of wanted) refs.push(yield* sealing.ref(PLATFORM_ORG, key));
      const rows = yield* peopleByMail.rows(refs.map((ref) => [ref]));
      const given = yield* grantCounts(rows.map(({ org, id }) => [org, id]));
      const byRef = new Map(rows.map((row) => [row.email_ref, row]));
      return wanted.map(({ org }, i) => {
        const row = byRef.get(refs[i]!);
        if (row === undefined) return null;
        return row.org === org ? personOf(row, given) : 'elsewhere';
      });
    },
    *'active-owners'(wanted) {
      const found: PersonId[][] = [];
      for (const { org } of wanted) {
        const owners = yield* ownersLocked.all({ org });
        found.push(owners.filter(({ status }) => status === 'active').map(({ id }) => id as PersonId));
      }
      return found;
    },
    *'open-sessions'(wanted) {
      const counts: (number | null)[] = [];
      for (const { org, key } of wanted) counts.push((yield* liveSessions.all({ org, person: key })).length || null);
      return counts;
    },
    *anybody(wanted) {
      const somebody = (yield* anybody.first({})) === undefined ? null : true;
      return wanted.map(() => somebody);
    },
    *principal(wanted) {
      const keys = wanted.map(({ org, key }) => [org, key]);
      const byId = new Map<string, Omit<KnownPrincipal, 'grants'>>();
      for (const row of yield* adminTokens.rows(keys))
        byId.set(at(row.org, row.id), { kind: row.kind as 'organization' | 'orchestrator', isOwner: false });
      for (const row of yield* people.rows(keys))
        if (row.status !== 'removed') byId.set(at(row.org, row.id), { kind: 'person', isOwner: row.role === 'owner' });
      for (const row of yield* apiKeys.rows(keys))
        if (row.revoked_at === null) byId.set(at(row.org, row.id), { kind: 'service', isOwner: false });
      for (const row of yield* services.rows(keys))
        if (row.removed_at === null) byId.set(at(row.org, row.id), { kind: 'service', isOwner: false });
      const given = yield* grantCounts(keys);
      return wanted.map(({ org, key }) => {
        const found = byId.get(at(org, key));
        return found === undefined ? null : { ...found, grants: given(org, key) };
      });
    },
    *grant(wanted) {
      const rows = yield* grantsById.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row) => [at(row.org, row.id), givenGrantOf(row)]));
      return wanted.map(({ org, key }) => byId.get(at(org, key)) ?? null);
    },
    *'own-messages'(wanted) {
      const keys = wanted.flatMap(({ org, key }) => key.ids.map((id) => [org, key.agent, id]));
      const rows = yield* messages.rows(keys);
      const there = new Set(rows.map((row) => at(row.org, row.agent, row.id)));
      return wanted.map(({ org, key }) => {
        const own = key.ids.filter((id) => there.has(at(org, key.agent, id)));
        return own.length === 0 ? null : own;
      });
    },
    *credentials(wanted) {
      const own = yield* credentials.rows(
        [...new Set([...wanted.map(({ org }) => org), PLATFORM_ORG])].map((org) => [org]),
      );
      return wanted.map(({ org }): readonly Account[] =>
        own
          .filter((row) => row.org === org || row.org === PLATFORM_ORG)
          .map((row) => ({ provider: row.provider as Account['provider'], org: row.org as OrgId })),
      );
    },
    *'sender-holder'(wanted) {
      const rows = yield* senders.rows(wanted.map(({ key }) => [key.channel, key.address]));
      const byAddress = new Map(rows.map((row) => [at(row.channel, row.address), row]));
      const holding = yield* actions.rows(rows.map(({ org, action }) => [org, action]));
      const atWork = new Set(holding.filter(({ state }) => isAtWork(state)).map(({ org, id }) => at(org, id)));
      return wanted.map(({ key }): SenderHolder | null => {
        const row = byAddress.get(at(key.channel, key.address));
        return row === undefined
          ? null
          : {
              address: row.address,
              provider: row.provider,
              credentialOrg: row.credential_org as OrgId,
              ref: row.ref,
              org: row.org as OrgId,
              agent: row.agent as AgentId,
              state: row.state as SenderHolder['state'],
              action: row.action as ActionId,
              busy: atWork.has(at(row.org, row.action)),
              since: row.created_at,
            };
      });
    },
    *'sent-message'(wanted) {
      const rows = yield* sent.rows(wanted.map(({ org, key }) => [org, key.agent, key.id]));
      const byId = new Map(rows.map((row) => [at(row.org, row.agent, row.id), row]));
      const found: (SentMessage | null)[] = [];
      for (const { org, key } of wanted) {
        const row = byId.get(at(org, key.agent, key.id));
        found.push(
          row === undefined || row.direction !== 'outbound'
            ? null
            : {
                channel: row.channel as SentMessage['channel'],
                contact: yield* sealing.address(org, row.contact),
                status: row.status as SentMessage['status'],
                callback: row.callback,
                action: row.action as ActionId,
                cost: row.cost,
              },
        );
      }
      return found;
    },
    *'delivered-message'(wanted) {
      const found: (DeliveredMessage | null)[] = [];
      for (const { org, key } of wanted) {
        const row = yield* deliveredBefore.first({ org, agent: key.agent, ref: key.ref });
        found.push(row === undefined ? null : { id: row.id as MessageId, optOut: row.opt_out as OptOutMark | null });
      }
      return found;
    },
    *'owed-answer'(wanted) {
      const keys: string[][] = [];
      for (const { org, key } of wanted) keys.push([org, yield* sealing.ref(org, key.contact), key.said]);
      const rows = yield* answers.rows(keys);
      const byKey = new Map(rows.map((row) => [at(row.org, row.contact, row.said), row]));
      return keys.map((key): OwedAnswer | null => {
        const row = byKey.get(at(...key));
        if (row === undefined) return null;
        return {
          message: row.message as MessageId,
          agent: row.agent as AgentId,
          channel: row.channel as OwedAnswer['channel'],
          sender: row.sender,
          language: row.language as OwedAnswer['language'],
          state: row.state as OwedAnswer['state'],
          at: row.at,
        };
      });
    },
    *suppressions(wanted) {
      const own: string[][] = [];
      const platform: string[][] = [];
      for (const { org, key } of wanted) {
        own.push([org, yield* sealing.ref(org, key)]);
        platform.push([PLATFORM_ORG, yield* sealing.ref(PLATFORM_ORG, key)]);
      }
      const rows = Map.groupBy(yield* suppressions.rows([...own, ...platform]), (row) => at(row.org, row.contact));
      return own.map((key, i): readonly Suppression[] | null => {
        const found = [...(rows.get(at(...key)) ?? []), ...(rows.get(at(...platform[i]!)) ?? [])];
        return found.length === 0 ? null : found.map(suppressionOf);
      });
    },
    *'contact-place'(wanted) {
      const keys: [OrgId, string][] = [];
      for (const { org, key } of wanted) keys.push([org, yield* sealing.ref(org, key)]);
      const places = yield* sealing.places(keys);
      return places.map((place) => (place === null ? null : (JSON.parse(place) as ContactPlace)));
    },
    *billing(wanted) {
      const rows = yield* billingConfigs.rows(wanted.map(({ org }) => [org]));
      const configs = new Map<string, BillingConfig>();
      for (const row of rows) configs.set(row.org, yield* billingConfigOf(sealing, row));
      return wanted.map(({ org }) => configs.get(org) ?? null);
    },
    'tried-code': (wanted) => triedCodes(sealing, wanted),
    *'personal-data'(wanted) {
      const found = [];
      for (const { org, key } of wanted) found.push(yield* personalDataOf(sealing, org, key));
      return found;
    },
    *'swarm-secret'(wanted) {
      const rows = yield* swarmSecrets.rows(wanted.map(({ org, key }) => [org, key]));
      const there = new Set(rows.map((row) => at(row.org, row.name)));
      return wanted.map(({ org, key }) => (there.has(at(org, key)) ? true : null));
    },
    *'known-tools'(wanted) {
      const rows = yield* toolsOfServer.rows(wanted.map(({ org, key }) => [org, key]));
      const byServer = Map.groupBy(rows, (row) => at(row.org, row.server));
      return wanted.map(
        ({ org, key }) =>
          byServer
            .get(at(org, key))
            ?.map(
              (row): KnownTool => ({ tool: row.tool, state: row.state as KnownTool['state'], hash: row.seen_hash }),
            ) ?? null,
      );
    },
    *held(wanted) {
      const found = [];
      for (const { org, key } of wanted) found.push(yield* heldAction(sealing, swarms, org, key));
      return found;
    },
  };
}

function* notEnded(org: OrgId, ids: readonly AgentId[]): Tx<readonly AgentId[]> {
  const rows = yield* agents.rows(ids.map((id) => [org, id]));
  const there = new Set(rows.filter(({ status }) => status !== 'deprovisioned').map(({ id }) => id));
  return ids.filter((id) => there.has(id));
}
const bindable = (org: OrgId, config: SwarmConfig): Tx<readonly AgentId[]> => notEnded(org, boundIds(config));
const AT_REST: Pressure = { fullSince: null, queued: 0 };

type GrantCount = (org: string, principal: string) => number;
/** @param principals organisation and id. */
function* grantCounts(principals: readonly (readonly string[])[]): Tx<GrantCount> {
  const given = Map.groupBy(yield* grantsOfPrincipals.rows(principals), (row) => at(row.org, row.principal));
  return (org, principal) => given.get(at(org, principal))?.length ?? 0;
}

const personOf = (
  { org, id, role, status }: Pick<Schema['person'], 'org' | 'id' | 'role' | 'status'>,
  grants: GrantCount,
): KnownPerson | null =>
  status === 'removed'
    ? null
    : {
        ...{ id: id as PersonId, role: role as Role, status: status as KnownPerson['status'] },
        grants: grants(org, id),
      };

const suppressionOf = (row: { org: string; channel: string; reason: string; at: number }): Suppression => ({
  scope: row.org === PLATFORM_ORG ? 'platform' : 'organization',
  channel: row.channel as Suppression['channel'],
  reason: row.reason as Suppression['reason'],
  at: row.at,
});

const at = (...parts: readonly string[]): string => parts.join('\n');
