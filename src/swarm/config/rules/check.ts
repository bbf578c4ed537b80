/**
 * What the parts of a configuration say of one another: names that mean something, fields that fit the kind, limits that fit
 * each other, money that can be counted. Pure: what the server knows is handed in. A configuration that passes can be run;
 * whether its secrets are there and its agents are bound to agents that exist, the server alone can tell.
 */
import { error, type Fault, type Path } from '../problem.ts';
import type { SwarmConfig } from '../schema.ts';
import { agentFaults } from './check-agents.ts';
import { modelFaults } from './check-models.ts';
import { toolFaults } from './check-tools.ts';
import type { CheckContext } from './context.ts';

export const checkConfig = (config: SwarmConfig, context: CheckContext): readonly Fault[] => [
  ...twice(config.agents, ['agents'], ({ name }) => name, 'name'),
  ...twice(config.models, ['models'], ({ alias }) => alias, 'alias'),
  ...twice(config.tools, ['tools'], ({ name }) => name, 'name'),
  ...agentFaults(config, context),
  ...modelFaults(config),
  ...toolFaults(config, context),
  ...limitFaults(config),
];

function twice<T>(list: readonly T[], at: Path, nameOf: (one: T) => string, field: string): readonly Fault[] {
  const seen = new Set<string>();
  return list.flatMap((one, i) => {
    const name = nameOf(one);
    if (seen.has(name)) return [error([...at, i, field], 'is taken by another one above; give it a name of its own.')];
    seen.add(name);
    return [];
  });
}

/** The share of a part is no more than the whole: a limit that can never be reached is a mistake in one of the two. */
function limitFaults({ swarm, agents }: SwarmConfig): readonly Fault[] {
  const { limits } = swarm;
  const at: Path = ['swarm', 'limits'];
  const faults: Fault[] = [];
  const within = (part: number | undefined, whole: number | undefined, path: Path, of: string, is: Fault['is']) => {
    if (part === undefined || whole === undefined || part <= whole) return;
    faults.push({ is, path, say: `is more than ${of}, and so would never be reached; lower it.` });
  };
  within(limits.tokensPerUserPerDay, limits.tokensPerDay, [...at, 'tokensPerUserPerDay'], 'tokensPerDay', 'error');
  within(
    dollars(limits.usdPerUserPerDay),
    dollars(limits.usdPerDay),
    [...at, 'usdPerUserPerDay'],
    'usdPerDay',
    'error',
  );
  for (const [i, { limits: own }] of agents.entries()) {
    const here: Path = ['agents', i, 'limits'];
    within(own.tokensPerThread, own.tokensPerDay, [...here, 'tokensPerThread'], 'tokensPerDay', 'error');
    within(dollars(own.usdPerThread), dollars(own.usdPerDay), [...here, 'usdPerThread'], 'usdPerDay', 'error');
    within(own.tokensPerDay, limits.tokensPerDay, [...here, 'tokensPerDay'], 'that of the swarm', 'warning');
    within(dollars(own.usdPerDay), dollars(limits.usdPerDay), [...here, 'usdPerDay'], 'that of the swarm', 'warning');
    within(own.concurrency, own.queueDepth, [...here, 'concurrency'], 'queueDepth', 'warning');
  }
  return faults;
}

/** To compare alone: amounts have at most thirteen digits. */
const dollars = (amount: string | number | undefined): number | undefined =>
  amount === undefined ? undefined : Number(amount);
