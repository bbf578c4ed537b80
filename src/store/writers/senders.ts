/** Accounts at providers, and which agent sends from which address. */
import type { SenderWrites } from '../../comms/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type AgentId, type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import type { BoundSender, Channel } from '../../tenancy/agent.ts';
import type { Group } from '../group.ts';
import { agentOf, agentRow } from '../rows.ts';
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
      if (bound !== 1) throw new SallyportError('conflict', 'The reservation of the address is gone.');
      const { address, provider, credentialOrg, ref } = row;
      yield* changeBound(group, org, row.agent, row.channel, { address, provider, credentialOrg, ref });
    },
    *'sender.bought'(group, org, row) {
      yield* sql.dropAnySender.run({ channel: row.channel, address: row.address }); // whoever had the number has it no more
      const { address, provider, credentialOrg, ref } = row;
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
      });
      yield* changeBound(group, org, row.agent, row.channel, { address, provider, credentialOrg, ref });
    },
    *'sender.release'(group, org, row) {
      yield* sql.dropSender.run({ org, channel: row.channel, address: row.address });
      yield* changeBound(group, org, row.agent, row.channel, null, row.address);
    },
  };
}

/** What the agent sends from changes in its row too, which its guards read; what was allowed from the old one is stale. */
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
  if (sender === null && before?.address !== only) return;
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
  else group.facts.forget(org, 'credentials', 'self');
}
