/** What an agent may use up, and what an organisation's tier allows. Counts are per sliding window, money per calendar day and month. */
import { type Micros, micros } from '../kernel/money.ts';

export interface AgentLimits {
  /** Actions that reach a person or spend money, in any 60 s. */
  readonly perMinute: number;
  readonly perHour: number;
  readonly perDay: number;
  /** Calls to the same number in any 24 h. */
  readonly callsPerNumberPerDay: number;
  /** Messages to the same address in any 24 h; null: no limit of its own. */
  readonly messagesPerNumberPerDay: number | null;
  /** Micro-units of USD. */
  readonly spendPerDay: Micros;
  readonly spendPerMonth: Micros;
}

export type AgentLimitName = keyof AgentLimits;

export const TIERS = ['free', 'starter', 'pro', 'enterprise'] as const;
export type Tier = (typeof TIERS)[number];

const tier = (
  perMinute: number,
  perHour: number,
  perDay: number,
  dollarsPerDay: number,
  dollarsPerMonth: number,
): AgentLimits => ({
  perMinute,
  perHour,
  perDay,
  callsPerNumberPerDay: 2,
  messagesPerNumberPerDay: null,
  spendPerDay: micros(dollarsPerDay),
  spendPerMonth: micros(dollarsPerMonth),
});

/** The most that an organisation's administrator may grant an agent; the starter tier is what a new agent gets. */
export const TIER_LIMITS = {
  free: tier(5, 30, 100, 1, 10),
  starter: tier(10, 100, 500, 10, 100),
  pro: tier(30, 500, 5_000, 100, 1_000),
  enterprise: tier(100, 2_000, 50_000, 1_000, 50_000),
} satisfies Record<Tier, AgentLimits>;

export const DEFAULT_TIER: Tier = 'starter';

/** What a new agent gets: the default tier's limits, or its organisation's where those are lower. */
export const startingLimits = (of: Tier): AgentLimits =>
  aboveTier(TIER_LIMITS[DEFAULT_TIER], of).length === 0 ? TIER_LIMITS[DEFAULT_TIER] : TIER_LIMITS[of];

/** How many active agents an organisation of the tier may have, unless the orchestrator has set another number. */
const TIER_POOL = { free: 5, starter: 100, pro: 1_000, enterprise: 10_000 } satisfies Record<Tier, number>;

export const poolOf = ({ maxAgents, tier }: { readonly maxAgents: number | null; readonly tier: Tier }): number =>
  maxAgents ?? TIER_POOL[tier];

/** The names of the limits that are above what the tier allows. */
export function aboveTier(limits: AgentLimits, of: Tier): readonly AgentLimitName[] {
  const most = TIER_LIMITS[of];
  return (Object.keys(most) as AgentLimitName[]).filter((name) => {
    const cap = most[name];
    return cap !== null && (limits[name] ?? Number.POSITIVE_INFINITY) > cap;
  });
}

/**
 * The limits that hold now: those that were set, but none above what the organisation's tier allows, unless the server's
 * operator granted it. A lowered tier takes effect at once, and a raised one gives back what was set before.
 */
export function limitsInForce(
  { limits, granted = [] }: { readonly limits: AgentLimits; readonly granted?: readonly AgentLimitName[] },
  of: Tier,
): AgentLimits {
  const clamped = aboveTier(limits, of).filter((name) => !granted.includes(name));
  return clamped.length === 0
    ? limits
    : { ...limits, ...Object.fromEntries(clamped.map((name) => [name, TIER_LIMITS[of][name]])) };
}
