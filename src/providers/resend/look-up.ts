/** Asks Resend what became of a mail, by its reference. Without one it can't be found: Resend lists no tags. */
import type { MessageQuestion, MessageReport, VendorAnswer } from '../../comms/provider-ports.ts';
import { listField, textField } from '../http/json-field.ts';
import { unread } from '../http/undelivered.ts';
import type { VendorHttp } from '../http/vendor-http.ts';
import { addressOf } from '../mail/normal-mail.ts';
import type { ResendAccess } from './access.ts';
import { RESEND_ID, read } from './api.ts';
import { readRefusal } from './errors.ts';

/** `last_event` of a mail. A complaint and an opening come of a mail that was delivered. */
const STATUS: Readonly<Record<string, MessageReport['status']>> = {
  queued: 'queued',
  scheduled: 'queued',
  sent: 'sent',
  delivery_delayed: 'sent',
  delivered: 'delivered',
  opened: 'delivered',
  clicked: 'delivered',
  complained: 'delivered',
  bounced: 'failed',
  canceled: 'failed',
  failed: 'failed',
  suppressed: 'failed',
};

const NOTHING: VendorAnswer<null> = { state: 'ok', value: null };

export async function lookUp(
  http: VendorHttp,
  access: ResendAccess,
  { channel, ref, from, to }: MessageQuestion,
  signal: AbortSignal,
): Promise<VendorAnswer<MessageReport | null>> {
  if (channel !== 'email' || ref === null || !RESEND_ID.test(ref)) return NOTHING;
  const result = await read(http, access, `/emails/${ref}`, signal);
  if (result.is !== 'answer') return unread('Resend', result);
  const { status, body } = result;
  if (status === 404) return NOTHING;
  if (status !== 200) return readRefusal(status, body);
  const event = textField(body, 'last_event') ?? '';
  const known = Object.hasOwn(STATUS, event) ? STATUS[event]! : null;
  const sender = addressOf(textField(body, 'from') ?? '');
  const reached = listField(body, 'to').some((one) => typeof one === 'string' && addressOf(one) === to);
  const fits = (from === '' || sender === from) && (to === '' || reached);
  if (known === null || !fits || textField(body, 'id') !== ref) return NOTHING;
  const errorCode = known === 'failed' ? event : null;
  return { state: 'ok', value: { status: known, ref, errorCode, segments: null, cost: null } };
}
