/**
 * Which writes change the configuration, and what each one changes. The log tells the state before and after for all of
 * them: read from the rows in the same transaction, so that no action can leave it out or say something else. A new kind of
 * write does not compile before it is decided here.
 */
import type { CommsWrites } from '../comms/writes.ts';
import type { GuardWrites } from '../guard/writes.ts';
import type { IdentityWrites } from '../identity/writes.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Write } from '../kernel/write.ts';
import type { BudgetWrites } from '../swarm/budgets/budget.ts';
import type { SwarmConfigWrites } from '../swarm/config/writes.ts';
import type { SwarmControlWrites } from '../swarm/control/writes.ts';
import type { ToolWrites } from '../swarm/tools/writes.ts';
import type { SwarmWrites } from '../swarm/writes.ts';
import type { TenancyWrites } from '../tenancy/writes.ts';
import { type ConfigKey, configHash, configName, configView, EVERY_AGENT } from './config-views.ts';
import type { Group } from './group.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';

export type AllWrites = TenancyWrites &
  IdentityWrites &
  CommsWrites &
  GuardWrites &
  SwarmWrites &
  SwarmConfigWrites &
  ToolWrites &
  BudgetWrites &
  SwarmControlWrites;

/** What a write configures, and in which organisation if not in the action's. */
type Configured = ConfigKey & { readonly org?: OrgId };
type Configures<Row> = ((row: Row, org: OrgId) => Configured | readonly Configured[]) | null;

const ofAgent = ({ agent }: { readonly agent: string }): Configured => ({ of: 'agent', id: agent });
const tokensOf = ({ agent }: { readonly agent: string }): Configured => ({ of: 'agent-tokens', id: agent });
const adminTokensOf = ({ kind, org }: { readonly kind: string; readonly org: OrgId }): Configured => ({
  ...{ of: 'admin-tokens', id: kind, org },
});
const grantsOf = (_: unknown, org: OrgId): Configured => ({ of: 'grants', id: org, org });
const person = ({ id }: { readonly id: string }): Configured => ({ of: 'person', id });
const organization = ({ id }: { readonly id: OrgId }): Configured => ({ of: 'organization', id, org: id });

