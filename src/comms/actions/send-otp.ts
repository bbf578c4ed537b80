/**
 * Sends a one-time code. It reaches a person, so it passes every rule that a message passes; what is judged is the text with
 * stars in the code's place, which is as long.
 *
 * The code is made when the action becomes ready, not when it is asked for: one that waited for an approval is as fresh as any.
 * It stands sealed in the action's row until it left, and nowhere else but as a keyed hash; nobody but the person is told.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Claimed } from '../../guard/permit.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { createDispatch, LEASE_MS } from '../dispatch.ts';
import { asMessage } from '../guards/as-message.ts';
import { codeFrequencyGuard } from '../guards/code-frequency.ts';
import { nameContentGuard } from '../guards/content.ts';
import { type OutreachPolicy, outreachGuards } from '../guards/index.ts';
import { MESSAGE_CHANNELS, MESSAGE_STATUSES, type MessageChannel, type MessageStatus } from '../message.ts';
import { namedAgent, ownOrganization, ownRelationship } from '../needs.ts';
import {
  CODE_TTL_MS,
  type CodeId,
  type CodePlace,
  DEFAULT_CODE_PURPOSE,
  MAX_CODE_ATTEMPTS,
  mintCode,
} from '../one-time-code/code.ts';
import { CODE_LANGUAGES, type CodeLanguage, codeText, HIDDEN_CODE, shortName } from '../one-time-code/text.ts';
import type { OutboundMessage, Vendors } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { chosen } from '../relationship.ts';
import { reserveFor } from '../reserve.ts';
import { isSandboxAddress } from '../rules/sandbox.ts';
import { callbackHash, contextOf, sendingOf, stored } from '../sending.ts';
import { commsWrite } from '../writes.ts';

/** A code that could not leave within a minute would be half used up when it arrives. */
const BEGIN_WITHIN_MS = MINUTE_MS;

export const codePurpose = () =>
  field
    .code(40)
    .regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be lower-case letters, digits, dots, dashes and underscores')
    .default(DEFAULT_CODE_PURPOSE)
    .describe('What the code is for, such as login. Codes for different purposes do not replace each other.');

interface Input {
  readonly to: string;
  readonly channel: MessageChannel;
  readonly purpose: string;
  readonly language: CodeLanguage;
}

const messageWith = ({ to, channel, language }: Input, code: string, name: string): OutboundMessage => ({
  to,
  channel,
  ...codeText(channel, language, code, name),
});
/** What rules look at: the longest and dearest that the text can be. */
const judged = (input: Input): OutboundMessage => messageWith(input, HIDDEN_CODE, shortName('\u0436'.repeat(100)));

type Context = Claimed['context'];
const placeOf = ({ agent, input }: Pick<Claimed<Input>, 'agent' | 'input'>): CodePlace => ({
  agent: known(agent, 'agent'),
  contact: known(contactOf(input), 'readable address'),
  purpose: input.purpose,
});

function answer(input: Input, context: Context, status: MessageStatus, cost: number) {
  const { messageId, mode } = contextOf(context);
  const to = known(contactOf(input), 'readable address');
  const code = context['code'];
  const shown = mode === 'sandbox' && isSandboxAddress(to) && code !== undefined;
  return {
    codeId: context['codeId'] ?? '',
    messageId,
    status,
    expiresIn: CODE_TTL_MS / SECOND_MS,
    cost,
    to,
    sandbox: mode === 'sandbox',
    ...(shown ? { sandboxCode: code } : {}),
  };
}

const INPUT = z.object({
  to: field
    .address()
    .describe('The recipient: a phone number in international form, such as +14155550100, or a mail address.'),
  channel: z.enum(MESSAGE_CHANNELS).default('sms'),
  purpose: codePurpose(),
  language: z.enum(CODE_LANGUAGES).default('en').describe('Of the text around the code.'),
});

export interface SendOtpParts extends OutreachPolicy {
  readonly vendors: Pick<Vendors, 'accounts'>;
}

export function sendOtp(parts: SendOtpParts): AnyAction {
  const dispatch = createDispatch(parts);
  return worldAction({
    name: 'comms.send_otp',
    version: 1,
    says: 'Sends one person a one-time code of six digits, which comms_verify_otp checks and only that person is told.',
    input: INPUT,
    output: z.object({
      codeId: z.string(),
      messageId: z.string(),
      status: z.enum(MESSAGE_STATUSES),
      expiresIn: z.number().describe(`Seconds. At most ${MAX_CODE_ATTEMPTS} attempts; a new code ends this one.`),
      cost: z.number().describe('Micro-units of USD: what is reserved, then what it cost.'),
      to: z.string(),
      sandbox: z.boolean(),
      sandboxCode: z
        .string()
        .optional()
        .describe('In sandbox and for the documented test addresses alone, which nobody has: the code, to try it out.'),
    }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'high',
    guards: [
      ...asMessage(judged, [...outreachGuards(parts, INPUT), codeFrequencyGuard]),
      nameContentGuard(parts.contentPolicy),
    ],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent, relationship: ownRelationship },
    retry: dispatch.retry,
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    secretContext: ['callback', 'unsubscribe', 'code'],
    dropsSecretContext: true,
    contact: contactOf,
    mayUse: (input) => ({ cost: reserveFor(judged(input))?.cost ?? null }),
    spendsOn: ({ channel }) => channel,
    stage({ input, label, now }, facts, mint) {
      const agent = known(facts.agent, 'agent');
      const { mode, name: organization } = known(facts.organization, 'organisation');
      const name = shortName(organization);
      const code = mintCode((n) => mint.bytes(n));
      const shown = messageWith(input, HIDDEN_CODE, name);
      const { cost } = known(reserveFor(judged(input)), 'price');
      const { segments } = known(reserveFor(shown), 'price');
      const sending = sendingOf({ input: shown, agent, mode, segments, cost, now }, mint);
      const id: CodeId = mint.id('otc');
      const place = placeOf({ agent: agent.id, input });
      const context: Context = { ...stored(sending), name, codeId: id, code };
      return {
        writes: [
          ...chosen({ agent: agent.id, input, label }, facts.relationship),
          commsWrite('code.put', { ...place, id, code, at: now, expiresAt: now + CODE_TTL_MS }),
          commsWrite('message.outbound', {
            id: sending.messageId,
            agent: agent.id,
            channel: input.channel,
            contact: place.contact,
            from: sending.from,
            purpose: shown.purpose,
            segments,
            cost,
            label,
            action: mint.action,
            at: now,
            callback: callbackHash(sending),
            shown: { body: shown.body, subject: shown.subject ?? null },
          }),
        ],
        output: answer(input, context, 'queued', cost),
        context,
      };
    },
    outbound: ({ input, context }) =>
      messageWith(input, known(context['code'] ?? null, 'code'), known(context['name'] ?? null, 'name')),
    execute: dispatch.carry,
    conclude(claimed, delivery, mint, now) {
      const { input, context } = claimed;
      const place = placeOf(claimed);
      const reached = { channel: input.channel, contact: place.contact };
      const { status, cost, writes } = dispatch.concluded(claimed, reached, delivery, mint, now);
      const certainlyNot = delivery.state === 'failed' || delivery.state === 'cancelled';
      const id = (context['codeId'] ?? '') as CodeId;
      return {
        writes: certainlyNot ? [...writes, commsWrite('code.drop', { ...place, id })] : writes,
        output: answer(input, context, status, cost),
      };
    },
  });
}
