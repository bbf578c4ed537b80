/**
 * Fetches a mail that came in at Resend: its event tells of it and holds no text (https://resend.com/docs/api-reference/emails/
 * retrieve-received-email). Bounded in number and size; what can't be had is left out and told, because a mail without its
 * attachment is better than none.
 *
 * Attachments lie behind addresses that an answer names: they are fetched through an injected `download`, which has to keep to
 * public addresses (SSRF). Without its text a mail can't be read for an opt-out: the caller has to see that it failed.
 */
import type { VendorAnswer } from '../../comms/provider-ports.ts';
import { readInbound } from '../../comms/rules/opt-out.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { unread } from '../http/undelivered.ts';
import type { VendorHttp } from '../http/vendor-http.ts';
import { INBOUND_LIMITS, type InboundMail } from '../mail/inbound-mail.ts';
import { type AttachmentParts, normalMail } from '../mail/normal-mail.ts';
import { MAX_RAW_BYTES, parseMail } from '../mail/parse.ts';
import type { ResendAccess } from './access.ts';
import { RESEND_ID, read } from './api.ts';
import { readRefusal } from './errors.ts';

/** The bytes behind an https address, or null when they can't be had or are more than `maxBytes`. Must not throw. */
export type Download = (
  url: string,
  limits: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<Uint8Array | null>;

/** JSON of a mail's texts: what is longer is no letter. */
const MAX_MAIL_BYTES = 8 * 1024 * 1024;

export async function fetchReceived(
  { http, download }: { readonly http: VendorHttp; readonly download: Download },
  access: ResendAccess,
  emailId: string,
  signal: AbortSignal,
): Promise<VendorAnswer<InboundMail>> {
  if (!RESEND_ID.test(emailId))
    return { state: 'failed', code: 'invalid_input', say: 'The reference is no mail of Resend.' };
  const result = await read(http, access, `/emails/receiving/${emailId}`, signal, MAX_MAIL_BYTES);
  if (result.is !== 'answer') return unread('Resend', result);
  if (result.status !== 200) return readRefusal(result.status, result.body);
  const mail = result.body;
  const from = textField(mail, 'from');
  if (textField(mail, 'id') !== emailId || from === null)
    return { state: 'failed', code: 'provider_unavailable', say: "Resend's answer is about another mail." };
  const text = textField(mail, 'text');
  const html = textField(mail, 'html');
  if (text === null && html === null) {
    const raw = await fromRaw(mail, download, signal);
    if (raw !== null) return { state: 'ok', value: raw };
  }
  const files =
    listField(mail, 'attachments').length === 0
      ? { attachments: [], omitted: [] }
      : await attachmentsOf({ http, download }, access, emailId, signal);
  const value = normalMail({
    from,
    to: [...texts(mail, 'to'), ...texts(mail, 'cc')],
    replyTo: texts(mail, 'reply_to'),
    subject: textField(mail, 'subject') ?? '',
    messageId: textField(mail, 'message_id') ?? '',
    text,
    html,
    header: headerOf(field(mail, 'headers')),
    lines: null,
    ...files,
  });
  return { state: 'ok', value: { ...value, authenticated: await isVouched(value, mail, download, signal) } };
}

/** Only where it matters who wrote is the mail fetched as it came: for words that ask to stop, to start again, or for help. */
async function isVouched(value: InboundMail, mail: Json, download: Download, signal: AbortSignal): Promise<boolean> {
  const said = [value.reply, value.subject].map((text) => readInbound(text).is);
  if (!said.some((is) => is !== 'none' && is !== 'mention')) return false;
  const raw = await fromRaw(mail, download, signal);
  return raw?.authenticated === true && raw.from === value.from;
}

const texts = (json: Json, name: string): readonly string[] =>
  listField(json, name).filter((one) => typeof one === 'string');

/** Names in whatever case they came. */
function headerOf(headers: Json): (name: string) => string | null {
  const found = new Map<string, string>();
  if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) {
      const first = Array.isArray(value) ? value[0] : value;
      if (typeof first === 'string' && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), first);
    }
  }
  return (name) => found.get(name) ?? null;
}

async function fromRaw(mail: Json, download: Download, signal: AbortSignal): Promise<InboundMail | null> {
  const url = httpsUrl(textField(field(mail, 'raw'), 'download_url'));
  const raw = url === null ? null : await download(url, { maxBytes: MAX_RAW_BYTES, signal });
  const parsed = raw === null ? null : await parseMail(raw);
  return parsed?.ok === true ? parsed.value : null;
}

async function attachmentsOf(
  { http, download }: { readonly http: VendorHttp; readonly download: Download },
  access: ResendAccess,
  emailId: string,
  signal: AbortSignal,
): Promise<{ readonly attachments: readonly AttachmentParts[]; readonly omitted: readonly string[] }> {
  const path = `/emails/receiving/${emailId}/attachments?limit=${INBOUND_LIMITS.attachments}`;
  const result = await read(http, access, path, signal);
  if (result.is !== 'answer' || result.status !== 200)
    return { attachments: [], omitted: ['The attachments: Resend did not list them.'] };
  const listed = listField(result.body, 'data').slice(0, INBOUND_LIMITS.attachments);
  const attachments: AttachmentParts[] = [];
  let room: number = INBOUND_LIMITS.attachedBytes;
  for (const one of listed) {
    const url = httpsUrl(textField(one, 'download_url'));
    const size = field(one, 'size');
    if (url === null || room === 0 || (typeof size === 'number' && size > room)) continue;
    const content = await download(url, { maxBytes: room, signal });
    if (content === null || content.length > room) continue;
    room -= content.length;
    const contentType = textField(one, 'content_type') ?? '';
    attachments.push({ filename: textField(one, 'filename'), contentType, content });
  }
  const missing = listed.length - attachments.length;
  const omitted =
    missing === 0 ? [] : [`${missing} attachment${missing === 1 ? '' : 's'}: too large, or not to be had.`];
  if (field(result.body, 'has_more') === true) omitted.push('Further attachments: too many.');
  return { attachments, omitted };
}

const httpsUrl = (url: string | null): string | null =>
  url !== null && url.length <= 4_096 && URL.parse(url)?.protocol === 'https:' ? url : null;
