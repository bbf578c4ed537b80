/**
 * Making a configuration the live one, whichever way it came: put through a door, read from the file, rolled back to, or
 * confirmed by a second person. The rules are the same for all; each way says only where its candidate comes from. All of it
 * is pure and judged on facts of one moment; the version, its agents and the log's entry are committed together, or nothing.
 */
import type { Mint } from '../../guard/action.ts';
import { type Facts, type Needs, need } from '../../guard/facts.ts';
import type { Section } from '../../guard/grant.ts';
import type { Principal } from '../../guard/principal.ts';
import type { Request } from '../../guard/request.ts';
import { decide, sees } from '../../guard/rights.ts';
import type { AgentId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { known } from '../../tenancy/known.ts';
import { bareAgent, DEFAULT_COUNTRY } from '../../tenancy/new-agent.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { type ConfigSource, type SwarmState, swarmConfigFacts } from './facts.ts';
import type { Parsed } from './parse.ts';
import type { Problem } from './problem.ts';
import { type Change, diffConfigs, withoutAgents } from './rules/diff.ts';
import type { AgentConfig, SwarmConfig } from './schema.ts';
import { swarmConfigWrite } from './writes.ts';

export interface Candidate {
  readonly parsed: Parsed;
  /** Of the agents that it binds by id those that are there and have not ended. */
  readonly bindable: readonly AgentId[];
}

/** One way to a new configuration. */
export interface Way<I, N extends Needs<I>> {
  source(facts: Facts<N>): ConfigSource;
  readonly needs: N;
  /** Null: there is none, which a guard of the action's own refuses. */
  candidate(request: Request<I>, facts: Facts<N>): Candidate | null;
  /** Which changes a second person confirms, where the policy asks for one. */
  readonly secondPerson: 'prompts' | 'policy' | 'confirms';
}

export const ownState = need<unknown>()(swarmConfigFacts.state, () => 'self' as const);
export const ownOrganization = need<unknown>()(tenancyFacts.organization, () => 'self' as const);
export const activeAgents = need<unknown>()(tenancyFacts.activeAgents, () => 'self' as const);

/** The right that every way asks for, of each section. */
export const EDIT = 'swarm.put_config';

/**
 * Whether somebody may make these changes, all of one section. Who administers may lower limits without being given it: what
 * only allows less needs no Owner.
 */
export function mayChange(by: Principal, section: Section, changes: readonly Change[]): boolean {
  const asked = { action: EDIT, agent: null, section } as const;
  if (decide(by, { ...asked, access: 'org:own' }).allow) return true;
  return (
    section === 'limits' &&
    changes.every(({ tightens }) => tightens) &&
    decide(by, { ...asked, access: 'org:admin' }).allow
  );
}

/** The sections that somebody may not change in this way; empty: all is theirs to change. */
export function forbiddenSections(by: Principal, changes: readonly Change[]): readonly Section[] {
  const bySection = Map.groupBy(changes, ({ section }) => section);
  return [...bySection].flatMap(([section, of]) => (mayChange(by, section, of) ? [] : [section])).sort();
}

/** The names of agents that do not exist for somebody. */
export const hiddenFrom = (
  by: Principal,
  agents: Iterable<readonly [name: string, agent: AgentId]>,
): ReadonlySet<string> => new Set([...agents].flatMap(([name, agent]) => (sees(by, agent) ? [] : [name])));

/** What a change is to somebody for whom these agents do not exist. */
export const seenChanges = (
  before: SwarmConfig | null,
  after: SwarmConfig,
  hidden: ReadonlySet<string>,
): readonly Change[] =>
  diffConfigs(before === null ? null : withoutAgents(before, hidden), withoutAgents(after, hidden));

/** The agent behind a name, or null for one that has to be made. Who comes back is who it was, unless that one has ended. */
export function agentBehind(state: SwarmState, { name, agentId }: AgentConfig): AgentId | null {
  if (agentId !== undefined) return agentId;
  const before = state.bound.find((one) => one.name === name);
  return before === undefined || before.ended ? null : before.agent;
}

export const toBeMade = (state: SwarmState, { agents }: SwarmConfig): readonly AgentConfig[] =>
  agents.filter((agent) => agentBehind(state, agent) === null);

/** Whether a second person has to confirm what one alone may not do. */
export function asksSecondPerson(
  live: SwarmConfig | null,
  changes: readonly Change[],
  secondPerson: Way<unknown, Needs>['secondPerson'],
): boolean {
  if (live?.policies.promptEdits !== 'second-person' || secondPerson === 'confirms') return false;
  return changes.some(
    ({ section, path, is }) =>
      path === 'policies.promptEdits' || (secondPerson === 'prompts' && section === 'prompts' && is !== 'removed'),
  );
}

export interface Changed {
  readonly version: number;
  readonly changed: boolean;
  /** The id under which it waits for a second person; null: it is live. */
  readonly proposal: string | null;
  readonly changes: readonly Change[];
  readonly warnings: readonly Problem[];
}

interface Ground {
  readonly state: SwarmState | null;
  readonly organization: Organization | null;
}

/** What is written once no rule is against it. */
export function change<I extends { readonly note?: string | undefined }, N extends Needs<I>>(
  way: Way<I, N>,
  request: Request<I>,
  facts: Facts<N> & Ground,
  mint: Mint,
): { readonly writes: readonly Write[]; readonly output: Changed } {
  const state = known(facts.state, 'state of the swarm');
  const { parsed } = known(way.candidate(request, facts), 'configuration');
  if (!parsed.ok) throw new TypeError('a configuration with problems');
  const { config, hash, problems: warnings } = parsed;
  const { by, org, now: at, input } = request;
  const changes = diffConfigs(state.config, config);
  const said = { config, hash, by: by.id, note: input.note ?? null, source: way.source(facts), at };
  const hidden = hiddenFrom(
    by,
    state.bound.map(({ name, agent }) => [name, agent]),
  );
  const told = { changes: seenChanges(state.config, config, hidden), warnings };
  const output = { version: state.version, changed: false, proposal: null, ...told };
  if (hash === state.hash) return { writes: [], output };
  if (asksSecondPerson(state.config, changes, way.secondPerson)) {
    const proposal = mint.id('cfg');
    return {
      writes: [swarmConfigWrite('swarm.propose', { ...said, id: proposal, base: state.version })],
      output: { ...output, proposal },
    };
  }
  const organization = known(facts.organization, 'organisation');
  const making: Write[] = [];
  const agents = config.agents.map((agent) => {
    const behind = agentBehind(state, agent);
    if (behind !== null) return { name: agent.name, agent: behind };
    const made = bareAgent(mint.id('agt'), organization, { name: agent.name, country: DEFAULT_COUNTRY, at });
    making.push(tenancyWrite('agent.create', made));
    return { name: agent.name, agent: made.id };
  });
  return {
    writes: [...making, swarmConfigWrite('swarm.configure', { ...said, org, before: state.version, agents })],
    output: { ...output, version: state.version + 1, changed: true },
  };
}
