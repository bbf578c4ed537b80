/** An agent as it begins, without a channel; who makes it adds what it is made for. */
import type { AgentId } from '../kernel/ids.ts';
import type { Agent } from './agent.ts';
import { ALERT_ALONE } from './anomaly-policy.ts';
import { startingLimits } from './limits.ts';
import type { Organization } from './organization.ts';

/** Whose rules hold unless somebody says another country. */
export const DEFAULT_COUNTRY = 'US';

export const bareAgent = (
  id: AgentId,
  { id: org, tier }: Pick<Organization, 'id' | 'tier'>,
  { name, country, at }: { readonly name: string; readonly country: string; readonly at: number },
): Agent => ({
  ...{ org, id, name, country },
  status: 'active',
  senders: {},
  bound: {},
  limits: startingLimits(tier),
  approvalPolicy: 'never',
  anomalyPolicy: ALERT_ALONE,
  createdAt: at,
});
