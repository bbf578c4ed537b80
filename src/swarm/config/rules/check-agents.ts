/** Agents: what their kind asks for, whom they may address, what they may use, what they take and give. */
import { error, type Fault, type Path, warning } from '../problem.ts';
import type { AgentConfig, SwarmConfig } from '../schema.ts';
import { webAddressFault } from './check-tools.ts';
import type { CheckContext } from './context.ts';
import { schemaFaults } from './payload-schema.ts';

export function agentFaults(config: SwarmConfig, context: CheckContext): readonly Fault[] {
  const names = new Set(config.agents.map(({ name }) => name));
  const models = new Set(config.models.map(({ alias }) => alias));
  const bound = new Set<string>();
  return config.agents.flatMap((agent, i) => {
    const at: Path = ['agents', i];
    const faults = [...KINDS[agent.kind](agent, at, context)];
    if (agent.model !== undefined && !models.has(agent.model))
      faults.push(error([...at, 'model'], 'is no model of this configuration; name the alias of one under models.'));
    faults.push(...peerFaults(agent, at, names));
    for (const field of ['input', 'output'] as const)
      if (agent[field] !== undefined) faults.push(...schemaFaults(agent[field], [...at, field]));
    if (agent.agentId !== undefined && bound.has(agent.agentId))
      faults.push(error([...at, 'agentId'], 'is bound by another agent above; each has an agent of its own.'));
    if (agent.agentId !== undefined) bound.add(agent.agentId);
    return faults;
  });
}

type OfKind = (agent: AgentConfig, at: Path, context: CheckContext) => readonly Fault[];
const KINDS: Readonly<Record<AgentConfig['kind'], OfKind>> = {
  llm: (agent, at) => [
    ...needed(agent, at, 'prompt', 'llm'),
    ...needed(agent, at, 'model', 'llm'),
    ...foreign(agent, at, 'worker', 'llm', 'kind: remote has one'),
  ],
  handler: (agent, at, { handlers }) => [
    ...withoutMind(agent, at, 'handler'),
    ...foreign(agent, at, 'worker', 'handler', 'kind: remote has one'),
    ...(handlers === null
      ? [
          warning(
            [...at, 'name'],
            'needs a handler of that name in the server that runs it, which can’t be checked here.',
          ),
        ]
      : handlers.has(agent.name)
        ? []
        : [
            error(
              [...at, 'name'],
              'has no handler in this server; write it with defineAgent in the module that SWARM_FILE names.',
            ),
          ]),
  ],
  remote: (agent, at) => [
    ...withoutMind(agent, at, 'remote'),
    ...needed(agent, at, 'worker', 'remote'),
    ...(agent.worker === undefined ? [] : webAddressFault(agent.worker.url, [...at, 'worker', 'url'])),
  ],
};

const needed = (agent: AgentConfig, at: Path, field: 'prompt' | 'model' | 'worker', kind: string): readonly Fault[] =>
  agent[field] === undefined ? [error([...at, field], `is missing: an agent of kind ${kind} needs it.`)] : [];

const foreign = (
  agent: AgentConfig,
  at: Path,
  field: 'prompt' | 'model' | 'worker',
  kind: string,
  instead: string,
): readonly Fault[] =>
  agent[field] === undefined
    ? []
    : [error([...at, field], `does not belong to an agent of kind ${kind} (${instead}); remove it.`)];

const withoutMind = (agent: AgentConfig, at: Path, kind: string): readonly Fault[] =>
  (['prompt', 'model'] as const).flatMap((field) => foreign(agent, at, field, kind, 'kind: llm has one'));

/** It may be its own peer, which is how it goes on in steps that people see. */
function peerFaults({ peers }: AgentConfig, at: Path, names: ReadonlySet<string>): readonly Fault[] {
  return peers.flatMap((peer, i) => {
    if (!names.has(peer)) return [error([...at, 'peers', i], 'is no agent of this configuration.')];
    return peers.indexOf(peer) < i ? [warning([...at, 'peers', i], 'stands here twice.')] : [];
  });
}
