/**
 * What a contact's own words about being contacted change (settled §16). STOP ends everything at that address: each channel
 * of its kind, every agent's consent, and what is on its way. START lifts a STOP on its own channel, and nothing else: no
 * consent comes back, and an administrator's entry stays.
 */
import type { Mint } from '../guard/action.ts';
import { guardWrite } from '../guard/writes.ts';
import type { Write } from '../kernel/write.ts';
import { CHANNELS, type Channel } from '../tenancy/agent.ts';
import { contactFence } from './fences.ts';
import type { OptOutMark } from './message.ts';
import { CHANNEL_ADDRESS } from './rules/channel.ts';
import { commsWrite } from './writes.ts';

export interface Said {
  /** In normal form. */
  readonly contact: string;
  readonly channel: Channel;
  /** Where the words are kept. */
  readonly source: string;
  /** The principal that delivered them. */
  readonly by: string;
  readonly at: number;
}

/** A provider's codes for an opt-out that it knows of and we do not: Twilio's 21610 by SMS; 63033 and its successor 63014 by WhatsApp. */
export const OPTED_OUT: ReadonlySet<string> = new Set(['21610', '63033', '63014']);

type Effect = (said: Said, mint: Mint) => readonly Write[];

const stop: Effect = ({ contact, channel, source, by, at }, mint) => {
  const how = { source, by, action: mint.action, at };
  const reached = CHANNELS.filter((other) => CHANNEL_ADDRESS[other] === CHANNEL_ADDRESS[channel]);
  return [
    ...reached.map((one) =>
      commsWrite('suppression.add', { id: mint.id('sup'), contact, channel: one, reason: 'stop', ...how }),
    ),
    commsWrite('consent.revoke', { id: mint.id('cns'), agent: null, contact, channel: null, ...how }),
    guardWrite('fence.bump', contactFence(contact)),
  ];
};

const start: Effect = ({ contact, channel }) => [
  commsWrite('suppression.remove', { contact, channel, reason: 'stop' }),
];
const nothing: Effect = () => [];

const EFFECT: Record<OptOutMark, Effect> = { stop, 'stop-intent': stop, start, help: nothing, mention: nothing };

export const optOutWrites = (mark: OptOutMark | null, said: Said, mint: Mint): readonly Write[] =>
  mark === null ? [] : EFFECT[mark](said, mint);
