/** What a person is told of a budget that is nearly, or wholly, used up. */
import type { Alert, Severity } from '../../guard/alerts.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { formatMicros, type Micros } from '../../kernel/money.ts';

/** Per cent of a budget. */
export const BUDGET_LEVELS = [80, 100] as const;
type BudgetLevel = (typeof BUDGET_LEVELS)[number];

export interface BudgetReached {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly cap: 'spendPerDay' | 'spendPerMonth';
  readonly level: BudgetLevel;
  /** Reserved and spent. */
  readonly used: Micros;
  readonly limit: Micros;
}

const TOLD: Record<BudgetLevel, { readonly severity: Severity; readonly say: string }> = {
  80: {
    severity: 'LOW',
    say: 'Messages are refused at 100 %. comms_get_usage_dashboard shows what it is spent on; comms_set_agent_limits changes the limit.',
  },
  100: {
    severity: 'MEDIUM',
    say: 'What costs money is refused until the period ends. comms_set_agent_limits changes the limit.',
  },
};

export function budgetAlert({ org, agent, cap, level, used, limit }: BudgetReached): Alert {
  const { severity, say } = TOLD[level];
  return {
    severity,
    kind: `spend_${level}`,
    org,
    subject: agent,
    say: `The agent has used ${formatMicros(used)} of ${formatMicros(limit)} (${cap}). ${say}`,
    detail: { cap, used, limit },
  };
}
