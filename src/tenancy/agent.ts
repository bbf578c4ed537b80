/** An agent: who acts, with which channels, within which limits. */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { AgentLimits } from './limits.ts';

export const CHANNELS = ['sms', 'email', 'whatsapp', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];

/** When a person must approve before a message leaves. */
export const APPROVAL_POLICIES = ['never', 'first_contact', 'always'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];

export interface Agent {
  readonly org: OrgId;
  readonly id: AgentId;
  readonly name: string;
  readonly status: 'active' | 'deprovisioned';
  /** The sender's address per channel that the agent may use; a channel that is not here is not allowed. */
  readonly senders: Readonly<Partial<Record<Channel, string>>>;
  readonly limits: AgentLimits;
  readonly approvalPolicy: ApprovalPolicy;
  /** ISO 3166 alpha-2: whose rules its provisioning follows. */
  readonly country: string;
  readonly createdAt: number;
}
