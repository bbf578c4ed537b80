/**
 * A message that a provider delivers. Its opt-out is read in code and in force with the row itself, before any agent or
 * model sees the text, whatever the standing of the agent. The text is untrusted from here on.
 *
 * The door has verified the provider and gives the delivery's own id as idempotency key, so that a repeat changes nothing.
 * A delivery that was taken before changes nothing, though its key has run out: Twilio's signature holds no time, and an old
 * START must not lift a later STOP.
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
import { commsFacts } from '../facts.ts';
import { MESSAGE_CHANNELS, type MessageChannel, type OptOutMark } from '../message.ts';
import { optOutWrites } from '../opt-out-writes.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';
import { deliveredAddress, isUnaddressableSender } from '../rules/delivered-address.ts';
import { readInbound } from '../rules/opt-out.ts';
import { commsWrite } from '../writes.ts';

interface Delivered {
  readonly from: string;
  readonly body: string;
  readonly channel: MessageChannel;
  readonly subject?: string | undefined;
  readonly ownWords?: string | undefined;
  readonly told?: 'stop' | undefined;
  readonly providerRef: string;
}

const beforeNeed = need<Delivered>()(commsFacts.deliveredMessage, ({ agent, input }) =>
  agent === null ? null : { agent, ref: input.providerRef },
);

const STOPS: ReadonlySet<OptOutMark | null> = new Set(['stop', 'stop-intent']);

/** Success must not be reported of an opt-out that suppresses nobody. */
const senderGuard = guard<Delivered>()({
  id: 'sender',
  stage: 'validate',
  needs: {},
  judge({ input }) {
    const { from, channel } = input;
    const address = deliveredAddress(channel, from);
    if (address.ok || isUnaddressableSender(channel, from) || !STOPS.has(markOf(input))) return [];
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
      told: z.literal('stop').optional().describe('The provider itself took it for an opt-out, whatever its words.'),
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
    needs: { before: beforeNeed },
    contact: ({ channel, from }) => senderAddress(channel, from),
    change({ by, org, agent: named, input, now }, { before }, mint) {
      if (before !== null) return { writes: [], output: { messageId: before.id, optOut: before.optOut } };
      const optOut = markOf(input);
      const { channel, body, to, providerRef } = input;
      const contact = senderAddress(channel, input.from);
      const agent = known(named, 'agent');
      const id = mint.id('msg');
      const label: Label = { integrity: 'untrusted', readers: [`organization:${org}`, `sender:${id}`], sources: [id] };
      const row = { id, agent, channel, contact, to, body, optOut, label, action: mint.action, providerRef, at: now };
      const mail = { subject: input.subject ?? null, attachments: input.attachments ?? [] };
      return {
        writes: [
          ...optOutWrites(optOut, { contact, channel, source: id, by: by.id, at: now }, mint),
          commsWrite('message.inbound', { ...row, ...mail }),
          guardWrite('context.join', { agent, label }),
        ],
        output: { messageId: id, optOut },
      };
    },
  });

/** What is no address (a sender's name, "PARCELCO") is kept as it came: nobody can write to it. */
function senderAddress(channel: MessageChannel, from: string): string {
  const address = deliveredAddress(channel, from);
  return address.ok ? address.value : from;
}

/** Of a mail the subject may be the whole message ("UNSUBSCRIBE", with an empty or a quoted body). */
function markOf({ body, channel, subject, ownWords, told }: Delivered): OptOutMark | null {
  if (told === 'stop') return 'stop';
  const { is } = readInbound(ownWords ?? body);
  if (is === 'none' && channel === 'email' && readInbound(subject ?? '').is === 'stop') return 'stop';
  return is === 'none' ? null : is;
}
