/** What waits for an administrator's decision, with exactly the input that would run. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { CommsReader } from '../ports.ts';

export const listHeld = (comms: Pick<CommsReader, 'held'>): AnyAction =>
  readAction({
    name: 'comms.list_held',
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
          input: z.unknown(),
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
    async read({ org, agent }, reaches) {
      const held = (await comms.held(org, agent)).filter((one) => one.agent === null || reaches(one.agent));
      return {
        held: held.map(({ id, name, agent: agentId, requestedBy, until, approved, input, why }) => ({
          actionId: id,
          name,
          agentId,
          requestedBy,
          until: rfc3339(until),
          approved,
          input,
          why: [...why],
        })),
      };
    },
  });
