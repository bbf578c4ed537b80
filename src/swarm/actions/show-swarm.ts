/** The swarm in one look: which configuration is live, what it is doing, and how much there is, of what who asks may see. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { AGENT_STATES, swarmState } from '../rules/agent-state.ts';
import { THREAD_STATUSES } from '../thread.ts';
import { agentViews } from '../views/agents.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.show_swarm', access: READ_ENVELOPE.access } as const;

export const showSwarm = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows the swarm: its name, the version of its configuration, its state, and how many agents and threads there are.',
    input: z.object({}),
    output: z.object({
      name: z.string().nullable().describe('Null: there is no swarm yet.'),
      version: z.int(),
      state: z.enum(AGENT_STATES),
      agents: z.record(z.enum(AGENT_STATES), z.int()),
      threads: z.record(z.enum(THREAD_STATUSES), z.int()),
      queued: z.int().describe('Messages that wait.'),
    }),
    tells: 'house',
    http: { method: 'GET', path: '/swarm' },
    async read(request) {
      const seen = await seenBy(parts, request, READ);
      const agents = await agentViews(parts.reader, seen, request.now);
      const states = agents.map(({ state }) => state);
      const pauses = await parts.reader.pauses(request.org);
      const counts = Object.fromEntries(
        AGENT_STATES.map((state) => [state, states.filter((one) => one === state).length]),
      );
      return {
        name: seen.live?.config.swarm.name ?? null,
        version: seen.live?.version ?? 0,
        state: swarmState(pauses.has('swarm'), states),
        agents: counts as Record<(typeof AGENT_STATES)[number], number>,
        threads: await parts.reader.threadCounts(seen.view),
        queued: agents.reduce((sum, { queue }) => sum + queue, 0),
      };
    },
  });
