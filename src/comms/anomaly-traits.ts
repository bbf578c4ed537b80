/** What of an agent's message the anomaly detector looks at. Marketing is the same text to many by its nature, and has consent. */
import type { Traits } from '../guard/anomalies/detector.ts';
import type { OutboundMessage } from './provider-ports.ts';
import { contactOf } from './recipient.ts';

export const CONFIRM_OPT_OUT = 'comms.confirm_opt_out';

const COMPARED_CHARS = 500;
/** All but single spaces, which most texts have alone. */
const SPACES = /[^\S ]\s*| \s+/g;
/** In a message's context when it is the agent's first to the contact. */
export const FIRST = { first: '1' } as const;

/** The same but for case, spaces and the forms of letters. */
export const comparedText = (body: string): string =>
  body.slice(0, COMPARED_CHARS).normalize('NFKC').toLowerCase().replace(SPACES, ' ').trim();

/**
 * Whatever an agent sends to somebody by name of an address, with a text of its own or without. The house's answers to STOP,
 * START and HELP are none of it: else anyone with thirty numbers could have the agent paused.
 */
export const outreachTraits: Traits = ({ action, input, context }) => {
  if (action === CONFIRM_OPT_OUT) return null;
  const { to, channel, body, purpose } = input as Partial<OutboundMessage>;
  if (to === undefined || channel === undefined) return null;
  const contact = contactOf({ to, channel });
  if (contact === null) return null;
  return {
    contact,
    text: body === undefined || purpose === 'marketing' ? null : comparedText(body),
    first: context['first'] !== undefined,
  };
};
