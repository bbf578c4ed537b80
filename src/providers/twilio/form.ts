/** Fields of a webhook's form. A field that is repeated counts as missing: two answers to one question are none. */
import type { FormPairs } from '../../shield/form.ts';

/** The value of a field that is there once; null else. */
export function formField(params: FormPairs, name: string): string | null {
  let found: string | null = null;
  for (const [key, value] of params) {
    if (key !== name) continue;
    if (found !== null) return null;
    found = value;
  }
  return found;
}

/** Ids of messages: SMS and MMS. */
export const MESSAGE_SID = /^(?:SM|MM)[0-9a-f]{32}$/i;

const WHATSAPP = 'whatsapp:';

export interface ChannelAddress {
  readonly channel: 'sms' | 'whatsapp';
  /** Without the channel's prefix, as Twilio wrote it. */
  readonly address: string;
}

const MAX_ADDRESS_CHARS = 64;
const PRINTABLE = /^[^\p{C}]+$/u;

/** `whatsapp:+14155550100` or `+14155550100`; null for what is no address. */
export function channelAddress(text: string | null): ChannelAddress | null {
  if (text === null) return null;
  const whatsapp = text.startsWith(WHATSAPP);
  const address = whatsapp ? text.slice(WHATSAPP.length) : text;
  if (address.length > MAX_ADDRESS_CHARS || address.includes(':') || !PRINTABLE.test(address)) return null;
  return { channel: whatsapp ? 'whatsapp' : 'sms', address };
}

export const twilioAddress = (channel: 'sms' | 'whatsapp', address: string): string =>
  channel === 'whatsapp' ? `${WHATSAPP}${address}` : address;
