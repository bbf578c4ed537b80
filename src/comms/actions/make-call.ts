/**
 * Calls a person by an AI's voice. What is judged is what is called: the row freezes the input, the context fixes who
 * calls, what is said before anything else and how long it may take. Where nobody carries calls yet, an admitted call is
 * cancelled and gives back what it took; a dry run tells of every rule.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { type Calling, callingIn, callingOf, stored } from '../calling.ts';
import { CALLS_NOT_CARRIED } from '../guards/channel.ts';
import { nameContentGuard } from '../guards/content.ts';
import { type OutreachPolicy, outreachGuards } from '../guards/index.ts';
import { beginningWithin } from '../lawful.ts';
import { PURPOSES } from '../message.ts';
import { namedAgent, ownOrganization, ownRelationship, recipientPlace } from '../needs.ts';
import type { CallCarrier, OutboundCall, ProviderName } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { chosen } from '../relationship.ts';
import { reserveFor } from '../reserve.ts';
import { OPENING_LANGUAGES } from '../rules/call-opening.ts';
import { commsWrite } from '../writes.ts';

const LEASE_MS = 30 * SECOND_MS;
/** A call that was allowed a while ago may come at a bad time. */
const BEGIN_WITHIN_MS = 2 * MINUTE_MS;

const STATUSES = ['queued', 'placed', 'failed', 'unknown', 'cancelled'] as const;
type Status = (typeof STATUSES)[number];
const STATUS_OF: Record<Delivery['state'], Status> = {
  ok: 'placed',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'cancelled',
};

const answer = (input: OutboundCall, { callId, from, mode, opening }: Calling, status: Status, cost: number) => ({
  callId,
  status,
  from,
  to: known(contactOf(input), 'readable address'),
  opening,
  cost,
  sandbox: mode === 'sandbox',
});

const INPUT = z.object({
  to: field.phone().describe('Whom to call: a phone number in international form, such as +14155550100.'),
  channel: z.literal('voice').default('voice').describe('Always voice.'),
  purpose: z
    .enum(PURPOSES)
    .default('transactional')
    .describe('Why: transactional, marketing, or conversational (they wrote or called first).'),
  greeting: field
    .prose(1_000)
    .optional()
    .describe('What the agent says first, after the opening that the law asks for.'),
  systemPrompt: field.prose(10_000).optional().describe('How the AI that speaks is to behave.'),
  voice: field.code(64).optional().describe("The carrier's name of a voice."),
  language: field
    .code(35)
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 'must be a language such as en or fr-CA')
    .default('en')
    .describe(
      `BCP 47, such as en-US. In ${OPENING_LANGUAGES.join(', ')} the server says that an AI calls; in others the greeting's first sentence must.`,
    ),
  record: z.boolean().default(false).describe('Record the call; it is announced first.'),
});

export function makeCall(parts: OutreachPolicy): AnyAction {
  const { calls } = parts.carriers;
  const carrierOf = ({ mode, provider }: Calling): CallCarrier | undefined =>
    mode === 'sandbox' ? calls?.sandbox : calls?.production[provider as ProviderName];

  return worldAction({
    name: 'comms.make_call',
    version: 1,
    says: 'Calls one person by an AI voice, after every rule on consent, opt-out, calling hours, disclosure, recording, limits, budget and approval has agreed.',
    input: INPUT,
    output: z.object({
      callId: z.string(),
      status: z.enum(STATUSES),
      from: z.string().describe('Empty where nobody carries calls.'),
      to: z.string(),
      opening: z.string().describe('What is said before the greeting.'),
      cost: z.number().describe('Micro-units of USD: what is reserved, then what it cost.'),
      sandbox: z.boolean(),
    }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'high',
    // the prompt is read by the model alone
    guards: [
      ...outreachGuards(parts, INPUT.omit({ systemPrompt: true }), INPUT),
      nameContentGuard(parts.contentPolicy),
    ],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent, relationship: ownRelationship, place: recipientPlace },
    retry: () => 'never',
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    contact: contactOf,
    mayUse: (input) => ({ cost: reserveFor(input)?.cost ?? null }),
    stage({ input, label, now }, facts, mint) {
      const calling = callingOf(input, known(facts.agent, 'agent'), known(facts.organization, 'organisation'), mint);
      return {
        writes: chosen({ agent: known(facts.agent, 'agent').id, input, label }, facts.relationship),
        output: answer(input, calling, 'queued', calling.cost),
        context: stored(calling),
        ...beginningWithin(input, facts.place, now, BEGIN_WITHIN_MS),
      };
    },
    async execute(permit) {
      const carrier = carrierOf(callingIn(permit.action.context));
      return carrier?.place(permit) ?? { state: 'cancelled', code: 'provider_not_configured', say: CALLS_NOT_CARRIED };
    },
    conclude({ input, context, agent }, delivery) {
      const calling = callingIn(context);
      const { state } = delivery;
      const mayHaveRung = state === 'ok' || state === 'unknown';
      const cost = delivery.state === 'unknown' ? calling.cost : (delivery.cost ?? (mayHaveRung ? calling.cost : 0));
      const output = answer(input, calling, STATUS_OF[state], cost);
      const reached = { agent: known(agent, 'agent'), contact: output.to, channel: 'voice' } as const;
      return { writes: mayHaveRung ? [commsWrite('relationship.reached', reached)] : [], output };
    },
  });
}
