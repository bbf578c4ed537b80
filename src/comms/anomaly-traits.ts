/** What of an agent's message the anomaly detector looks at. Marketing is the same text to many by its nature, and has consent. */
import type { Traits } from '../guard/anomalies/detector.ts';
import type { OutboundMessage } from './provider-ports.ts';
import { contactOf } from './recipient.ts';

const COMPARED_CHARS = 500;
/** In a message's context when it is the agent's first to the contact. */
export const FIRST = { first: '1' } as const;

/** The same but for case, spaces and the forms of letters. */
export const comparedText = (body: string): string =>
  body.slice(0, COMPARED_CHARS).normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

export const messageTraits: Traits = ({ action, input, context }) => {
  if (action !== 'comms.send_message') return null;
  const message = input as OutboundMessage;
  const contact = contactOf(message);
  if (contact === null) return null;
  return {
    contact,
    text: message.purpose === 'marketing' ? null : comparedText(message.body),
    first: context['first'] !== undefined,
  };
};
