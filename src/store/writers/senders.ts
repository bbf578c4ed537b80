/** Accounts at providers, and which agent sends from which address. */
import { reservedSince } from '../../comms/rules/reservation.ts';
import type { SenderWrites } from '../../comms/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type AgentId, type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { type BoundSender, CHANNELS, type Channel } from '../../tenancy/agent.ts';
import type { Group } from '../group.ts';
import { agentOf, agentRow } from '../rows.ts';
import type { Schema } from '../schema.ts';
import { cellOf } from '../sealing.ts';
import type { Tx } from '../statement.ts';
import * as sql from './sender-statements.ts';
import { agentLocked, updateAgent } from './statements.ts';
import { bump, type WriterParts, type WritersOf } from './writer.ts';

export const secretCell = (channel: string, address: string) =>
  cellOf(PLATFORM_ORG, 'bound_sender', 'secret', `${channel}:${address}`);

export function senderWriters({ sealing }: WriterParts): WritersOf<SenderWrites> {
  return {
    *'credential.put'(group, org, row) {
      const cell = cellOf(org, 'provider_credential', 'sealed', `${row.provider}:${row.id}`);
      yield* sql.putCredential.run({
        org,
        provider: row.provider,
        id: row.id,
        account: row.account,
        sealed: sealing.sealSecret(JSON.stringify(row.credentials), cell),
        by: row.by,
        created_at: row.at,
      });
      forgetCredentials(group, org);
    },
    *'credential.drop'(group, org, { provider }) {
      yield* sql.dropCredential.run({ org, provider });
      forgetCredentials(group, org);
    },
    *'sender.reserve'(_, org, row) {
      const taken = yield* sql.reserveSender.run({
        channel: row.channel,
        address: row.address,
        org,
        agent: row.agent,
        provider: row.provider,
        credential_org: row.credentialOrg,
        state: 'reserved',
        ref: '',
        secret: '',
        nonce: row.nonce,
        action: row.action,
        created_at: row.at,
        lapsed: reservedSince(row.at),
      });
      if (taken !== 1) throw new SallyportError('conflict', 'The address is bound to an agent, or being bound.');
    },
    *'sender.bind'(group, org, row) {
      const bound = yield* sql.bindSender.run({
        channel: row.channel,
        address: row.address,
        action: row.action,
        ref: row.ref,
        secret: row.secret === '' ? '' : sealing.sealSecret(row.secret, secretCell(row.channel, row.address)),
      });
      if (bound !== 1) return;
      const { address, provider, credentialOrg, ref } = row;
      yield* changeBound(group, org, row.agent, row.channel, { address, provider, credentialOrg, ref });
    },
    *'sender.bought'(group, org, row) {
      const { address, provider, credentialOrg, ref } = row;
      for (const { org: home, agent } of yield* sql.dropAnySender.all({ channel: row.channel, address })) {
        yield* changeBound(group, home as OrgId, agent as AgentId, row.channel, null, address);
      }
      yield* sql.reserveSender.run({
        channel: row.channel,
        address,
        org,
        agent: row.agent,
        provider,
        credential_org: credentialOrg,
        state: 'bound',
        ref,
        secret: '',
        nonce: row.nonce,
        action: row.action,
        created_at: row.at,
        lapsed: 0,
      });
      yield* changeBound(group, org, row.agent, row.channel, { address, provider, credentialOrg, ref });
    },
    *'sender.unbind'(group, org, row) {
      const { channel, address, held, action } = row;
      const taken = yield* sql.unbindSender.run({ org, channel, address, held, action, created_at: row.at });
      if (taken !== 1) throw new SallyportError('conflict', 'The address has changed hands meanwhile. Look again.');
      yield* changeBound(group, org, row.agent, channel, null, address);
    },
    *'sender.release'(group, org, { channel, address, action }) {
      yield* stillHeard(group, yield* sql.dropReservation.all({ org, channel, address, action }));
    },
    *'sender.release-all'(group, org, { agent, kept }) {
      yield* stillHeard(group, yield* sql.dropSendersIn.all({ org, agent, state: 'reserved' }));
      if (kept) return;
      yield* stillHeard(group, yield* sql.dropSendersIn.all({ org, agent, state: 'bound' }));
      for (const channel of CHANNELS) yield* changeBound(group, org, agent, channel, null);
    },
  };
}

/** What comes to a sender within 30 days of its end is heard yet: an opt-out may have been on its way. */
const HEARD_FOR_MS = 30 * DAY_MS;

function* stillHeard(group: Group, senders: readonly Schema['bound_sender'][]): Tx<void> {
  for (const { org, agent, channel, address, provider, credential_org, secret, nonce } of senders) {
    const row = { org, agent, channel, address, provider, credential_org, secret, nonce };
    yield* sql.keepFormer.run({ ...row, until: group.now + HEARD_FOR_MS });
  }
}

/**
 * What the agent sends from changes in its row too, which its guards read; what was allowed from the old one is stale.
 * @param only a sender is taken away only if it is at this address.
 */
function* changeBound(
  group: Group,
  org: OrgId,
  id: AgentId,
  channel: Channel,
  sender: BoundSender | null,
  only?: string,
): Tx<void> {
  const row = yield* agentLocked.first({ org, id });
  if (row === undefined) throw new TypeError('a sender of an agent that is not there');
  const agent = agentOf(row);
  const { [channel]: before, ...others } = agent.bound;
  if (sender === null && (before === undefined || (only !== undefined && before.address !== only))) return;
  yield* updateAgent.run({
    ...agentRow({ ...agent, bound: sender === null ? others : { ...others, [channel]: sender } }),
    org,
  });
  group.facts.forget(org, 'agent', id);
  yield* bump(group, org, `policy:${id}`);
}

/** The platform's account may be any organisation's carrier. */
function forgetCredentials(group: Group, org: OrgId): void {
  if (org === PLATFORM_ORG) group.facts.forgetAll();
  else for (const kind of ['credentials', 'output-secrets'] as const) group.facts.forget(org, kind, 'self');
}
