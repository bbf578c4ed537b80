/** Loaders of what pausing, stopping and forking are decided by. */
import type { AgentId } from '../kernel/ids.ts';
import type { swarmControlFacts } from '../swarm/control/facts.ts';
import type { PausedSubject } from '../swarm/control/subject.ts';
import type { Loaders } from './fact-kinds.ts';
import { agentColumns, agentOf } from './rows.ts';
import { lookup } from './statement.ts';
import { pausesOf, unfinishedStops } from './swarm-control-statements.ts';

const agents = lookup('agent', ['org', 'id'], agentColumns);
const names = lookup('swarm_agent', ['org', 'name'], ['agent']);
const messages = lookup('thread_message', ['org', 'thread', 'id'], ['seq']);

type ControlFact = (typeof swarmControlFacts)[keyof typeof swarmControlFacts]['name'];

export const controlLoaders = (): Pick<Loaders, ControlFact> => ({
  *'swarm-pauses'(wanted) {
    const found: (readonly PausedSubject[])[] = [];
    for (const { org } of wanted) found.push((yield* pausesOf.all({ org })) as readonly PausedSubject[]);
    return found;
  },
  *'bound-agent'(wanted) {
    const named = yield* names.rows(wanted.map(({ org, key }) => [org, key]));
    const rows = yield* agents.rows(named.map(({ org, agent }) => [org, agent]));
    const byId = new Map(rows.map((row) => [at(row.org, row.id), agentOf(row)]));
    const byName = new Map(named.map((row) => [at(row.org, row.name), byId.get(at(row.org, row.agent)) ?? null]));
    return wanted.map(({ org, key }) => byName.get(at(org, key)) ?? null);
  },
  *'unfinished-stops'(wanted) {
    const found: (readonly (AgentId | null)[])[] = [];
    for (const { org } of wanted)
      found.push((yield* unfinishedStops.all({ org })).map(({ agent }) => (agent === '' ? null : (agent as AgentId))));
    return found;
  },
  *'message-number'(wanted) {
    const rows = yield* messages.rows(wanted.map(({ org, key }) => [org, key.thread, key.message]));
    const byId = new Map(rows.map((row) => [at(row.org, row.thread, row.id), row.seq]));
    return wanted.map(({ org, key }) => byId.get(at(org, key.thread, key.message)) ?? null);
  },
});

const at = (...parts: readonly string[]): string => parts.join('\n');
