/**
 * WhatsApp senders (https://www.twilio.com/docs/whatsapp/api/senders): found among the account's own, their webhooks set.
 *
 * Not every account may use that API. Where it may not, what can be proven is that the number is the account's, as one of its
 * phone numbers or because the account has received WhatsApp messages on it; its webhooks can't be set, so a person is told
 * which addresses to paste where. What can't be proven is not bound: anyone could claim another's number.
 */
import type { SenderHooks, VendorAnswer } from '../../comms/provider-ports.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { undelivered, unread } from '../http/undelivered.ts';
import type { TwilioAccess } from './access.ts';
import { accountPath, read, SENDERS_PATH, type TwilioApis, update, withQuery } from './api.ts';
import { readRefusal, refusal } from './errors.ts';
import { twilioAddress } from './form.ts';
import { findAddress } from './numbers.ts';

const SENDER_SID = /^XE[0-9a-f]{32}$/i;
const PAGE_SIZE = '100';
const MAX_PAGES = 10;

export interface BoundWhatsApp {
  /** The sender's SID, or its address where the API does not name it. */
  readonly ref: string;
  readonly todo: readonly string[];
}

export async function bindWhatsApp(
  apis: TwilioApis,
  access: TwilioAccess,
  address: string,
  hooks: SenderHooks,
  signal: AbortSignal,
): Promise<VendorAnswer<BoundWhatsApp>> {
  const found = await findSender(apis, access, address, signal);
  if (found === 'closed') return bindByHand(apis, access, address, hooks, signal);
  if (found.state !== 'ok') return found;
  const set = await setWebhook(apis, access, found.value, hooks, signal);
  return set.state === 'ok' ? { state: 'ok', value: { ref: found.value, todo: [] } } : set;
}

/** Takes the webhooks off. What was bound by hand must be taken off by hand. */
export async function unbindWhatsApp(
  apis: TwilioApis,
  access: TwilioAccess,
  ref: string,
  signal: AbortSignal,
): Promise<VendorAnswer<null>> {
  if (!SENDER_SID.test(ref)) return { state: 'ok', value: null };
  return setWebhook(apis, access, ref, { inbound: '', status: '' }, signal, 'or gone');
}

async function setWebhook(
  { messaging }: TwilioApis,
  access: TwilioAccess,
  ref: string,
  { inbound, status: callback }: SenderHooks,
  signal: AbortSignal,
  gone?: 'or gone',
): Promise<VendorAnswer<null>> {
  const webhook = {
    callback_url: inbound,
    callback_method: 'POST',
    status_callback_url: callback,
    status_callback_method: 'POST',
  };
  const result = await update(messaging, access, `${SENDERS_PATH}/${ref}`, { webhook }, signal);
  if (result.is !== 'answer') return undelivered('Twilio', result);
  const { status, body } = result;
  if ((status >= 200 && status < 300) || (status === 404 && gone !== undefined)) return { state: 'ok', value: null };
  return refusal(status, body);
}

/** The SID of the account's sender with exactly this address; `closed` where the account may not use the API. */
async function findSender(
  { messaging }: TwilioApis,
  access: TwilioAccess,
  address: string,
  signal: AbortSignal,
): Promise<VendorAnswer<string> | 'closed'> {
  const wanted = twilioAddress('whatsapp', address);
  let page: Readonly<Record<string, string>> | null = {};
  for (let i = 0; page !== null && i < MAX_PAGES; i++) {
    const path = withQuery(SENDERS_PATH, { Channel: 'whatsapp', PageSize: PAGE_SIZE, ...page });
    const result = await read(messaging, access, path, signal);
    if (result.is !== 'answer') return unread('Twilio', result);
    const { status, body } = result;
    if (status === 403 || status === 404) return 'closed';
    if (status !== 200) return readRefusal(status, body);
    const sender = listField(body, 'senders').find((one) => textField(one, 'sender_id') === wanted);
    const sid = textField(sender, 'sid');
    if (sid !== null && SENDER_SID.test(sid)) return { state: 'ok', value: sid };
    page = nextPage(body);
  }
  return { state: 'failed', code: 'not_found', say: `${address} is not a WhatsApp sender of this Twilio account.` };
}

/** Only the page's name is taken from the answer, never its address. */
function nextPage(body: Parameters<typeof textField>[0]): Readonly<Record<string, string>> | null {
  const next = URL.parse(textField(field(body, 'meta'), 'next_page_url') ?? '')?.searchParams;
  const token = next?.get('PageToken');
  return token === null || token === undefined ? null : { Page: next?.get('Page') ?? '1', PageToken: token };
}

async function bindByHand(
  apis: TwilioApis,
  access: TwilioAccess,
  address: string,
  hooks: SenderHooks,
  signal: AbortSignal,
): Promise<VendorAnswer<BoundWhatsApp>> {
  const owned = await findAddress(apis, access, address, signal);
  if (owned.state !== 'ok') return owned;
  if (owned.value === null) {
    const used = await hasReceivedOn(apis, access, address, signal);
    if (used.state !== 'ok') return used;
    if (!used.value) {
      const say = `Nothing shows that ${address} belongs to this Twilio account: it is none of its phone numbers, it has received no WhatsApp message on it, and its list of WhatsApp senders can not be read. Send one WhatsApp message to the number, then bind it again.`;
      return { state: 'failed', code: 'not_found', say };
    }
  }
  const todo = [
    `This account's WhatsApp senders can not be set up through Twilio's API. In Twilio's console open Messaging > Senders > WhatsApp senders, and there the sender ${address} (of the WhatsApp sandbox: Messaging > Try it out > Send a WhatsApp message > Sandbox settings).`,
    `Paste into "Webhook URL for incoming messages", method HTTP POST: ${hooks.inbound}`,
    `Paste into "Status callback URL", method HTTP POST: ${hooks.status}`,
  ];
  return { state: 'ok', value: { ref: twilioAddress('whatsapp', address), todo } };
}

/** Whether Twilio has routed an inbound WhatsApp message for this number to the account. */
async function hasReceivedOn(
  { api }: TwilioApis,
  access: TwilioAccess,
  address: string,
  signal: AbortSignal,
): Promise<VendorAnswer<boolean>> {
  const query = { To: twilioAddress('whatsapp', address), PageSize: '20' };
  const result = await read(api, access, withQuery(accountPath(access, 'Messages.json'), query), signal);
  if (result.is !== 'answer') return unread('Twilio', result);
  if (result.status !== 200) return readRefusal(result.status, result.body);
  const received = listField(result.body, 'messages').some(
    (message) => textField(message, 'direction') === 'inbound' && textField(message, 'to') === query.To,
  );
  return { state: 'ok', value: received };
}
