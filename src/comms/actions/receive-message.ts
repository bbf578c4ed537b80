/**
 * A message that a provider delivers. Its opt-out is read in code and in force with the row itself, before any agent or
 * model sees the text, whatever the standing of the agent. The text is untrusted from here on.
 *
 * The door has verified the provider and gives the delivery's own id as idempotency key, so that a repeat changes nothing.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Label } from '../../guard/label.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { namedContact } from '../contact.ts';
import { MAX_BODY_CHARS } from '../guards/recipient.ts';
import { MESSAGE_CHANNELS, type OptOutMark } from '../message.ts';
import { optOutWrites } from '../opt-out-writes.ts';
import { readInbound } from '../rules/opt-out.ts';
import { commsWrite } from '../writes.ts';

export const receiveMessage = (): AnyAction =>
  stateAction({
    name: 'comms.receive_message',
    version: 1,
    says: 'Takes in a message that a provider delivers for an agent, and acts on an opt-out in it.',
    input: z.object({
      from: field.address(),
      to: field.address(),
      body: field.prose(MAX_BODY_CHARS.email),
      channel: z.enum(MESSAGE_CHANNELS),
      providerRef: field.code(200),
    }),
    output: z.object({ messageId: z.string(), optOut: z.string().nullable() }),
    access: 'provider:deliver',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['webhook'],
    needs: {},
    change({ by, org, agent: named, input, now }, _facts, mint) {
      const optOut = markOf(input.body);
      const { channel, body, to, providerRef } = input;
      // a sender's name instead of a number ("PARCELCO") is no address: kept as it came, nobody can write to it
      const address = namedContact({ contact: input.from, channel });
      const contact = address.ok ? address.value : input.from;
      const agent = known(named, 'agent');
      const id = mint.id('msg');
      const label: Label = { integrity: 'untrusted', readers: [`organization:${org}`, `sender:${id}`], sources: [id] };
      const row = { id, agent, channel, contact, to, body, optOut, label, action: mint.action, providerRef, at: now };
      return {
        writes: [
          ...optOutWrites(optOut, { contact, channel, source: id, by: by.id, at: now }, mint),
          commsWrite('message.inbound', row),
          guardWrite('context.join', { agent, label }),
        ],
        output: { messageId: id, optOut },
      };
    },
  });

function markOf(body: string): OptOutMark | null {
  const { is } = readInbound(body);
  return is === 'none' ? null : is;
}
