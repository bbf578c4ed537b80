/** One agent of the swarm. One that is not there and one that who asks may not know of are the same. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { agentView, agentViews } from '../views/agents.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.show_agent', access: READ_ENVELOPE.access } as const;

export const showAgent = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows one agent of the swarm: what it is for, what it is doing, whom it may call.',
    input: z.object({ name: field.code(48).describe("The agent's name.") }),
    output: agentView.extend({ peers: z.array(z.string()) }),
    http: { method: 'GET', path: '/agents/{name}' },
    async read(request) {
      const seen = await seenBy(parts, request, READ);
      const { name } = request.input;
      const found = (await agentViews(parts.reader, seen, request.now)).find((one) => one.name === name);
      if (found === undefined) throw new SallyportError('not_found', 'There is no such agent in the swarm.');
      const { peers = [] } = seen.live?.config.agents.find((one) => one.name === name) ?? {};
      return { ...found, peers: peers.filter((peer) => seen.agents.has(peer)) };
    },
  });
