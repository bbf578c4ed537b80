/** What waits for an administrator's decision, with exactly the input that would run. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { rightOnHeld } from '../guards/held.ts';
import type { CommsReader } from '../ports.ts';

const NAME = 'comms.list_held';

export const listHeld = (comms: Pick<CommsReader, 'held'>): AnyAction =>
  readAction({
    name: NAME,
    version: 1,
    says: 'Lists the actions that wait for approval, with their input, why they are held and until when.',
    input: z.object({}),
    output: z.object({
      held: z.array(
        z.object({
          actionId: z.string(),
          name: z.string(),
          agentId: z.string().nullable(),
          requestedBy: z.string(),
          until: z.string(),
          approved: z.boolean(),
          threadId: z.string().nullable().describe('Of the swarm, in which it was asked for.'),
          input: z.unknown().describe('Exactly what would run; null once the person whom it is about was erased.'),
          argsHash: z
            .string()
            .nullable()
            .describe('HMAC-SHA256 of its canonical JSON (RFC 8785) under the salt, base64url; an approval names it.'),
          salt: z.string().nullable(),
          why: z.array(z.string()),
        }),
      ),
    }),
    access: 'org:admin',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'GET', path: '/approvals' },
    async read(request) {
      const { org, agent } = request;
      const held = await comms.held(org, agent, (one) => rightOnHeld(NAME, request, one).is === 'yes');
      return {
        held: held.map(({ id, name, agent: agentId, requestedBy, until, approved, thread, args, why }) => ({
          actionId: id,
          name,
          agentId,
          requestedBy,
          until: rfc3339(until),
          approved,
          threadId: thread?.id ?? null,
          input: args?.input ?? null,
          argsHash: args?.hash ?? null,
          salt: args?.salt ?? null,
          why: [...why],
        })),
      };
    },
  });
