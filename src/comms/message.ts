/** Messages as the product speaks of them. */
import type { Label } from '../guard/label.ts';
import type { ActionId, AgentId, MessageId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Channel } from '../tenancy/agent.ts';

/** Voice is a channel of calls, not of messages. */
export const MESSAGE_CHANNELS = ['sms', 'email', 'whatsapp'] as const satisfies readonly Channel[];
export type MessageChannel = (typeof MESSAGE_CHANNELS)[number];

export const PURPOSES = ['transactional', 'marketing', 'conversational'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** States only move forward: queued → sent → delivered, or failed, or unknown until someone finds out. */
export const MESSAGE_STATUSES = ['queued', 'sent', 'delivered', 'failed', 'unknown', 'received'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** What an inbound text means for consent, read in code before anything else sees it. */
export type OptOutMark = 'stop' | 'stop-intent' | 'start' | 'help' | 'mention';

export interface Message {
  readonly id: MessageId;
  readonly agent: AgentId;
  readonly direction: 'inbound' | 'outbound';
  readonly channel: MessageChannel;
  /** The other side's address in normal form. */
  readonly contact: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** Of a mail. */
  readonly subject: string | null;
  /** Of the files that came with it: their names and sizes (bytes), in order. */
  readonly attachments: readonly { readonly filename: string; readonly contentType: string; readonly bytes: number }[];
  readonly purpose: Purpose | null;
  readonly status: MessageStatus;
  readonly errorCode: string | null;
  readonly segments: number;
  readonly cost: Micros;
  readonly optOut: OptOutMark | null;
  readonly label: Label;
  /** The action that sent or received it. */
  readonly action: ActionId;
  readonly providerRef: string | null;
  readonly at: number;
  readonly acknowledgedAt: number | null;
}
