/** Facts about contacts, each within the request's organisation. Addresses are in normal form. */
import { factKind } from '../kernel/fact.ts';
import type { AgentId, MessageId } from '../kernel/ids.ts';
import type { Channel } from '../tenancy/agent.ts';

/** The strongest first. */
export const CONSENT_TYPES = ['express_written', 'express', 'transactional', 'implied'] as const;
export type ConsentType = (typeof CONSENT_TYPES)[number];

/** Active consents with the time of their record (ms). A revoked one is gone. */
export type Consents = Readonly<Partial<Record<ConsentType, number>>>;

/** What one agent and one contact are to each other on one channel. */
export interface Relationship {
  readonly consents: Consents;
  readonly lastInboundAt: number | null;
  /** When the agent first wrote to the contact; null: never. */
  readonly firstOutboundAt: number | null;
}
export type RelationshipKey = { readonly agent: AgentId; readonly contact: string; readonly channel: Channel };

/** `stop`: the contact's own opt-out, undone by START on its channel. `dnc`: an administrator's entry, undone only by one. */
export type SuppressionReason = 'stop' | 'dnc';
export interface Suppression {
  readonly scope: 'organization' | 'platform';
  readonly channel: Channel | 'all';
  readonly reason: SuppressionReason;
  readonly at: number;
}

export const commsFacts = {
  relationship: factKind<RelationshipKey, Relationship>()('relationship'),
  /** Which of these messages there are and are the agent's. */
  ownMessages: factKind<{ readonly agent: AgentId; readonly ids: readonly MessageId[] }, readonly MessageId[]>()(
    'own-messages',
  ),
  /** Every suppression of an address, the organisation's and the platform's; null when there is none. */
  suppressions: factKind<string, readonly Suppression[]>()('suppressions'),
} as const;
