/**
 * A sender's address as providers deliver it, which is not always the normal form: with the name of the channel before it
 * (`whatsapp:+1…`, `tel:+1…`), with the `00` of a dialled number, as a bare MSISDN without the plus, or as a mail header
 * with a display name. A STOP must bind the person whatever the provider's habit; so this is for inbound alone, where nobody
 * is there to be told to write it better. Addresses that callers give go through `address.ts`, which guesses nothing.
 */
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { type AddressProblem, normalAddress, normalPhone, parsePhone } from './address.ts';
import { CHANNEL_ADDRESS } from './channel.ts';

/** RFC 3966 (`;ext=`, `;phone-context=` follow the number), RFC 5724, and Twilio's names of channels. */
const PHONE_SCHEME = /^(?:whatsapp|tel|sms|mms|rcs):/i;
const MAIL_SCHEME = /^mailto:/i;
/** RFC 5322 `name-addr`; one pair of brackets, at the end. */
const NAMED_MAIL = /^[^<>]*<([^<>]*)>$/;

const READ = {
  phone(raw: string): Result<string, AddressProblem> {
    const number = (raw.trim().replace(PHONE_SCHEME, '').split(';')[0] ?? '').trim();
    if (number.startsWith('+')) return normalPhone(number);
    if (number.startsWith('00')) return normalPhone(`+${number.slice(2)}`);
    // a bare number may be a national one: it is read as international only where that gives one in use
    const phone = parsePhone(`+${number}`);
    return phone.ok ? (phone.value.valid ? ok(phone.value.e164) : err('not_international')) : phone;
  },
  mail(raw: string): Result<string, AddressProblem> {
    const text = raw.trim();
    return normalAddress('email', (NAMED_MAIL.exec(text)?.[1] ?? text).replace(MAIL_SCHEME, ''));
  },
} as const;

/** @returns the normal form, or why the address can't be read. */
export const deliveredAddress = (channel: Channel, raw: string): Result<string, AddressProblem> =>
  READ[CHANNEL_ADDRESS[channel]](raw);

/** TS 23.040 §9.1.2.5: at most 11 characters, and no leading plus; with a letter, else it would be a number. */
const SENDER_NAME = /^(?=.*\p{L})[\p{L}\p{N}][\p{L}\p{N} &._'-]{0,10}$/u;
/** No number of a person has fewer than seven digits with its country code. */
const SHORT_CODE = /^\d{3,6}$/;

/** A name ("PARCELCO") or a short code ("72345") instead of a number: nobody can be written to there. */
export const isUnaddressableSender = (channel: Channel, raw: string): boolean =>
  CHANNEL_ADDRESS[channel] === 'phone' && (SENDER_NAME.test(raw.trim()) || SHORT_CODE.test(raw.trim()));
