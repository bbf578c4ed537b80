/**
 * The recipient can be reached and the text fits. Numbers must be valid and outside the ranges that toll fraud lives on
 * (`rules/address.ts`). Whether the person wants to be reached is for suppression and consent.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import { MAX_INSPECTED_CHARS } from '../../guard/input/detectors.ts';
import type { MessageChannel } from '../message.ts';
import { type Outreach, recipientOf } from '../recipient.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';

/**
 * UTF-16 units. SMS: what carriers join from parts; WhatsApp: its own limit; mail: what is inspected, so that no part of it
 * leaves unread. The greatest bounds the schema, so a text too long for its channel costs no more than one that is not.
 */
export const MAX_BODY_CHARS = { sms: 1_600, whatsapp: 4_096, email: MAX_INSPECTED_CHARS } as const satisfies Record<
  MessageChannel,
  number
>;

type Input = Outreach & { readonly body?: string | undefined };

export const recipientGuard = guard<Input>()({
  id: 'recipient',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const findings: Deny[] = [];
    const recipient = recipientOf(input);
    const problem = recipient.ok ? recipient.value.refused : recipient.error;
    if (problem !== null) {
      const code = recipient.ok ? 'recipient_not_reachable' : 'invalid_input';
      const source = recipient.ok ? 'addresses that may be sent to' : 'form of addresses';
      findings.push({
        is: 'deny',
        code,
        say: `to: ${ADDRESS_PROBLEMS[problem]}`,
        source,
        fact: `field to: ${problem}`,
      });
    }
    const most = input.channel === 'voice' ? null : MAX_BODY_CHARS[input.channel];
    if (input.body !== undefined && most !== null && input.body.length > most) {
      findings.push({
        is: 'deny',
        code: 'invalid_input',
        say: `body: at most ${most} characters on ${input.channel}; this has ${input.body.length}.`,
        source: `longest text on ${input.channel}`,
        fact: `field body: ${input.body.length} of ${most} characters`,
      });
    }
    return findings;
  },
});
