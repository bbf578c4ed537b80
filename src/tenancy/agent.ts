/** An agent: who acts, with which channels, within which limits. */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { AnomalyPolicy } from './anomaly-policy.ts';
import type { FlowPolicy } from './flow-policy.ts';
import type { AgentLimitName, AgentLimits } from './limits.ts';

export const CHANNELS = ['sms', 'email', 'whatsapp', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];

/** When a person must approve before a message leaves. */
export const APPROVAL_POLICIES = ['never', 'first_contact', 'always'] as const;
export type ApprovalPolicy = (typeof APPROVAL_POLICIES)[number];

/** A sender in production: an address that this agent alone sends from, and the account that carries it. */
export interface BoundSender {
  /** E.164, or a mail address. */
  readonly address: string;
  /** The provider's name. */
  readonly provider: string;
  /** Whose account it is: the organisation's own, or the platform's. */
  readonly credentialOrg: OrgId;
  /** The provider's own id of it. */
  readonly ref: string;
}

export interface Agent {
  readonly org: OrgId;
  readonly id: AgentId;
  readonly name: string;
  /** Paused: it does nothing until an administrator resumes it; what comes in for it is taken in. Deprovisioned: for good. */
  readonly status: 'active' | 'paused' | 'deprovisioned';
  /** In sandbox: the made-up sender's address per channel; a channel that is not here is not allowed. */
  readonly senders: Readonly<Partial<Record<Channel, string>>>;
  /** In production: the senders bound to it; a channel that is not here is not allowed. */
  readonly bound: Readonly<Partial<Record<Channel, BoundSender>>>;
  /** As they were set; what holds is `limitsInForce`. */
  readonly limits: AgentLimits;
  /** Which of them the server's operator granted above the organisation's tier; none unless said. */
  readonly granted?: readonly AgentLimitName[];
  readonly approvalPolicy: ApprovalPolicy;
  readonly anomalyPolicy: AnomalyPolicy;
  /** Left out: the defaults. */
  readonly flowPolicy?: FlowPolicy;
  /** ISO 3166 alpha-2: whose rules its provisioning follows. */
  readonly country: string;
  readonly createdAt: number;
}
