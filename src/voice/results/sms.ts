/** Sending a text message, as a function's answer says it. */
import { someText } from './option.ts';

export interface SendSmsOptions {
  readonly toNumber: string;
  readonly fromNumber: string;
  readonly body?: string;
  /** Addresses of pictures and the like. */
  readonly media?: readonly string[];
  readonly tags?: readonly string[];
  readonly region?: string;
}

/** @throws TypeError with neither a body nor media. */
export function sendSmsVerb(options: SendSmsOptions): Readonly<Record<string, unknown>> {
  const { toNumber, fromNumber, body = '', media = [], tags = [], region } = options;
  if (body === '' && media.length === 0) throw new TypeError('An SMS needs a body, media or both.');
  return {
    send_sms: {
      to_number: someText('toNumber', toNumber),
      from_number: someText('fromNumber', fromNumber),
      ...(body !== '' && { body }),
      ...(media.length > 0 && { media }),
      ...(tags.length > 0 && { tags }),
      region,
    },
  };
}
