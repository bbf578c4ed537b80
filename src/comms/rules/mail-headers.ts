/**
 * What a mail's header lines may hold. Threat: header injection: a line break in a subject, a name or an address starts a new
 * header, or the body (RFC 5322 §2.2). Values are refused, never cleaned. And the header lines by which a recipient's mail
 * program offers one click to unsubscribe (RFC 2369, RFC 8058).
 */
import type { OutboundMessage } from '../provider-ports.ts';
import { normalMail } from './address.ts';

/** RFC 5322 §2.1.1 says 998 bytes for a line; encoded words take up to three times the text. */
export const MAX_SUBJECT_BYTES = 998;
export const MAX_FILENAME_BYTES = 255;

/** CR, LF, NUL and the other controls; separators that some programs show or fold as line breaks. */
const BREAKS_A_LINE = /[\p{Cc}\u2028\u2029]/u;
/** Makes `gpj.exe` read as `exe.jpg`. */
const CHANGES_DIRECTION = /[\u202a-\u202e\u2066-\u2069]/;

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Whether a value may stand in a header line: one line, whole characters. */
export const isHeaderSafe = (value: string): boolean => value.isWellFormed() && !BREAKS_A_LINE.test(value);

/** What is wrong with it, in a sentence that begins with the field's name; null when nothing is. */
export function subjectProblem(subject: string): string | null {
  if (!isHeaderSafe(subject)) return 'subject: must be one line without control characters.';
  return bytesOf(subject) > MAX_SUBJECT_BYTES ? `subject: at most ${MAX_SUBJECT_BYTES} bytes.` : null;
}

/** A mailbox that a header line is built from: in normal form already, without a display name. */
export const isPlainMailbox = (address: string): boolean => {
  const normal = normalMail(address);
  return normal.ok && normal.value === address;
};

/** Separators of paths on any system, drive letters, and what shells and Windows read otherwise. */
const PATH = /[/\\:*?"<>|]/;
const ONLY_DOTS = /^[.\s]*$/;

export type FilenameProblem = 'not_one_line' | 'a_path' | 'no_name' | 'too_long';

/** @returns null for a name that can be written to a folder as it is, on any system, and stays in it. */
export function filenameProblem(name: string): FilenameProblem | null {
  if (!isHeaderSafe(name) || CHANGES_DIRECTION.test(name)) return 'not_one_line';
  if (PATH.test(name)) return 'a_path';
  if (ONLY_DOTS.test(name)) return 'no_name';
  return bytesOf(name) > MAX_FILENAME_BYTES ? 'too_long' : null;
}

/** A name from outside made one that can be kept: what `filenameProblem` objects to is replaced, the extension stays. */
export function safeFilename(name: string, otherwise: string): string {
  const spelled = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim();
  const dot = spelled.lastIndexOf('.');
  const extension = dot > 0 && bytesOf(spelled.slice(dot)) <= 20 ? spelled.slice(dot) : '';
  const stem = spelled.slice(0, spelled.length - extension.length);
  const short = cutToBytes(stem, MAX_FILENAME_BYTES - bytesOf(extension)) + extension;
  return filenameProblem(short) === null ? short : otherwise;
}

function cutToBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  let cut = '';
  let bytes = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > most) break;
    cut += character;
  }
  return cut;
}

/** The duty's name, as guards state it and the log keeps it. */
export const LIST_UNSUBSCRIBE = 'list-unsubscribe';

/** Whether a mail has to carry the one-click headers: marketing always, the rest when the caller asks for it. */
export const mustListUnsubscribe = ({
  channel,
  purpose,
  unsubscribe,
}: Pick<OutboundMessage, 'channel' | 'purpose' | 'unsubscribe'>): boolean =>
  channel === 'email' && (purpose === 'marketing' || unsubscribe === true);

/** No brackets, commas, spaces or anything else that ends the address in a header (RFC 2369 §2). */
const HEADER_URL = /^https:\/\/[!#-+\--;=?-~]+$/;
const MAX_URL_CHARS = 900;

/**
 * RFC 8058 §3.1: exactly one HTTPS address, with the token of this recipient in it, and the line that makes it one click. The
 * address must take a POST without cookies, must not redirect, and must not unsubscribe on GET.
 * @returns null for an address that can't be used so: a mail that needs it must not leave without it.
 */
export function listUnsubscribe(
  url: string,
): Readonly<Record<'List-Unsubscribe' | 'List-Unsubscribe-Post', string>> | null {
  if (url.length > MAX_URL_CHARS || !HEADER_URL.test(url) || !URL.canParse(url)) return null;
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
