/** What a passkey has to sign for a held action to be approved: for the caller's browser, in this session, once, for two minutes. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { heldGuard } from '../guards/held.ts';
import { APPROVE, type ApproveParts } from './approve.ts';

export const approvalChallenge = ({ comms, signing, otherPerson }: ApproveParts): AnyAction =>
  readAction({
    name: 'comms.get_approval_challenge',
    version: 1,
    says: 'Gives what your passkey has to sign to approve a held action.',
    input: z.object({ actionId: field.id('act') }),
    output: z.object({
      actionId: z.string(),
      argsHash: z.string(),
      required: z.boolean().describe('False: you have no passkey, and approve without a signature.'),
      ceremony: z.string().nullable(),
      options: z.unknown().describe('For navigator.credentials.get.'),
    }),
    access: 'org:admin',
    subject: 'organization',
    confinedToAgent: true,
    risk: 'low',
    guards: [heldGuard(APPROVE, { otherPerson })],
    doors: ['rest'],
    http: { method: 'GET', path: '/approvals/{actionId}/challenge' },
    async read({ by, org, input: { actionId } }) {
      const argsHash = (await comms.heldAction(org, actionId))?.inputHash;
      if (argsHash === undefined) throw new SallyportError('not_held', 'No such action waits for approval any more.');
      const asked = await signing.ask(by, { action: actionId, inputHash: argsHash });
      const { ceremony, options } = asked ?? { ceremony: null, options: null };
      return { actionId, argsHash, required: asked !== null, ceremony, options };
    },
  });
