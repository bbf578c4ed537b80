/**
 * What Twilio's errors are here, in one table (https://www.twilio.com/docs/api/errors). By its code where that says more than
 * the HTTP status, else by the status. Sentences are our own: Twilio's quote the number that the request was about.
 *
 * A refusal (4xx) certainly did not happen. Of a 5xx nobody can say, and of a redirect neither: Twilio's create-message takes
 * no idempotency key, so those are `unknown` and never repeated.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import { field } from '../http/json-field.ts';

type Code = 'provider_rejected' | 'provider_unavailable' | 'outcome_unknown' | 'invalid_input' | 'not_found';

export interface TwilioRefusal {
  readonly state: 'failed' | 'unknown';
  readonly code: Code;
  readonly say: string;
  readonly vendorCode?: string;
}

const REJECTED: Readonly<Record<string, string>> = {
  '20003': 'Twilio refused the credentials',
  '20005': 'The Twilio account is not active',
  '20008': 'The credentials are test credentials, which can not do this',
  '10002': 'A Twilio trial account can not do this',
  '21211': 'Twilio does not know the number',
  '21214': 'Twilio can not reach the number',
  '21217': 'Twilio does not know the number',
  '21265': 'The number can not be a short code',
  '21404': 'A Twilio trial account may have no more numbers',
  '21408': "The country is not switched on in the account's messaging geographic permissions",
  '21421': 'Twilio does not sell this number',
  '21422': 'The number is no longer for sale',
  '21452': 'Twilio has no number for sale in that area',
  '21602': 'Twilio takes no message without a text',
  '21603': 'The sender is missing',
  '21604': 'The recipient is missing',
  '21606': 'The sender is not a number of this account that can send messages',
  '21608': 'A Twilio trial account sends to verified numbers alone',
  '21609': 'Twilio can not call the status callback: PUBLIC_URL must be an https address that the internet reaches',
  '21610': 'The recipient has opted out with Twilio',
  '21612': 'Twilio has no route from this sender to the number',
  '21614': 'The number can not receive messages: it is no mobile number',
  '21615': 'A number of this country needs an address, registered with Twilio first',
  '21617': 'The text is longer than 1600 characters',
  '21619': 'The message has neither text nor media',
  '21631': 'A number of this country needs an address, registered with Twilio first',
  '21649': 'A number of this country needs a regulatory bundle, approved by Twilio first',
  '21654': 'The template does not exist',
  '21656': "The template's variables are not valid",
  '21703': 'The messaging service has no sender',
  '21705': 'The messaging service does not exist',
  '30034': 'Carriers in the United States block the sender: it is not registered for A2P 10DLC',
  '572002': 'A Twilio trial account sends to this number from the trial number assigned to it alone',
  '572005': 'A Twilio trial account sends to verified numbers alone, and this one is not verified yet',
  '63003': 'The number is not on WhatsApp',
  '63007': 'The sender is not a WhatsApp sender of this account',
  '63014': 'The recipient has blocked the sender on WhatsApp',
  '63015': "The recipient has not joined the account's WhatsApp sandbox",
  '63016': 'WhatsApp takes free text within 24 hours of the last inbound message alone',
  '63024': 'The number is not on WhatsApp',
  '63033': 'The recipient has opted out on WhatsApp',
};

/** HTTP statuses whose meaning does not depend on the code. */
const BY_STATUS: Readonly<Record<number, Omit<TwilioRefusal, 'vendorCode'>>> = {
  307: {
    state: 'failed',
    code: 'provider_unavailable',
    say: 'Twilio sent the request elsewhere, which is not followed',
  },
  308: {
    state: 'failed',
    code: 'provider_unavailable',
    say: 'Twilio sent the request elsewhere, which is not followed',
  },
  401: { state: 'failed', code: 'provider_rejected', say: 'Twilio refused the credentials' },
  404: { state: 'failed', code: 'not_found', say: 'Twilio does not know it' },
  408: { state: 'unknown', code: 'outcome_unknown', say: 'Twilio gave up on the request' },
  429: {
    state: 'failed',
    code: 'provider_unavailable',
    say: 'Twilio is asked too often and has not taken the request; it is safe to send it again later',
  },
};

/** Twilio's error code in an answer, as text: one to six digits. */
export function vendorCodeOf(body: Json | null): string | null {
  const code = field(body, 'code');
  return typeof code === 'number' && Number.isInteger(code) && code > 0 && code < 1_000_000 ? String(code) : null;
}

/** What an answer other than a success means for a request that changes something. */
export function refusal(status: number, body: Json | null): TwilioRefusal {
  const vendorCode = vendorCodeOf(body);
  const told = (base: Omit<TwilioRefusal, 'vendorCode'>): TwilioRefusal => ({
    ...base,
    say: vendorCode === null ? `${base.say} (HTTP ${status}).` : `${base.say} (Twilio error ${vendorCode}).`,
    ...(vendorCode === null ? {} : { vendorCode }),
  });
  const refused = status >= 400 && status < 500;
  const meaning = refused && status !== 429 && vendorCode !== null ? REJECTED[vendorCode] : undefined;
  if (meaning !== undefined) return told({ state: 'failed', code: 'provider_rejected', say: meaning });
  if (vendorCode === '20429' && refused) return told(BY_STATUS[429]!);
  const byStatus = BY_STATUS[status];
  if (byStatus !== undefined) return told(byStatus);
  if (refused) return told({ state: 'failed', code: 'provider_rejected', say: 'Twilio refused the request' });
  return told({
    state: 'unknown',
    code: 'outcome_unknown',
    say: 'Twilio failed; the request may or may not have been carried out',
  });
}

/** The same for a request that only reads: a failure at Twilio's side has changed nothing. */
export function readRefusal(status: number, body: Json | null): TwilioRefusal {
  const told = refusal(status, body);
  return told.state === 'failed'
    ? told
    : { ...told, state: 'failed', code: 'provider_unavailable', say: `Twilio failed to answer (HTTP ${status}).` };
}
