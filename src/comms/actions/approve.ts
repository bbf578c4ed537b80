/**
 * Releases a held action, with exactly the input that was frozen. It is judged again on fresh facts right after, so the
 * answer tells what became of it: an approval overrules no rule. It names the hash of the arguments that were shown, and who
 * has a passkey signs them.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import type { ApprovalSigning, Signature } from '../../guard/approval-signing.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { type HeldPolicy, heldAction, heldGuard, rightOnHeld } from '../guards/held.ts';
import type { CommsReader } from '../ports.ts';

export const APPROVE = 'comms.approve';

export interface ApproveParts extends HeldPolicy {
  readonly comms: Pick<CommsReader, 'heldAction'>;
  readonly signing: ApprovalSigning;
}

const part = (max: number) => field.code(max).regex(/^[\w-]+$/, 'must be base64url');

const INPUT = z.object({
  actionId: field.id('act'),
  argsHash: field
    .code(43)
    .optional()
    .describe('As comms_list_held shows it: what was shown is what is approved. People name it always.'),
  note: field.prose(1_000).optional(),
  assertion: z
    .object({
      ceremony: field.code(200),
      credential: part(1_364),
      authenticatorData: part(4_096),
      clientDataJSON: part(4_096),
      signature: part(4_096),
    })
    .optional()
    .describe("The passkey's answer to the challenge of this action; of those who have a passkey."),
});
/** People say what they saw. A program decides by a rule of its own, and reads nothing. */
const shownGuard = guard<z.infer<typeof INPUT>>()({
  id: 'shown',
  stage: 'validate',
  needs: {},
  judge: ({ by, input }) => (by.kind === 'person' && input.argsHash === undefined ? [NO_HASH] : []),
});
const NO_HASH: Deny = {
  is: 'deny',
  code: 'invalid_input',
  say: 'argsHash: name the hash of the arguments that you were shown; comms_list_held has it.',
  source: 'what is approved is what was shown',
};

/** As the server completes it. */
interface Input extends z.infer<typeof INPUT> {
  readonly signature?: Signature | null;
}

export const approve = ({ comms, signing, otherPerson }: ApproveParts): AnyAction =>
  stateAction({
    name: APPROVE,
    version: 1,
    says: 'Approves a held action: it is checked again by every rule and then done.',
    input: INPUT,
    output: z.object({
      actionId: z.string(),
      approved: z.literal(true),
      signed: z.boolean().describe('With the approver’s passkey.'),
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
    guards: [heldGuard(APPROVE, { otherPerson }), shownGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/approvals/{actionId}/approve' },
    needs: { held: heldAction },
    async complete(request) {
      const { by, org, input } = request;
      const held = await comms.heldAction(org, input.actionId);
      if (held === null || rightOnHeld(APPROVE, request, held).is !== 'yes') return input; // which is refused
      const what = { action: held.id, inputHash: held.inputHash };
      const whole: Input = { ...input, signature: await signing.check(by, what, input.assertion ?? null) };
      return whole;
    },
    change({ by, input }, facts) {
      const { actionId, note, signature }: Input = input;
      const { inputHash } = known(facts.held, 'held action');
      const signed = signature?.signed ?? null;
      return {
        writes: [
          ...(signature?.writes ?? []),
          guardWrite('hold.approve', {
            action: actionId,
            by: { kind: by.kind, id: by.id },
            note: note ?? null,
            inputHash,
            signed,
          }),
        ],
        output: { actionId, approved: true as const, signed: signed !== null },
      };
    },
    releases: ({ input }) => input.actionId,
  });