/** `null`: no configuration, but what people and agents do with it. */
export const CONFIG_WRITES: { readonly [K in keyof AllWrites]: Configures<AllWrites[K]> } = {
  'organization.create': organization,
  'organization.update': organization,
  'organization.tier': (_, org) => ({ of: 'organization', id: org }),
  'agent.create': ({ id }) => ({ of: 'agent', id }),
  'agent.update': ({ id }) => ({ of: 'agent', id }),
  'agent.abandon': ({ id }) => ({ of: 'agent', id }),
  'agent-token.create': tokensOf,
  'agent-token.revoke': tokensOf,
  'agent-token.revoke-all': tokensOf,
  'agent-token.expire-all': tokensOf,
  'admin-token.create': adminTokensOf,
  'admin-token.replace': (row) => [adminTokensOf(row), grantsOf(row, row.org)], // the old one's pass to the new one
  'person.create': person,
  'person.invite-again': person,
  'person.activate': person,
  'person.role': person,
  'person.status': person,
  'person.remove': person,
  'api-key.create': ({ id }) => ({ of: 'api-key', id }),
  'api-key.revoke': ({ id }) => ({ of: 'api-key', id }),
  'service.register': ({ id }) => ({ of: 'service', id }),
  'service.remove': ({ id }) => ({ of: 'service', id }),
  'grant.create': grantsOf,
  'grant.remove': grantsOf,
  'credential.put': ({ provider }) => ({ of: 'provider', id: provider }),
  'credential.drop': ({ provider }) => ({ of: 'provider', id: provider }),
  'sender.reserve': ofAgent,
  'sender.bind': ofAgent,
  'sender.bought': ofAgent,
  'sender.unbind': ofAgent,
  'sender.release': ofAgent,
  'sender.release-all': ofAgent,
  'billing.configure': (_, org) => ({ of: 'billing', id: org }),
  'registration.submit': ({ id }) => ({ of: 'registration', id }),
  'registration.status': ({ id }) => ({ of: 'registration', id }),
  'alert.routes': (_, org) => ({ of: 'alert-routes', id: org }),
  'budget.raise': ({ scope, of }) => ({ of: 'swarm-budget', id: `${scope}:${of}` }),
  'secret.put': ({ name }) => ({ of: 'swarm-secret', id: name }),
  'secret.remove': ({ name }) => ({ of: 'swarm-secret', id: name }),
  'tool.pin': ({ server }) => ({ of: 'tools', id: server }),
  'swarm.configure': ({ org }) => ({ of: 'swarm', id: org, org }),
  'swarm.propose': (_, org) => ({ of: 'swarm', id: org }),
  'swarm-stop.begin': ({ subject }) =>
    subject.is === 'thread' ? [] : { of: 'agent-tokens', id: subject.is === 'agent' ? subject.id : EVERY_AGENT },
  'swarm-pause.set': null, // who paused what, and why, stands in the actions themselves
  'swarm-pause.lift': null,
  'thread.fork': null,
  'kyc.submit': null, // what it comes to stands in the organisation
  'kyc.decide': null,
  'thread.create': null,
  'thread.status': null,
  'frame.open': null,
  'frame.yield': null,
  'frame.end': null,
  'thread-message.append': null,
  'step.input': null,
  'step.think': null,
  'step.handled': null,
  'step.thought': null,
  'step.call': null,
  'step.result': null,
  'step.again': null,
  'step.replied': null,
  'inbox.take': null,
  'agent-error.tell': null,
  'fence.bump': null,
  'hold.approve': null,
  'hold.deny': null,
  'context.join': null,
  'context.clear': null,
  'activity.forget': null,
  'alert.book': null,
  'alert.attempted': null,
  // how a person comes in: entries of type `authentication` tell of it
  'authentication.tell': null,
  'person.be-first': null,
  'person.signed-in': null,
  'person.unchanged': null,
  'person.active': null,
  'person.keeps-a-way': null,
  'person.rehash': null,
  'device.remember': null,
  'device.forget-all': null,
  'person.password': null,
  'person.totp': null,
  'person.totp-step': null,
  'person.no-factors': null,
  'recovery-codes.replace': null,
  'recovery-code.use': null,
  'passkey.create': null,
  'passkey.use': null,
  'passkey.rename': null,
  'passkey.remove': null,
  'oidc-link.create': null,
  'oidc-link.use': null,
  'oidc-link.remove': null,
  'link.replace': null,
  'link.take': null,
  'ceremony.put': null,
  'ceremony.take': null,
  'session.begin': null,
  'session.step-up': null,
  'session.end': null,
  'session.end-all': null,
  'message.outbound': null,
  'message.status': null,
  'message.inbound': null,
  'message.price': null,
  'message.ask': null,
  'message.acknowledge': null,
  'relationship.reached': null,
  'relationship.known': null,
  'consent.record': null,
  'consent.revoke': null,
  'suppression.add': null,
  'suppression.remove': null,
  'contact.place': null,
  'contact.erase': null,
  'code.put': null,
  'code.attempt': null,
  'code.drop': null,
  'answer.owe': null,
  'answer.take': null,
  'answer.again': null,
};

interface Before {
  readonly org: OrgId;
  readonly key: ConfigKey;
  readonly hash: string | null;
}

/** The state of everything that the writes will configure, each once. */
export function* configBefore(sealing: Sealing, org: OrgId, writes: readonly Write[]): Tx<readonly Before[]> {
  let found: Map<string, Before> | null = null; // most writes configure nothing
  for (const { kind, row } of writes) {
    const configures = CONFIG_WRITES[kind as keyof AllWrites] as Configures<unknown> | undefined;
    if (configures === null || configures === undefined) continue;
    for (const { org: home = org, ...key } of [configures(row, org)].flat()) {
      const name = `${home} ${configName(key)}`;
      found ??= new Map();
      if (found.has(name)) continue;
      found.set(name, { org: home, key, hash: configHash(yield* configView(sealing, home, key)) });
    }
  }
  return found === null ? [] : [...found.values()];
}

/** Records what differs now. @param action null: none, as at the server's own first start. */
export function* recordConfig(
  group: Group,
  sealing: Sealing,
  org: OrgId,
  action: ActionId | null,
  before: readonly Before[],
): Tx<void> {
  for (const { org: home, key, hash } of before) {
    const after = configHash(yield* configView(sealing, home, key));
    if (after === hash) continue;
    const what = configName(key);
    yield* group.record({ v: 1, type: 'config', at: rfc3339(group.now), action, org, what, before: hash, after });
  }
}
