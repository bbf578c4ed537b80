/**
 * Releases a held action, with exactly the input that was frozen. It is judged again on fresh facts right after, so the
 * answer tells what became of it: an approval overrules no rule.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { heldGuard } from '../guards/held.ts';

export const approve = (): AnyAction =>
  stateAction({
    name: 'comms.approve',
    version: 1,
    says: 'Approves a held action: it is checked again by every rule and then done.',
    input: z.object({ actionId: field.id('act'), note: field.prose(1_000).optional() }),
    output: z.object({
      actionId: z.string(),
      approved: z.literal(true),
      // what became of the released action; added after the commit
      outcome: z.string().optional(),
      result: z.unknown().optional(),
      reasons: z.unknown().optional(),
    }),
    access: 'org:admin',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'high',
    sensitive: true,
    guards: [heldGuard('comms.approve')],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/approvals/{actionId}/approve' },
    needs: {},
    change: ({ by, input: { actionId, note } }) => ({
      writes: [guardWrite('hold.approve', { action: actionId, by: by.id, note: note ?? null })],
      output: { actionId, approved: true as const },
    }),
    releases: ({ input }) => input.actionId,
  });
