/** Changes an agent's limits, all or some. What the organisation's tier doesn't allow, only the orchestrator may grant. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { guardWrite } from '../../guard/writes.ts';
import { micros } from '../../kernel/money.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { type AgentLimitName, type AgentLimits, aboveTier, limitsInForce, TIER_LIMITS } from '../../tenancy/limits.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { policyFence } from '../fences.ts';
import { namedAgent, ownOrganization } from '../needs.ts';

const MAX_COUNT = 1_000_000;
const count = () => z.int().min(0).max(MAX_COUNT);
const money = () => z.int().min(0).max(micros(1_000_000));

const shape = {
  perMinute: count(),
  perHour: count(),
  perDay: count(),
  callsPerNumberPerDay: count(),
  messagesPerNumberPerDay: count().nullable().describe('Null: no limit of its own.'),
  spendPerDay: money().describe('Micro-units of USD in a calendar day.'),
  spendPerMonth: money().describe('Micro-units of USD in a calendar month.'),
} as const satisfies Record<keyof AgentLimits, z.ZodType>;

const limitsShown = z.object(shape);
const change = z.strictObject(shape).partial();

type Change = { readonly limits: z.output<typeof change> };

const changed = (limits: AgentLimits, { limits: change }: Change): AgentLimits => ({
  ...limits,
  ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
});

export const tierLimitsGuard = guard<Change>()({
  id: 'tier-limits',
  stage: 'comply',
  needs: { organization: ownOrganization, agent: namedAgent },
  judge({ by, input }, facts) {
    if (by.scopes.has('platform:admin')) return [];
    const { tier } = known(facts.organization, 'organisation');
    // what was granted above the tier before stays, as long as it is not touched
    return aboveTier(changed(known(facts.agent, 'agent').limits, input), tier)
      .filter((name) => input.limits[name] !== undefined)
      .map((name) => ({
        is: 'deny',
        code: 'limits_above_tier',
        say: `limits.${name}: the tier ${tier} allows at most ${TIER_LIMITS[tier][name]}. Only the server's operator can grant more.`,
        source: `tier ${tier}`,
      }));
  },
});

/** What the operator sets above the tier stays above it, whatever becomes of the tier, until it is set again. */
function grantedAbove(
  { granted = [] }: Agent,
  { limits }: Change,
  above: readonly AgentLimitName[],
): readonly AgentLimitName[] {
  const isSet = (name: AgentLimitName) => limits[name] !== undefined;
  return [...granted.filter((name) => !isSet(name)), ...above.filter(isSet)];
}

export const setAgentLimits = (): AnyAction =>
  stateAction({
    name: 'comms.set_agent_limits',
    version: 1,
    says: "Changes an agent's limits on rates, contacts and money; limits that are left out stay as they are.",
    input: z.object({ limits: change }),
    output: z.object({ agentId: z.string(), limits: limitsShown }),
    access: 'org:admin',
    subject: 'agent',
    risk: 'high',
    sensitive: true,
    guards: [tierLimitsGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent },
    change({ input }, facts) {
      const agent = known(facts.agent, 'agent');
      const { tier } = known(facts.organization, 'organisation');
      const limits = changed(agent.limits, input);
      const granted = grantedAbove(agent, input, aboveTier(limits, tier));
      return {
        writes: [
          tenancyWrite('agent.update', { ...agent, limits, granted }),
          guardWrite('fence.bump', policyFence(agent.id)),
        ],
        output: { agentId: agent.id, limits: limitsInForce({ limits, granted }, tier) },
      };
    },
  });
