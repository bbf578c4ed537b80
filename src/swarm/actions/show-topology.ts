/**
 * Who may talk to whom, and who did. An agent that who asks may not know of is no node, no end of an edge and in no count; what was
 * said in threads that they may not see is not counted.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { AGENT_STATES } from '../rules/agent-state.ts';
import { agentViews } from '../views/agents.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.show_topology', access: READ_ENVELOPE.access } as const;

export const showTopology = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows who may call whom in the swarm, and who did how often.',
    input: z.object({}),
    output: z.object({
      nodes: z.array(
        z.object({
          name: z.string(),
          kind: z.enum(['llm', 'handler', 'remote']),
          state: z.enum(AGENT_STATES),
          queue: z.int(),
        }),
      ),
      edges: z.array(
        z.object({
          from: z.string().nullable().describe('Null: who is not an agent, such as a person who injects.'),
          to: z.string(),
          configured: z.boolean(),
          calls: z.int(),
          lastAt: z.string().nullable(),
        }),
      ),
    }),
    tells: 'house',
    http: { method: 'GET', path: '/swarm/topology' },
    async read(request) {
      const seen = await seenBy(parts, request, READ);
      const nodes = await agentViews(parts.reader, seen, request.now);
      const edges = new Map<
        string,
        { from: string | null; to: string; configured: boolean; calls: number; lastAt: string | null }
      >();
      for (const { name, peers } of seen.live?.config.agents ?? [])
        for (const peer of peers)
          if (seen.agents.has(name) && seen.agents.has(peer))
            edges.set(`agent:${name} agent:${peer}`, {
              from: name,
              to: peer,
              configured: true,
              calls: 0,
              lastAt: null,
            });
      for (const { from, to, calls, lastAt } of await parts.reader.edges(seen.view)) {
        const key = `${from} ${to}`;
        const known = edges.get(key) ?? { from: nameOf(from), to: nameOf(to) ?? to, configured: from === 'owner' };
        edges.set(key, { ...known, calls, lastAt: rfc3339(lastAt) });
      }
      return {
        nodes: nodes.map(({ name, kind, state, queue }) => ({ name, kind, state, queue })),
        edges: [...edges.values()],
      };
    },
  });

const nameOf = (speaker: string): string | null => (speaker.startsWith('agent:') ? speaker.slice(6) : null);
