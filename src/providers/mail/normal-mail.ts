/** From the parts of a mail, whoever took it apart, to `InboundMail`: addresses in normal form, texts cut, files made safe. */
import { looksExecutable, startsAsProgram } from '../../comms/rules/attachments.ts';
import { deliveredAddress } from '../../comms/rules/delivered-address.ts';
import { htmlText } from '../../comms/rules/html-text.ts';
import { safeFilename } from '../../comms/rules/mail-headers.ts';
import { ownWords } from '../../comms/rules/own-words.ts';
import { INBOUND_LIMITS, type InboundAttachment, type InboundMail } from './inbound-mail.ts';
import { type HeaderLine, isVouchedFor } from './vouched.ts';

export interface MailParts {
  readonly from: string;
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly text: string | null;
  readonly html: string | null;
  /** A header's first value, or null; names in lower case. */
  readonly header: (name: string) => string | null;
  /** All lines from the top; null where their order is not known. */
  readonly lines: readonly HeaderLine[] | null;
  readonly attachments: readonly AttachmentParts[];
  readonly omitted: readonly string[];
}

export interface AttachmentParts {
  readonly filename: string | null;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export function normalMail(parts: MailParts): InboundMail {
  const { from, to, replyTo, subject, messageId, header } = parts;
  const omitted = [...parts.omitted];
  const text = parts.text !== null && parts.text.trim() !== '' ? parts.text : htmlText(parts.html ?? '');
  if (text.length > INBOUND_LIMITS.textChars) omitted.push('The end of the text: the mail is very long.');
  const kept = text.slice(0, INBOUND_LIMITS.textChars).toWellFormed();
  const author = addressOf(from);
  const answers = replyTo.map(addressOf).find((address) => address !== author) ?? null;
  return {
    from: author,
    to: to.slice(0, INBOUND_LIMITS.recipients).map(addressOf),
    replyTo: answers,
    subject: oneLine(subject, INBOUND_LIMITS.subjectChars),
    messageId: messageIds(messageId)[0] ?? null,
    inReplyTo: messageIds(header('in-reply-to') ?? '')[0] ?? null,
    references: messageIds(header('references') ?? '').slice(-INBOUND_LIMITS.references),
    text: kept,
    reply: ownWords(kept),
    automatic: isAutomatic(header),
    authenticated: parts.lines !== null && isVouchedFor(parts.lines, author),
    ...attachmentsOf(parts.attachments, omitted),
  };
}

const MAX_FROM_CHARS = 20_000;

/** The mailbox in a `From`, in normal form; what can't be read stays as it came, on one line. */
export function addressOf(raw: string): string {
  const address = deliveredAddress('email', oneLine(raw, MAX_FROM_CHARS)); // behind a name of any length
  return address.ok ? address.value : oneLine(raw, 998);
}

const oneLine = (text: string, most: number): string =>
  text
    .slice(0, most)
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

/** RFC 5322 §3.6.4, printable ASCII alone, so that one can be put into a header again. */
const messageIds = (text: string): readonly string[] => text.slice(0, 20_000).match(/<[!-;=?-~]{1,500}>/g) ?? [];

/** RFC 3834 §5, RFC 2919, and what older programs put. */
function isAutomatic(header: MailParts['header']): boolean {
  const submitted = header('auto-submitted')?.trim().toLowerCase() ?? 'no';
  if (!submitted.startsWith('no')) return true;
  if (/^\s*(?:bulk|list|junk|auto_reply)\b/i.test(header('precedence') ?? '')) return true;
  if (header('return-path')?.trim() === '<>') return true;
  return ['list-id', 'x-autoreply', 'x-autorespond', 'x-auto-response-suppress'].some((name) => header(name) !== null);
}

const TYPE = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/;

function attachmentsOf(all: readonly AttachmentParts[], omitted: string[]) {
  const attachments: InboundAttachment[] = [];
  let bytes = 0;
  let left = 0;
  for (const [i, { filename, contentType, content }] of all.entries()) {
    if (attachments.length === INBOUND_LIMITS.attachments || bytes + content.length > INBOUND_LIMITS.attachedBytes) {
      left++;
      continue;
    }
    bytes += content.length;
    const name = safeFilename(filename ?? '', `attachment-${i + 1}`);
    const stated = (contentType.toLowerCase().split(';')[0] ?? '').trim();
    const type = TYPE.test(stated) ? stated : 'application/octet-stream';
    const executable = looksExecutable(name, type) || startsAsProgram(content);
    attachments.push({ filename: name, contentType: type, content, executable });
  }
  if (left > 0) omitted.push(`${left} attachment${left === 1 ? '' : 's'}: too many or too large.`);
  return { attachments, omitted };
}
