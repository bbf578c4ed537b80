/** What the guard itself writes: fences and the state of held actions. */
import { factKind } from '../kernel/fact.ts';
import type { ActionId, AgentId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { AlertRoutes, Attempted, BookedAlert, DeliveryId, Recipient } from './alert-book.ts';
import type { FenceKey } from './fence.ts';
import type { Label } from './label.ts';

export interface GuardWrites {
  /** Adds one to the epoch: verdicts that remember the old one no longer run. */
  'fence.bump': FenceKey;
  /** Only a held action that nobody approved yet; otherwise the whole change is refused with `conflict`. */
  'hold.approve': { readonly action: ActionId; readonly by: string; readonly note: string | null };
  /** Only a held action; otherwise `conflict`. */
  'hold.deny': { readonly action: ActionId; readonly by: string; readonly note: string | null };
  /** Joins a label into what the agent has been told; see `label.ts`. */
  'context.join': { readonly agent: AgentId; readonly label: Label };
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
}

export const guardFacts = {
  /** An action that is held now. */
  held: factKind<ActionId, HeldAction>()('held'),
} as const;
