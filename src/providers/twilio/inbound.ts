/**
 * An inbound SMS or WhatsApp message, from the form that Twilio posts (after its signature was checked). Pure. Everything in
 * it is from outside: cut to bounds here, and judged, labelled and shown safely by those who take it.
 * https://www.twilio.com/docs/messaging/guides/webhook-request
 */

import type { FormPairs } from '../../shield/form.ts';
import { channelAddress, formField, MESSAGE_SID } from './form.ts';

export interface InboundMedia {
  /** At Twilio, https; needs the account's credentials. */
  readonly url: string;
  readonly contentType: string;
}

export interface InboundMessage {
  readonly channel: 'sms' | 'whatsapp';
  /** As Twilio wrote it, without the channel's prefix; not yet in normal form. */
  readonly from: string;
  readonly to: string;
  /** Untrimmed; empty where the message is media alone. */
  readonly body: string;
  /** What a repeat of the delivery is known by. */
  readonly messageSid: string;
  /** What the sender calls itself on WhatsApp. */
  readonly profileName?: string;
  /** Set where Twilio has taken the message for an opt-out keyword, and answered it. */
  readonly optOutType?: 'STOP' | 'START' | 'HELP';
  readonly media: readonly InboundMedia[];
  readonly numSegments: number;
}

/** WhatsApp's largest text is 4096 characters, an SMS's is 1600. */
const MAX_BODY_CHARS = 16_384;
const MAX_NAME_CHARS = 256;
const MAX_MEDIA = 10;
const MAX_URL_CHARS = 2_048;
const MAX_SEGMENTS = 100;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}$/i;
const OPT_OUT_TYPES = ['STOP', 'START', 'HELP'] as const;

/** Null when there is no telling what message it is, from whom or to whom. */
export function readInbound(params: FormPairs): InboundMessage | null {
  const messageSid = formField(params, 'MessageSid');
  const from = channelAddress(formField(params, 'From'));
  const to = channelAddress(formField(params, 'To'));
  if (messageSid === null || !MESSAGE_SID.test(messageSid) || from === null || to === null) return null;
  if (from.channel !== to.channel) return null;
  const profileName = cut(formField(params, 'ProfileName') ?? '', MAX_NAME_CHARS);
  const told = formField(params, 'OptOutType')?.toUpperCase();
  const optOutType = OPT_OUT_TYPES.find((type) => type === told);
  return {
    channel: from.channel,
    from: from.address,
    to: to.address,
    body: cut(formField(params, 'Body') ?? '', MAX_BODY_CHARS),
    messageSid,
    ...(profileName === '' ? {} : { profileName }),
    ...(optOutType === undefined ? {} : { optOutType }),
    media: mediaOf(params),
    numSegments: Math.min(Math.max(count(formField(params, 'NumSegments')), 1), MAX_SEGMENTS),
  };
}

function mediaOf(params: FormPairs): readonly InboundMedia[] {
  const media: InboundMedia[] = [];
  const told = Math.min(count(formField(params, 'NumMedia')), MAX_MEDIA);
  for (let i = 0; i < told; i++) {
    const url = formField(params, `MediaUrl${i}`);
    const contentType = formField(params, `MediaContentType${i}`) ?? '';
    if (url === null || url.length > MAX_URL_CHARS || URL.parse(url)?.protocol !== 'https:') continue;
    media.push({
      url,
      contentType: MEDIA_TYPE.test(contentType) ? contentType.toLowerCase() : 'application/octet-stream',
    });
  }
  return media;
}

const count = (text: string | null): number => (text !== null && /^\d{1,6}$/.test(text) ? Number(text) : 0);

/** Not between the halves of a surrogate pair. */
const cut = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
