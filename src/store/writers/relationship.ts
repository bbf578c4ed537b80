/** What an agent and a contact are to each other: consents, and when they last wrote. */
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import type { Channel } from '../../tenancy/agent.ts';
import type { Group } from '../group.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../statement.ts';
import * as sql from './statements.ts';

/** The relationship of an agent and a contact, changed by a function of its consents. */
export function* relate(
  sealing: Sealing,
  group: Group,
  org: OrgId,
  key: { readonly agent: AgentId; readonly contact: string; readonly channel: Channel },
  change: {
    readonly consents?: (old: Record<string, number>) => Record<string, number>;
    readonly inboundAt?: number;
    readonly outboundAt?: number;
    readonly knownAt?: number;
    /** A message whose sender the channel vouches for. */
    readonly vouched?: string;
  },
): Tx<void> {
  const { ref } = yield* sealing.contact(org, key.contact, group.now);
  const at = { org, agent: key.agent, contact: ref, channel: key.channel };
  yield* sql.ensureRelationship.run(at);
  if (change.consents !== undefined) {
    const row = yield* sql.consentsOf.first(at);
    yield* sql.setConsents.run({ ...at, consents: JSON.stringify(change.consents(JSON.parse(row!.consents))) });
  }
  if (change.inboundAt !== undefined) yield* sql.setLastInbound.run({ ...at, last_inbound_at: change.inboundAt });
  if (change.outboundAt !== undefined) yield* sql.setFirstOutbound.run({ ...at, first_outbound_at: change.outboundAt });
  if (change.knownAt !== undefined) yield* sql.setKnown.run({ ...at, known_at: change.knownAt });
  if (change.vouched !== undefined) yield* sql.setVouched.run({ ...at, vouched_message: change.vouched });
  group.facts.forget(org, 'relationship', { agent: key.agent, contact: key.contact, channel: key.channel }); // `key` may be a wider row
}
