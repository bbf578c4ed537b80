/** What the guard itself writes: fences and the state of held actions. */

import type { SignedApproval } from '../audit/approval.ts';
import { factKind } from '../kernel/fact.ts';
import type { ActionId, AgentId, MessageId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { AlertRoutes, Attempted, BookedAlert, DeliveryId, Recipient } from './alert-book.ts';
import type { FenceKey } from './fence.ts';
import type { Label } from './label.ts';
import type { Fingerprints } from './output/fingerprints.ts';
import type { Principal } from './principal.ts';
import type { SeenThread } from './thread-visibility.ts';

export interface GuardWrites {
  /** Adds one to the epoch: verdicts that remember the old one no longer run. */
  'fence.bump': FenceKey;
  /** Only a held action that nobody approved yet; otherwise the whole change is refused with `conflict`. Also its entry in the log. */
  'hold.approve': {
    readonly action: ActionId;
    readonly by: Pick<Principal, 'kind' | 'id'>;
    readonly note: string | null;
    readonly inputHash: string;
    readonly signed: SignedApproval | null;
  };
  /** Only a held action; otherwise `conflict`. */
  'hold.deny': { readonly action: ActionId; readonly by: string; readonly note: string | null };
  /** Joins a label into what the agent has been told; see `label.ts`. */
  'context.join': { readonly agent: AgentId; readonly label: Label };
  /** What the agent was told counts no more; `conflict` when it was told something later than that message. */
  'context.clear': { readonly agent: AgentId; readonly upTo: MessageId };
  /** The anomaly detector begins anew with this agent. */
  'activity.forget': { readonly agent: AgentId };
  /** Also its entry in the log. */
  'alert.book': {
    readonly alert: BookedAlert;
    readonly deliveries: readonly (Recipient & { readonly id: DeliveryId })[];
  };
  /** One that has ended already stays as it is. What was given up has an entry in the log. */
  'alert.attempted': Attempted;
  /** Replaces where the organisation's alerts go. */
  'alert.routes': AlertRoutes;
}
export const guardWrite = writer<GuardWrites>();

export interface HeldAction {
  readonly id: ActionId;
  readonly name: string;
  readonly agent: AgentId | null;
  /** The principal who asked. */
  readonly requestedBy: string;
  /** When the approval runs out, in ms. */
  readonly until: number;
  readonly approved: boolean;
  /** The salted commitment to its arguments, as the log has it. */
  readonly inputHash: string;
  /** Of a swarm: the thread in which it was asked for. */
  readonly thread: SeenThread | null;
  /** What the swarm's policy says of whether the thread's owner may approve it; null: there is none. */
  readonly otherPerson: boolean | null;
}

export const guardFacts = {
  /** An action that is held now. */
  held: factKind<ActionId, HeldAction>()('held'),
  /** What the organisation keeps sealed and must not leave. */
  outputSecrets: factKind<'self', Fingerprints>()('output-secrets'),
} as const;
