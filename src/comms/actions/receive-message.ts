/**
 * A message that a provider delivers. Its opt-out is read in code and in force with the row itself, before any agent or
 * model sees the text, whatever the standing of the agent. The text is untrusted from here on.
 *
 * The door has verified the provider and gives the delivery's own id as idempotency key, so that a repeat changes nothing.
 * A delivery that was taken before changes nothing, though its key has run out: Twilio's signature holds no time, and an old
 * START must not lift a later STOP.
 *
 * An opt-out that is new here, a START that lifts one and a HELP call for one answer, which is owed from the same transaction on
 * (`answers.ts` sends it): none where the provider has answered already, and none to a mail whose author nobody vouches for or
 * that a program wrote, because whoever is named in it would get what they never asked for. START by mail lifts nothing
 * without that vouching either.
 *
 * No text is refused for what it holds. The one refusal is an opt-out whose sender can't be read: it would bind nobody, so
 * the provider is told to deliver again and the fault is seen.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { Label } from '../../guard/label.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { commsFacts, type Suppression } from '../facts.ts';
import { MESSAGE_CHANNELS, type MessageChannel, type OptOutMark } from '../message.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { optOutWrites } from '../opt-out-writes.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';
import { deliveredAddress, isUnaddressableSender } from '../rules/delivered-address.ts';
import { type Inbound, readInbound } from '../rules/opt-out.ts';
import type { Answered } from '../rules/opt-out-answers.ts';
import type { OptOutLanguage } from '../rules/opt-out-words.ts';
import { senderOf } from '../sender.ts';
import { commsWrite } from '../writes.ts';

interface Delivered {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly channel: MessageChannel;
  readonly subject?: string | undefined;
  readonly ownWords?: string | undefined;
  readonly told?: Answered | undefined;
  readonly authenticated?: boolean | undefined;
  readonly automatic?: boolean | undefined;
  readonly providerRef: string;
}

const beforeNeed = need<Delivered>()(commsFacts.deliveredMessage, ({ agent, input }) =>
  agent === null ? null : { agent, ref: input.providerRef },
);

const senderSuppressions = need<Delivered>()(commsFacts.suppressions, ({ input }) => {
  const address = deliveredAddress(input.channel, input.from);
  return address.ok ? address.value : null;
});

const STOPS: ReadonlySet<OptOutMark | null> = new Set(['stop', 'stop-intent']);

/** Success must not be reported of an opt-out that suppresses nobody. */
const senderGuard = guard<Delivered>()({
  id: 'sender',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const { from, channel } = input;
    const address = deliveredAddress(channel, from);
    if (address.ok || isUnaddressableSender(channel, from) || !STOPS.has(readMark(input).mark)) return [];
    const say = `from: the message asks to stop, and its sender can't be read. ${ADDRESS_PROBLEMS[address.error]}`;
    return [{ is: 'deny', code: 'invalid_input', say, source: 'an opt-out must not be lost', fact: 'field from' }];
  },
});

