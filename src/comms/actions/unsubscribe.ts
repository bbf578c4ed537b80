/**
 * The one click of RFC 8058: whoever brings the unforgeable token of a mail's address is taken to be its recipient, and
 * nothing more is asked. It can only ever stop mail.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { secretEqual } from '../../kernel/equal.ts';
import type { MessageId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts } from '../facts.ts';
import { optOutWrites } from '../opt-out-writes.ts';
import { secretHash } from '../sending.ts';

interface Input {
  readonly messageId: MessageId;
  readonly secret: string;
}

const messageNeed = need<Input>()(commsFacts.sentMessage, ({ agent, input }) =>
  agent === null ? null : { agent, id: input.messageId },
);

const recipientGuard = guard<Input>()({
  id: 'recipient-of-mail',
  stage: 'comply',
  needs: { message: messageNeed },
  judge: ({ input }, { message }) =>
    message?.channel === 'email' && message.callback !== null && secretEqual(secretHash(input.secret), message.callback)
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: 'This address is not one that was given out.',
            source: 'token of the mail',
          },
        ],
});

export const unsubscribe = (): AnyAction =>
  stateAction({
    name: 'comms.unsubscribe',
    version: 1,
    says: 'Takes in a one-click unsubscription of the recipient of a mail.',
    input: z.object({ messageId: field.id('msg'), secret: field.code(64) }),
    output: z.object({ status: z.literal('unsubscribed') }),
    access: 'provider:deliver',
    subject: 'agent',
    risk: 'low',
    guards: [recipientGuard],
    doors: ['webhook'],
    needs: { message: messageNeed },
    change({ input, by, now }, facts, mint) {
      const { contact } = known(facts.message, 'message');
      const said = { channel: 'email', source: input.messageId, by: by.id, at: now } as const;
      return {
        // an erased person is on no list by name and gets no mail either
        writes: contact === null ? [] : optOutWrites('stop', { ...said, contact }, mint),
        output: { status: 'unsubscribed' as const },
      };
    },
  });
