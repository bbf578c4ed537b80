/** An organisation: a tenant. New ones are in sandbox, where the simulator takes what they send. */
import type { OrgId } from '../kernel/ids.ts';
import type { Tier } from './limits.ts';

/** What the review of an organisation has come to. Only an approved one is in production. */
export const KYC_STATES = ['none', 'pending_review', 'approved', 'rejected'] as const;
export type KycState = (typeof KYC_STATES)[number];

export interface Organization {
  readonly id: OrgId;
  /** Lower-case, unique on the server. */
  readonly slug: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly mode: 'sandbox' | 'production';
  readonly kyc: KycState;
  readonly tier: Tier;
  /** How many active agents it may have, as the orchestrator set it; null: what its tier has. */
  readonly maxAgents: number | null;
  /** The IANA time zone of its calendar days and months (money). */
  readonly zone: string;
  readonly createdAt: number;
}

/** How a new organisation begins. */
export const NEW_STANDING = { status: 'active', mode: 'sandbox', kyc: 'none', maxAgents: null } as const;
