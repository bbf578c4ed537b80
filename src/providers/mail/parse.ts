/**
 * A raw MIME message (RFC 5322, 2045–2049) to `InboundMail`. Threat: mails that are built to cost: endless nesting, headers
 * without end, hundreds of thousands of empty parts, messages within messages. What exceeds a limit is refused before or while it
 * is parsed, so that work and memory grow with the length of the mail alone. Messages within it stay attachments, unread.
 *
 * Does not check who sent it (SPF, DKIM, DMARC): the server that took it in has to, and `vouched.ts` reads what it found.
 */
import PostalMime, { type Address, type Email } from 'postal-mime';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { InboundMail } from './inbound-mail.ts';
import { normalMail } from './normal-mail.ts';

export const MAX_RAW_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 20;
const MAX_HEADER_BYTES = 256 * 1024;
/** Lines that may begin a part: `--` at their start. Texts have some of their own. */
const MAX_PART_LINES = 2_000;

export type UnreadableMail = 'too_large' | 'too_complex' | 'not_a_mail';

/** Never throws. */
export async function parseMail(raw: Uint8Array): Promise<Result<InboundMail, UnreadableMail>> {
  if (raw.length > MAX_RAW_BYTES) return err('too_large');
  if (dashedLines(raw) > MAX_PART_LINES) return err('too_complex');
  let mail: Email;
  try {
    mail = await PostalMime.parse(raw, {
      maxNestingDepth: MAX_DEPTH,
      maxHeadersSize: MAX_HEADER_BYTES,
      maxRfc822NestingDepth: 0,
      forceRfc822Attachments: true,
      attachmentEncoding: 'arraybuffer',
    });
  } catch (fault) {
    return err(fault instanceof Error && fault.message.startsWith('Maximum') ? 'too_complex' : 'not_a_mail');
  }
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? null;
  const [from] = mailboxes(mail.from === undefined ? [] : [mail.from]);
  if (from === undefined) return err('not_a_mail');
  return ok(
    normalMail({
      from,
      to: mailboxes([...(mail.to ?? []), ...(mail.cc ?? [])]),
      replyTo: mailboxes(mail.replyTo ?? []),
      subject: mail.subject ?? '',
      messageId: mail.messageId ?? '',
      text: mail.text ?? null,
      html: mail.html ?? null,
      header,
      lines: mail.headers,
      attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
        filename,
        contentType: mimeType,
        content: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
      })),
      omitted: [],
    }),
  );
}

/** Groups are taken apart; a mailbox without an address is left out. */
const mailboxes = (addresses: readonly Address[]): string[] =>
  addresses
    .flatMap((one) => (one.group === undefined ? [one.address] : one.group.map(({ address }) => address)))
    .filter((address): address is string => address !== undefined && address !== '');

const DASH = 0x2d;
const LINE_FEED = 0x0a;

function dashedLines(raw: Uint8Array): number {
  let count = 0;
  for (let at = 0; at !== -1 && at < raw.length; ) {
    if (raw[at] === DASH && raw[at + 1] === DASH) count++;
    const end = raw.indexOf(LINE_FEED, at);
    at = end === -1 ? -1 : end + 1;
  }
  return count;
}
