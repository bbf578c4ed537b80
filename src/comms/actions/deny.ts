/** Ends a held action for good. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { heldGuard } from '../guards/held.ts';

export const deny = (): AnyAction =>
  stateAction({
    name: 'comms.deny',
    version: 1,
    says: 'Denies a held action: it will not be done.',
    input: z.object({ actionId: field.id('act'), note: field.prose(1_000).optional() }),
    output: z.object({ actionId: z.string(), denied: z.literal(true) }),
    access: 'org:admin',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [heldGuard('comms.deny', null)],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/approvals/{actionId}/deny' },
    needs: {},
    change: ({ by, input: { actionId, note } }) => ({
      writes: [guardWrite('hold.deny', { action: actionId, by: by.id, note: note ?? null })],
      output: { actionId, denied: true as const },
    }),
  });
