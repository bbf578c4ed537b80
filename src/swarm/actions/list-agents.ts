/** The agents of the swarm, by name. Whom who asks may not know of is not among them, and does not count. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { agentView, agentViews } from '../views/agents.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.list_agents', access: READ_ENVELOPE.access } as const;

export const listAgents = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Lists the agents of the swarm, with what each is doing and how much waits for it.',
    input: z.object({
      limit: z.int().min(1).max(1_000).default(200),
      cursor: field.code(48).optional().describe('The cursor of the page before.'),
    }),
    output: z.object({ agents: z.array(agentView), cursor: z.string().nullable().describe('Null: that was all.') }),
    confinedToAgent: true,
    http: { method: 'GET', path: '/agents' },
    async read(request) {
      const { limit, cursor = '' } = request.input;
      const all = await agentViews(parts.reader, await seenBy(parts, request, READ), request.now);
      const rest = all.filter(({ name, agentId }) => name > cursor && (request.agent ?? agentId) === agentId);
      const page = rest.slice(0, limit);
      return { agents: page, cursor: rest.length > limit ? page.at(-1)!.name : null };
    },
  });
