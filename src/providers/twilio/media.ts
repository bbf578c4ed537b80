/**
 * The files of an MMS or a WhatsApp message, fetched from where Twilio keeps them, with the account's credentials. Within
 * bounds: what is too large, too slow or not to be had is named in a remark, and the message is kept without it.
 * https://www.twilio.com/docs/messaging/api/media-resource
 */
import type { Attachment, Credentials } from '../../comms/provider-ports.ts';
import { looksExecutable, startsAsProgram } from '../../comms/rules/attachments.ts';
import { toBase64 } from '../../kernel/encoding.ts';
import { twilioAccess } from './access.ts';
import type { InboundMedia } from './inbound.ts';

/** The bytes behind an https address, or null when they can't be had or are more than `maxBytes`. Must not throw. */
export type FetchMedia = (
  url: string,
  how: { readonly maxBytes: number; readonly authorization: string; readonly signal: AbortSignal },
) => Promise<Uint8Array | null>;

export interface FetchedMedia {
  readonly attachments: readonly Attachment[];
  /** What was left out, a sentence each. */
  readonly omitted: readonly string[];
}

/** Twilio's own bound for a message's media is 5 MB in sum for MMS, 16 MB a file for WhatsApp. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_TOTAL_BYTES = 10 * 1024 * 1024;

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['audio/ogg', 'ogg'],
  ['audio/mpeg', 'mp3'],
  ['audio/amr', 'amr'],
  ['video/mp4', 'mp4'],
  ['video/3gpp', '3gp'],
  ['application/pdf', 'pdf'],
  ['text/vcard', 'vcf'],
  ['text/x-vcard', 'vcf'],
  ['text/plain', 'txt'],
]);

export async function fetchTwilioMedia(
  media: readonly InboundMedia[],
  credentials: Credentials,
  fetchMedia: FetchMedia,
  signal: AbortSignal,
): Promise<FetchedMedia> {
  const access = twilioAccess(credentials);
  if (access === null || media.length === 0) return { attachments: [], omitted: [] };
  const authorization = access.headers['authorization'] ?? '';
  const fetched = await Promise.all(
    media.map(async ({ url, contentType }, n) => {
      const content = isTwilios(url)
        ? await fetchMedia(url, { maxBytes: MAX_FILE_BYTES, authorization, signal })
        : null;
      return { filename: `media-${n + 1}.${EXTENSIONS.get(contentType) ?? 'bin'}`, contentType, content };
    }),
  );
  const attachments: Attachment[] = [];
  const omitted: string[] = [];
  let total = 0;
  for (const { filename, contentType, content } of fetched) {
    total += content?.length ?? 0;
    if (content === null) omitted.push(`${filename}: it could not be fetched, or is too large`);
    else if (total > MAX_TOTAL_BYTES) omitted.push(`${filename}: the files are too large together`);
    else if (looksExecutable(filename, contentType) || startsAsProgram(content)) omitted.push(`${filename}: a program`);
    else attachments.push({ filename, contentType, content: toBase64(content) });
  }
  return { attachments, omitted };
}

/** The credentials are for Twilio, whatever address a form names. */
const isTwilios = (url: string): boolean => /(?:^|\.)twilio\.com$/.test(URL.parse(url)?.hostname ?? '');
