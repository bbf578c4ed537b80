/** The agents of the live configuration as they are shown: what they are, and what they are doing where who asks may see it. */
import * as z from 'zod';
import { HOUR_MS } from '../../kernel/time.ts';
import type { SwarmReader } from '../ports.ts';
import { AGENT_STATES, agentState } from '../rules/agent-state.ts';
import type { Seen } from './view.ts';

/** What an agent last did counts as its state for so long. */
const LATELY_MS = HOUR_MS;

export const agentView = z.object({
  name: z.string(),
  agentId: z.string(),
  description: z.string(),
  kind: z.enum(['llm', 'handler', 'remote']),
  state: z.enum(AGENT_STATES),
  paused: z.string().nullable().describe('Why it is paused, if it is.'),
  queue: z.int().describe('Messages that wait for it.'),
  working: z.int().describe('Turns of it that are at work or wait.'),
});
export type AgentView = z.infer<typeof agentView>;

/** Why an agent is paused: in the registry, alone, or with the whole swarm. */
export const pauseOf = (pauses: ReadonlyMap<string, string>, name: string, status: string): string | null =>
  pauses.get('swarm') ?? pauses.get(`agent:${name}`) ?? (status === 'paused' ? 'person' : null);

/** In the order of their names. */
export async function agentViews(
  reader: SwarmReader,
  { view, live, agents }: Seen,
  now: number,
): Promise<readonly AgentView[]> {
  const [atWork, pauses] = [await reader.atWork(view), await reader.pauses(view.org)];
  const [queues, last] = [await reader.queues(view), await reader.lastOf(view, now - LATELY_MS)];
  const ofAgent = Map.groupBy(atWork, ({ name }) => name);
  return (live?.config.agents ?? [])
    .flatMap(({ name, description, kind }): AgentView[] => {
      const bound = agents.get(name);
      if (bound === undefined) return [];
      const frames: Record<string, number> = {};
      for (const { status, count } of ofAgent.get(name) ?? []) frames[status] = count;
      const paused = pauseOf(pauses, name, bound.status);
      return [
        {
          ...{ name, agentId: bound.agent, description, kind, paused },
          state: agentState({ paused: paused !== null, frames, last: last.get(name) ?? null }),
          queue: queues.get(name) ?? 0,
          working: Object.values(frames).reduce((sum, count) => sum + count, 0),
        },
      ];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
