/** An organisation: a tenant. New ones are in sandbox, where the simulator takes what they send. */
import type { OrgId } from '../kernel/ids.ts';
import type { Tier } from './limits.ts';

export interface Organization {
  readonly id: OrgId;
  /** Lower-case, unique on the server. */
  readonly slug: string;
  readonly name: string;
  readonly status: 'active' | 'suspended';
  readonly mode: 'sandbox' | 'production';
  readonly tier: Tier;
  /** The IANA time zone of its calendar days and months (money). */
  readonly zone: string;
  readonly createdAt: number;
}
