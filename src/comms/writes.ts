/** What may be written about messages, consent and suppression. The store seals addresses and texts. */
import type { Label } from '../guard/label.ts';
import type { ActionId, AgentId, ConsentId, MessageId, SuppressionId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import { writer } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { ConsentType, SuppressionReason } from './facts.ts';
import type { MessageChannel, MessageStatus, OptOutMark, Purpose } from './message.ts';

export interface CommsWrites {
  /** The text stays with the frozen input of the action; the row says what became of it. */
  'message.outbound': {
    readonly id: MessageId;
    readonly agent: AgentId;
    readonly channel: MessageChannel;
    readonly contact: string;
    readonly from: string;
    readonly purpose: Purpose;
    readonly segments: number;
    readonly cost: Micros;
    readonly label: Label;
    readonly action: ActionId;
    readonly at: number;
  };
  /** The agent has, or may have, written to the contact: the first time counts. */
  'relationship.reached': { readonly agent: AgentId; readonly contact: string; readonly channel: MessageChannel };
  /** Forward only: a later state is never overwritten by an earlier one. A failure waits for the agent to see it. */
  'message.status': {
    readonly agent: AgentId;
    readonly id: MessageId;
    readonly status: MessageStatus;
    readonly providerRef: string | null;
    readonly errorCode: string | null;
    readonly cost: Micros | null;
  };
  'message.inbound': {
    readonly id: MessageId;
    readonly agent: AgentId;
    readonly channel: MessageChannel;
    readonly contact: string;
    readonly to: string;
    readonly body: string;
    readonly optOut: OptOutMark | null;
    readonly label: Label;
    readonly action: ActionId;
    readonly providerRef: string;
    readonly at: number;
  };
  /** Only the agent's own messages; others are left alone. */
  'message.acknowledge': { readonly agent: AgentId; readonly ids: readonly MessageId[]; readonly at: number };
  'consent.record': {
    readonly id: ConsentId;
    readonly agent: AgentId;
    readonly contact: string;
    readonly channel: Channel;
    readonly type: ConsentType;
    readonly source: string | null;
    readonly proof: string | null;
    readonly notes: string | null;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  /** Ends consents of one agent, or of every agent of the organisation (`agent: null`), on one channel or on all (`channel: null`). */
  'consent.revoke': {
    readonly id: ConsentId;
    readonly agent: AgentId | null;
    readonly contact: string;
    readonly channel: Channel | null;
    readonly source: string;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  /** Kept once per (address, channel, reason); a repeat changes nothing. */
  'suppression.add': {
    readonly id: SuppressionId;
    readonly contact: string;
    readonly channel: Channel | 'all';
    readonly reason: SuppressionReason;
    readonly source: string;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  'suppression.remove': {
    readonly contact: string;
    readonly channel: Channel | 'all';
    readonly reason: SuppressionReason;
  };
}
export const commsWrite = writer<CommsWrites>();
