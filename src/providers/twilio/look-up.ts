/**
 * Asks Twilio what became of a message: by its SID, or, where the attempt broke off before there was one, by what it says. The
 * second is a guess that must not be wrong: exactly one message of the right sender, recipient and text, made by the API while
 * the attempt was under way, or none is named.
 *
 * Not narrowed by `DateSent`: a message that still waits at Twilio has none and would be overlooked.
 */
import type { MessageQuestion, MessageReport, VendorAnswer } from '../../comms/provider-ports.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { unread } from '../http/undelivered.ts';
import type { TwilioAccess } from './access.ts';
import { accountPath, read, type TwilioApis, withQuery } from './api.ts';
import { readRefusal } from './errors.ts';
import { MESSAGE_SID, twilioAddress } from './form.ts';
import { priceMicros } from './price.ts';
import { messageStatus } from './status.ts';

const NOTHING: VendorAnswer<null> = { state: 'ok', value: null };
const PAGE_SIZE = 100;
/** A request is given up after seconds; what was made later is another message. */
const MADE_WITHIN_MS = MINUTE_MS;
const TRIAL_PREFIX = 'Sent from your Twilio trial account - ';

export async function lookUp(
  { api }: TwilioApis,
  access: TwilioAccess,
  question: MessageQuestion,
  signal: AbortSignal,
): Promise<VendorAnswer<MessageReport | null>> {
  const { ref } = question;
  if (question.channel === 'email' || (ref !== null && !MESSAGE_SID.test(ref))) return NOTHING;
  const result = await read(api, access, ref === null ? listPath(access, question) : onePath(access, ref), signal);
  if (result.is !== 'answer') return unread('Twilio', result);
  const { status, body } = result;
  if (status === 404) return NOTHING;
  if (status !== 200) return readRefusal(status, body);
  return { state: 'ok', value: ref === null ? theOne(body, question) : reportOf(body) };
}

const onePath = (access: TwilioAccess, ref: string): string => accountPath(access, `Messages/${ref}.json`);

function listPath(access: TwilioAccess, { channel, from, to }: MessageQuestion): string {
  const kind = channel === 'whatsapp' ? 'whatsapp' : 'sms';
  // a messaging service picks the number itself
  const sender = from.startsWith('+') ? { From: twilioAddress(kind, from) } : {};
  const query = { To: twilioAddress(kind, to), ...sender, PageSize: String(PAGE_SIZE) };
  return withQuery(accountPath(access, 'Messages.json'), query);
}

function theOne(body: Json | null, { from, body: text, at }: MessageQuestion): MessageReport | null {
  const messages = listField(body, 'messages');
  const since = Math.floor(at / SECOND_MS) * SECOND_MS; // Twilio tells whole seconds
  // newest first: a full page that does not reach back to the attempt may hide another one that fits
  const oldest = madeAt(messages.at(-1));
  if (textField(body, 'next_page_uri') !== null && !(oldest !== null && oldest < since)) return null;
  const fitting = messages.filter((message) => {
    const made = madeAt(message);
    const sender = from.startsWith('+') || textField(message, 'messaging_service_sid') === from;
    const said = textField(message, 'body');
    return (
      made !== null &&
      made >= since &&
      made <= since + MADE_WITHIN_MS &&
      sender &&
      textField(message, 'direction') === 'outbound-api' &&
      (said === text || said === `${TRIAL_PREFIX}${text}`)
    );
  });
  return fitting.length === 1 ? reportOf(fitting[0]) : null;
}

/** RFC 2822, such as `Thu, 24 Aug 2023 05:01:45 +0000`. */
function madeAt(message: Json | undefined): number | null {
  const ms = Date.parse(textField(message, 'date_created') ?? '');
  return Number.isNaN(ms) ? null : ms;
}

/** Null for what is no outbound message. */
function reportOf(message: Json | undefined): MessageReport | null {
  const ref = textField(message, 'sid');
  const status = messageStatus(textField(message, 'status'));
  if (ref === null || !MESSAGE_SID.test(ref) || status === null) return null;
  const code = field(message, 'error_code');
  const segments = textField(message, 'num_segments') ?? '';
  return {
    status,
    ref,
    errorCode: typeof code === 'number' && Number.isInteger(code) && code > 0 ? String(code) : null,
    // 0 until a messaging service has picked the sender
    segments: /^[1-9]\d{0,2}$/.test(segments) ? Number(segments) : null,
    cost: priceMicros(textField(message, 'price'), textField(message, 'price_unit')),
  };
}
