/**
 * What a provider tells of a message that it took: by a callback, or asked. States only move forward, whatever the order in
 * which news arrives; an outcome that was unknown is settled by it, and so is the price, which comes last.
 *
 * A callback by SMS or WhatsApp must bring the secret of its own address, besides the signature that the door has verified:
 * whoever may sign for an account can still not report on a message that is not its own. Mail's events carry none; their
 * door signs for one mailbox.
 */
import * as z from 'zod';
import { type AnyAction, type Mint, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { secretEqual } from '../../kernel/equal.ts';
import type { ActionId, AgentId, MessageId } from '../../kernel/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts, type SentMessage, type SuppressionReason } from '../facts.ts';
import { contactFence } from '../fences.ts';
import { OPTED_OUT, optOutWrites } from '../opt-out-writes.ts';
import { secretHash } from '../sending.ts';
import { commsWrite } from '../writes.ts';

/** Who reports: the id of the principal that this server is when it asked the provider itself. */
export const ASKED = 'provider:asked';

const REPORTED = ['queued', 'sent', 'delivered', 'failed'] as const;
/** What a report says of the recipient's address, besides the message's state. */
const MARKS = ['bounce', 'complaint'] as const satisfies readonly SuppressionReason[];

interface Input {
  readonly messageId: MessageId;
  readonly callback?: string | undefined;
  readonly status: (typeof REPORTED)[number];
  readonly errorCode?: string | undefined;
  readonly cost?: number | undefined;
  readonly mark?: (typeof MARKS)[number] | undefined;
  readonly asked?: number | undefined;
}

const messageNeed = need<Input>()(commsFacts.sentMessage, ({ agent, input }) =>
  agent === null ? null : { agent, id: input.messageId },
);

const reporterGuard = guard<Input>()({
  id: 'reporter',
  stage: 'comply',
  needs: { message: messageNeed },
  judge({ input, by }, { message }) {
    if (message === null)
      return [{ is: 'deny', code: 'not_found', say: 'There is no such message.', source: 'messages of the agent' }];
    if (by.id === ASKED || message.channel === 'email') return [];
    const brought = secretHash(input.callback ?? '');
    return message.callback !== null && secretEqual(brought, message.callback)
      ? []
      : [
          {
            is: 'deny',
            code: 'forbidden',
            say: 'This is not the address that was given out for this message.',
            source: 'secret of the callback',
          },
        ];
  },
});

/** How long to wait after the first question, the second and so on; after the last the provider is asked no more. */
const ASK_AFTER_MS = [5 * MINUTE_MS, 30 * MINUTE_MS, 3 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS];

export const reportDelivery = (): AnyAction =>
  stateAction({
    name: 'comms.report_delivery',
    version: 1,
    says: 'Takes in what a provider tells of a message: its state, its error, its price.',
    input: z.object({
      messageId: field.id('msg'),
      callback: field.code(64).optional(),
      status: z.enum(REPORTED),
      providerRef: field.code(200),
      errorCode: field.code(100).optional(),
      segments: z.int().min(0).max(1_000).optional(),
      cost: z.int().min(0).max(1_000_000_000).optional().describe('Micro-units of USD.'),
      mark: z.enum(MARKS).optional(),
      asked: z.int().min(0).optional().describe('How often the provider has been asked, when it was.'),
    }),
    output: z.object({ messageId: z.string(), status: z.enum(REPORTED), actionId: z.string() }),
    access: 'provider:deliver',
    subject: 'agent',
    risk: 'low',
    guards: [reporterGuard],
    doors: ['webhook'],
    needs: { message: messageNeed },
    change({ input, agent: named, by, now }, facts, mint) {
      const agent = known(named, 'agent');
      const message = known(facts.message, 'message');
      const { messageId: id, status, cost } = input;
      const writes: Write[] = [];
      if (status !== 'queued') {
        writes.push(
          commsWrite('message.status', {
            agent,
            id,
            status,
            providerRef: input.providerRef,
            errorCode: input.errorCode ?? null,
            cost: null,
          }),
        );
      }
      if (cost !== undefined)
        writes.push(commsWrite('message.price', { agent, id, cost, segments: input.segments ?? null }));
      writes.push(...marked(input, message, { by: by.id, id, at: now }, mint));
      writes.push(...nextQuestion(agent, input, message, now));
      return { writes, output: { messageId: id, status, actionId: message.action } };
    },
    reports({ input: { status, providerRef, errorCode, cost } }, { actionId }) {
      const charged = cost === undefined ? {} : { cost };
      const vendorCode = errorCode === undefined ? {} : { vendorCode: errorCode };
      const say = 'The provider could not deliver it.';
      return {
        action: actionId as ActionId,
        delivery:
          status === 'failed'
            ? { state: 'failed', code: 'provider_rejected', say, ...vendorCode, ...charged }
            : { state: 'ok', ref: providerRef, ...charged },
      };
    },
  });

/** What the report says of the person: an opt-out that only the provider knew of, an address that takes no mail, a complaint. */
function marked(
  { mark, errorCode }: Input,
  { contact, channel }: SentMessage,
  { by, id, at }: { readonly by: string; readonly id: MessageId; readonly at: number },
  mint: Mint,
): readonly Write[] {
  if (contact === null) return [];
  if (OPTED_OUT.has(errorCode ?? '')) return optOutWrites('stop', { contact, channel, source: id, by, at }, mint);
  if (mark === undefined) return [];
  const entry = { id: mint.id('sup'), contact, channel, reason: mark, source: id, by, action: mint.action, at };
  return [commsWrite('suppression.add', entry), guardWrite('fence.bump', contactFence(contact))];
}

/** When to ask next, after an answer; nothing more is asked once the message has ended and has its price. Mail has none. */
function nextQuestion(
  agent: AgentId,
  { messageId: id, status, cost, asked }: Input,
  { channel }: SentMessage,
  now: number,
): readonly Write[] {
  const ended = (status === 'delivered' || status === 'failed') && (cost !== undefined || channel === 'email');
  if (asked === undefined && !ended) return [];
  const wait = ended ? undefined : ASK_AFTER_MS[(asked ?? 1) - 1];
  return [commsWrite('message.ask', { agent, id, at: wait === undefined ? null : now + wait })];
}