export const receiveMessage = (): AnyAction =>
  stateAction({
    name: 'comms.receive_message',
    version: 2,
    says: 'Takes in a message that a provider delivers for an agent, and acts on an opt-out in it.',
    input: z.object({
      /** As it came: whoever it names, the message comes in. */
      from: field.inbound(1_000),
      to: field.address(),
      body: field.inbound(),
      channel: z.enum(MESSAGE_CHANNELS),
      providerRef: field.code(200),
      subject: field.inbound(1_000).optional(),
      /** Of a mail: what the sender wrote, without what is quoted; an opt-out is read from this. */
      ownWords: field.inbound().optional(),
      told: z
        .enum(['stop', 'start', 'help'])
        .optional()
        .describe('What the provider itself took it for, whatever its words, and has answered.'),
      authenticated: z
        .boolean()
        .optional()
        .describe('Of a mail: the provider vouches that it comes from the domain in its From.'),
      automatic: z.boolean().optional().describe('Of a mail: a program wrote it (RFC 3834).'),
      attachments: z
        .array(
          z.strictObject({
            filename: field.inbound(255),
            contentType: field.inbound(100),
            content: field.bytes(14_000_000),
          }),
        )
        .max(20)
        .optional(),
    }),
    output: z.object({ messageId: z.string(), optOut: z.string().nullable() }),
    access: 'provider:deliver',
    subject: 'agent',
    risk: 'low',
    guards: [senderGuard],
    doors: ['webhook'],
    needs: {
      before: beforeNeed,
      suppressions: senderSuppressions,
      organization: ownOrganization,
      agentRow: namedAgent,
    },
    contact: ({ channel, from }) => senderAddress(channel, from),
    change({ by, org, agent: named, input, now }, { before, suppressions, organization, agentRow }, mint) {
      if (before !== null) return { writes: [], output: { messageId: before.id, optOut: before.optOut } };
      const { mark: optOut, language } = readMark(input);
      const { channel, body, to, providerRef } = input;
      const contact = senderAddress(channel, input.from);
      const agent = known(named, 'agent');
      const id = mint.id('msg');
      const label: Label = { integrity: 'untrusted', readers: [`organization:${org}`, `sender:${id}`], sources: [id] };
      const vouched = channel !== 'email' || input.authenticated === true;
      const arrived = { channel, contact, to, body, optOut, vouched, providerRef };
      const row = { ...arrived, id, agent, label, action: mint.action, at: now };
      const mail = { subject: input.subject ?? null, attachments: input.attachments ?? [] };
      const stopped = (suppressions ?? []).some((entry) => isStopOn(channel, entry));
      const said = vouchedFor(input) ? answeredBy(optOut, stopped) : null;
      const sender = organization && agentRow ? senderOf(agentRow, organization.mode, channel) : null;
      const reached = deliveredAddress(channel, to);
      const answerable =
        input.told === undefined && deliveredAddress(channel, input.from).ok && reached.ok && reached.value === sender;
      const effective = optOut === 'start' && !vouchedFor(input) ? null : optOut;
      return {
        writes: [
          ...optOutWrites(effective, { contact, channel, source: id, by: by.id, at: now }, mint),
          ...(said !== null && answerable
            ? [
                commsWrite('answer.owe', {
                  message: id,
                  agent,
                  contact,
                  said,
                  channel,
                  sender: reached.value,
                  language,
                  at: now,
                }),
              ]
            : []),
          commsWrite('message.inbound', { ...row, ...mail }),
          guardWrite('context.join', { agent, label }),
        ],
        output: { messageId: id, optOut },
      };
    },
  });

/** The words of a text message come from the phone that it names; those of a mail from whoever wrote it. */
const vouchedFor = ({ channel, authenticated, automatic }: Delivered): boolean =>
  channel !== 'email' || (authenticated === true && automatic !== true);

const isStopOn = (channel: MessageChannel, entry: Suppression): boolean =>
  entry.reason === 'stop' && entry.scope === 'organization' && entry.channel === channel;

/** A STOP that repeats another, or a "yes" that lifts none, is no news to anyone. */
function answeredBy(mark: OptOutMark | null, stopped: boolean): Answered | null {
  switch (mark) {
    case 'stop':
    case 'stop-intent':
      return stopped ? null : 'stop';
    case 'start':
      return stopped ? 'start' : null;
    case 'help':
      return 'help';
    default:
      return null;
  }
}

/** What is no address (a sender's name, "PARCELCO") is kept as it came: nobody can write to it. */
function senderAddress(channel: MessageChannel, from: string): string {
  const address = deliveredAddress(channel, from);
  return address.ok ? address.value : from;
}

interface Read {
  readonly mark: OptOutMark | null;
  readonly language: OptOutLanguage;
}
const languageIn = (read: Inbound): OptOutLanguage => ('language' in read ? read.language : 'en');

/** Of a mail the subject may be the whole message ("UNSUBSCRIBE", with an empty or a quoted body). */
function readMark({ body, channel, subject, ownWords, told }: Delivered): Read {
  const read = readInbound(ownWords ?? body);
  const language = languageIn(read);
  if (told === 'stop') return { mark: 'stop', language };
  if (read.is !== 'none') return { mark: read.is, language };
  if (channel === 'email') {
    const title = readInbound(subject ?? '');
    if (title.is === 'stop' || (title.is === 'stop-intent' && !ANSWERING.test(subject ?? '')))
      return { mark: title.is, language: languageIn(title) };
  }
  return { mark: told ?? null, language };
}

/** The subject of an answer is ours. */
const ANSWERING = /^\s*(?:re|aw|sv|rv|fwd?|wg|tr)\s*:/i;
