/** Which limits hold for somebody at work, what they are counted in, and what waits when one is full. Pure. */
import type { Deny } from '../../guard/guard.ts';
import type { Unit, Window } from '../../guard/take.ts';
import { micros } from '../../kernel/money.ts';
import type { AgentConfig, SwarmConfig } from '../config/schema.ts';
import type { BudgetKind, BudgetScene, BudgetScope, RaisedBudget } from './budget.ts';

type SwarmLimits = SwarmConfig['swarm']['limits'];
type AgentLimits = AgentConfig['limits'];

type Row = { readonly scope: BudgetScope; readonly kind: Exclude<BudgetKind, 'wallMs'> } & (
  | { readonly by: 'agent'; readonly name: keyof AgentLimits }
  | { readonly by: 'swarm'; readonly name: keyof SwarmLimits }
);

const LIMITS: readonly Row[] = [
  { scope: 'thread', by: 'agent', name: 'tokensPerThread', kind: 'tokens' },
  { scope: 'thread', by: 'agent', name: 'usdPerThread', kind: 'costMicros' },
  { scope: 'thread', by: 'swarm', name: 'tokensPerThread', kind: 'tokens' },
  { scope: 'thread', by: 'swarm', name: 'usdPerThread', kind: 'costMicros' },
  { scope: 'thread', by: 'swarm', name: 'callsPerThread', kind: 'calls' },
  { scope: 'agent', by: 'agent', name: 'tokensPerDay', kind: 'tokens' },
  { scope: 'agent', by: 'agent', name: 'usdPerDay', kind: 'costMicros' },
  { scope: 'user', by: 'swarm', name: 'tokensPerUserPerDay', kind: 'tokens' },
  { scope: 'user', by: 'swarm', name: 'usdPerUserPerDay', kind: 'costMicros' },
  { scope: 'swarm', by: 'swarm', name: 'tokensPerDay', kind: 'tokens' },
  { scope: 'swarm', by: 'swarm', name: 'usdPerDay', kind: 'costMicros' },
];

export const UNIT_OF: Readonly<Record<Row['kind'], Unit>> = { tokens: 'tokens', costMicros: 'money', calls: 'count' };

/** A limit that is in force now. */
export interface BudgetLimit {
  readonly scope: BudgetScope;
  readonly of: string;
  /** In a thread, of one agent's use of it. */
  readonly agent: string | null;
  /** As the configuration has it. */
  readonly name: string;
  readonly kind: Row['kind'];
  readonly limit: number;
  /** Until when it is more than the configuration says, in ms; null: it is not. */
  readonly raisedUntil: number | null;
  readonly window: Exclude<Window, { readonly ms: number }>;
  readonly meter: string;
  /** What waits when it is full; see `swarm_pause`. */
  readonly pauses: string;
}

const idOf = (scope: BudgetScope, { thread, agent, user }: BudgetScene): string | null =>
  ({ thread, agent, user, swarm: '' })[scope];

export const subjectOf = (scope: BudgetScope, of: string): string => (scope === 'swarm' ? 'swarm' : `${scope}:${of}`);

/** As it is raised now, if it is. */
function raisedTo(
  raised: readonly RaisedBudget[],
  of: Pick<RaisedBudget, 'scope' | 'of' | 'kind'>,
  configured: number,
  now: number,
): { readonly limit: number; readonly until: number | null } {
  const found = raised.find(
    (one) => one.scope === of.scope && one.of === of.of && one.kind === of.kind && one.until > now,
  );
  return found === undefined || found.limit <= configured
    ? { limit: configured, until: null }
    : { limit: found.limit, until: found.until };
}

/** @param zone IANA, of the organisation: whose days are meant. */
export function budgetLimits(scene: BudgetScene, zone: string, now: number): readonly BudgetLimit[] {
  return LIMITS.flatMap((row): BudgetLimit[] => {
    const of = idOf(row.scope, scene);
    const written = row.by === 'agent' ? scene.own?.[row.name] : scene.limits[row.name];
    if (of === null || written === undefined) return [];
    const { scope, kind, name } = row;
    const { limit, until } = raisedTo(scene.raised, { scope, of, kind }, amountOf(kind, written), now);
    const isOfThread = scope === 'thread';
    // an agent's limit in a thread counts what that agent uses there
    const agent = isOfThread && row.by === 'agent' ? scene.agent : null;
    const whose = agent === null ? of : `${of}:${agent}`;
    return [
      {
        ...{ scope, of, agent, name, kind, limit, raisedUntil: until },
        window: isOfThread ? { lifetime: true } : { calendar: 'day', zone },
        meter: `swarm:${scope}:${whose}:${kind}`,
        pauses: subjectOf(scope, of),
      },
    ];
  });
}

/** Money as the configuration has it, in dollars, is micro-units here. */
const amountOf = (kind: BudgetKind, written: string | number): number =>
  kind === 'costMicros' ? micros(Number(written)) : Number(written);

/** How long the thread may work on one input; null: nothing was taken up. */
export function wallLimit(
  scene: BudgetScene,
  now: number,
): { readonly limit: number; readonly until: number | null; readonly used: number } | null {
  const { thread, workSince, limits, raised } = scene;
  if (thread === null || workSince === null) return null;
  const raise = raisedTo(raised, { scope: 'thread', of: thread, kind: 'wallMs' }, limits.threadMs, now);
  return { ...raise, used: Math.max(0, now - workSince) };
}

/** What a limit of that scope and kind is in a configuration at least; null: there is none. */
export function configuredLimit(
  { swarm, agents }: SwarmConfig,
  { scope, of, kind }: Pick<RaisedBudget, 'scope' | 'of' | 'kind'>,
): number | null {
  if (kind === 'wallMs') return scope === 'thread' ? swarm.limits.threadMs : null;
  const asked = scope === 'agent' ? agents.filter(({ name }) => name === of) : agents;
  const found = LIMITS.filter((row) => row.scope === scope && row.kind === kind).flatMap((row) => {
    const written = row.by === 'swarm' ? [swarm.limits[row.name]] : asked.map(({ limits }) => limits[row.name]);
    return written.filter((one) => one !== undefined).map((one) => amountOf(kind, one));
  });
  return found.length === 0 ? null : Math.min(...found);
}

/** Which reason decides: what alone is too much comes before what is used up. */
export const decisive = <R extends Pick<Deny, 'code'>>(why: readonly R[]): R =>
  why.find(({ code }) => code === 'above_budget') ?? why[0]!;

/** Whether a refusal means to wait: what alone is above a budget never fits, however long it waits. */
export const mustWait = (why: readonly Pick<Deny, 'code'>[]): boolean =>
  why.some(({ code }) => code === 'budget_reached') && !why.some(({ code }) => code === 'above_budget');
