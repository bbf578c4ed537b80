/**
 * Answers a contact's STOP, START or HELP: one text of the house's own, asked for by the server alone (`answers.ts`). It passes
 * every rule that a message passes, but for three: consent and approval, which are about what an agent wants to say, and the
 * very STOP that it confirms. Whatever rule is added to outreach holds here too.
 *
 * Sent once: the row that owes it is taken in the transaction that admits it, by one of however many servers and rounds try.
 * What certainly did not leave is owed again; what may have left is not repeated.
 */
import * as z from 'zod';
import { type AnyAction, type WorldAction, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Write } from '../../kernel/write.ts';
import { known } from '../../tenancy/known.ts';
import { CONFIRM_OPT_OUT } from '../anomaly-traits.ts';
import { answerShareGuard } from '../guards/answer-share.ts';
import { approvalGuard } from '../guards/approval.ts';
import { consentGuard } from '../guards/consent.ts';
import { outreachGuards } from '../guards/index.ts';
import { mailGuard } from '../guards/mail.ts';
import { type AnswerInput, BEGUN_WITHIN_MS, owedAnswerGuard, owedNeed, ownOptOutGuard } from '../guards/owed-answer.ts';
import { suppressionGuard } from '../guards/suppression.ts';
import { MESSAGE_CHANNELS } from '../message.ts';
import { namedAgent, ownOrganization, recipientPlace } from '../needs.ts';
import { contactOf } from '../recipient.ts';
import { ANSWERED } from '../rules/opt-out-answers.ts';
import { commsWrite } from '../writes.ts';
import { type SendMessageParts, sendMessage } from './send-message.ts';

const MAX_TEXT_CHARS = 1_000;

const INPUT = z.object({
  answers: field.id('msg'),
  said: z.enum(ANSWERED),
  to: field.address(),
  body: field.name(MAX_TEXT_CHARS),
  channel: z.enum(MESSAGE_CHANNELS),
  purpose: z.literal('transactional').default('transactional'),
  subject: field.name().optional(),
});

export function confirmOptOut(parts: SendMessageParts): AnyAction {
  const sending = sendMessage(parts) as WorldAction; // carried, found and concluded as any message is
  const replaced = new Set([suppressionGuard.id, consentGuard.id, approvalGuard(parts.approvalTtlMs).id]);
  const key = (input: AnswerInput) => ({
    contact: known(contactOf(input), 'readable address'),
    said: input.said,
    message: input.answers,
  });

  return worldAction({
    name: CONFIRM_OPT_OUT,
    version: 1,
    says: "Answers a contact's STOP, START or HELP with the house's own text, once.",
    input: INPUT,
    output: sending.output,
    access: 'system:act',
    subject: 'agent',
    risk: 'low',
    forEndedAgents: true,
    guards: [
      ...outreachGuards(parts, INPUT).filter(({ id }) => !replaced.has(id)),
      mailGuard,
      owedAnswerGuard,
      ownOptOutGuard,
      answerShareGuard,
    ],
    doors: [],
    needs: { organization: ownOrganization, agent: namedAgent, place: recipientPlace, owed: owedNeed },
    retry: sending.retry,
    leaseMs: sending.leaseMs,
    beginWithinMs: BEGUN_WITHIN_MS,
    secretContext: sending.secretContext ?? [],
    contact: contactOf,
    spendsOn: ({ channel }) => channel,
    stage(request, facts, mint) {
      const staged = sending.stage(request, facts, mint);
      // the agent has chosen nobody: the house answers
      const kept = staged.writes.filter(({ kind }: Write) => kind !== 'relationship.known');
      return { ...staged, writes: [...kept, commsWrite('answer.take', key(request.input))] };
    },
    execute: (permit) => sending.execute(permit),
    find: async (claimed, signal, now) => (await sending.find?.(claimed, signal, now)) ?? null,
    conclude(claimed, delivery, mint, now) {
      const { writes, output } = sending.conclude(claimed, delivery, mint, now);
      // the agent has not written to anyone: its first message still is one
      const kept = writes.filter(({ kind }: Write) => kind !== 'relationship.reached');
      const notLeft =
        delivery.state === 'cancelled' || (delivery.state === 'failed' && delivery.code === 'provider_unavailable');
      return { writes: notLeft ? [...kept, commsWrite('answer.again', key(claimed.input))] : kept, output };
    },
  });
}
