/**
 * Addresses in one normal form: phones as E.164, mail addresses lower-cased with the domain in ASCII. Everything that
 * compares or hashes an address (suppression, consent, limits, erasure) does it in this form, so that `+1 (555) 123-0002`
 * or `Bob@X.com` can't slip by an entry for `+15551230002` or `bob@x.com`.
 *
 * Never guesses a country, and does not know whether an address exists. Suppression and erasure take *possible* numbers;
 * sending takes *valid* ones (libphonenumber's metadata) outside the ranges that toll fraud lives on.
 */
import { type CountryCode, type NumberType, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { normalMailAddress } from '../../kernel/mail-address.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { CHANNEL_ADDRESS } from './channel.ts';

type PhoneType = NonNullable<NumberType>;

export interface Phone {
  /** `+14155550100`. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2; null when the number could be in more than one country (an unassigned +1 area) or in none (+881). */
  readonly country: CountryCode | null;
  /** The length fits the numbering plan. */
  readonly possible: boolean;
  /** The digits are in a range that is assigned. */
  readonly valid: boolean;
  readonly type: PhoneType | null;
}

/** What can be wrong with an address, and the sentence that says what to do. */
export const ADDRESS_PROBLEMS = {
  not_international:
    'Write the number in international form, + and country code first, such as +14155550100; no country is guessed.',
  impossible_number: 'No such phone number can exist: the country code or the count of digits is wrong.',
  invalid_number: 'The phone number is not in a range that is in use.',
  global_range:
    'Satellite and global numbers (+8xx, +979) are refused: their price is not known and toll fraud uses them.',
  premium_rate: 'Premium-rate numbers are refused.',
  shared_cost: 'Shared-cost numbers are refused: the recipient would pay.',
  personal_number: 'Personal (follow-me) numbers are refused: where they lead and what that costs is not known.',
  uan: 'Universal access numbers are refused: they do not name a person and their price is not known.',
  pager: 'Pagers are refused.',
  voicemail: 'Voicemail access numbers are refused.',
  not_a_mail_address:
    'Write the mail address alone, such as bob@example.com: no display name, quotes, comments or line breaks.',
} as const;
export type AddressProblem = keyof typeof ADDRESS_PROBLEMS;

const MAX_RAW_PHONE_CHARS = 64;
const INTERNATIONAL = /^\+\d+$/;
const E164 = /^\+[1-9]\d{1,14}$/;
const CONTROL = /\p{Cc}/u;
/** What people type or paste between digits: any space, dashes, dots, brackets, slashes, invisible direction marks. */
const PHONE_SEPARATORS = /[\s()./\p{Pd}\u2212\p{Cf}]+/gu;

/** @returns the number whatever its standing (look at `possible`, `valid`), or why it can't be read as a number at all. */
export function parsePhone(raw: string): Result<Phone, AddressProblem> {
  if (raw.length > MAX_RAW_PHONE_CHARS || CONTROL.test(raw)) return err('not_international');
  const digits = raw.replace(PHONE_SEPARATORS, '');
  if (!INTERNATIONAL.test(digits)) return err('not_international');
  const parsed = parseFully(digits);
  if (parsed === undefined || !E164.test(parsed.number)) return err('impossible_number');
  return ok({
    e164: parsed.number,
    country: parsed.country ?? null,
    possible: parsed.isPossible(),
    valid: parsed.isValid(),
    type: parsed.getType() ?? null,
  });
}

/**
 * A digit that marks a mobile and that people, carriers and numbering plans write or leave out for one and the same line:
 * Mexico's 1 (abolished in 2019, still delivered), Argentina's 9 (dialled from abroad). What is left has ten digits in both
 * plans. Left out, every assigned number stays valid; a carrier that wants the digit gets it from its own adapter.
 */
const MOBILE_MARKS = [
  { spelled: /^\+521(?=\d{10}$)/, folded: '+52' },
  { spelled: /^\+549(?=\d{10}$)/, folded: '+54' },
] as const;

const withoutMobileMark = (e164: string): string =>
  MOBILE_MARKS.reduce((number, { spelled, folded }) => number.replace(spelled, folded), e164);

/**
 * The parser drops one trunk prefix at a time (+44 (0)20 … → +4420 …) and may put a mobile mark in (+54 11 15… → +54 9 11 …):
 * again, until a number is its own spelling. Each round is shorter than the one before.
 */
function parseFully(digits: string): PhoneNumber | undefined {
  const folded = withoutMobileMark(digits);
  const parsed = E164.test(folded) ? parsePhoneNumberFromString(folded) : undefined;
  return parsed === undefined || parsed.number === folded ? parsed : parseFully(parsed.number);
}

/** Calling codes that belong to no country (ITU-T E.164 §6.2.2–3). Codes are prefix-free: three digits name them all. */
const GLOBAL_CALLING_CODES = new Set(['800', '808', '870', '878', '881', '882', '883', '888', '979']);

const REFUSED_TYPES: Partial<Record<PhoneType, AddressProblem>> = {
  PREMIUM_RATE: 'premium_rate',
  SHARED_COST: 'shared_cost',
  PERSONAL_NUMBER: 'personal_number', // +44 70…, long a favourite of revenue-share fraud
  UAN: 'uan',
  PAGER: 'pager',
  VOICEMAIL: 'voicemail',
};

/** Why nothing may be sent to this number, or null. */
export function notSendable(phone: Phone): AddressProblem | null {
  if (GLOBAL_CALLING_CODES.has(phone.e164.slice(1, 4))) return 'global_range';
  if (!phone.valid) return 'invalid_number';
  return phone.type === null ? null : (REFUSED_TYPES[phone.type] ?? null);
}

/** E.164 of a possible number. */
export function normalPhone(raw: string): Result<string, AddressProblem> {
  const phone = parsePhone(raw);
  if (!phone.ok) return phone;
  return phone.value.possible ? ok(phone.value.e164) : err('impossible_number');
}

/** As `kernel/mail-address.ts` has it. */
export function normalMail(raw: string): Result<string, AddressProblem> {
  const mail = normalMailAddress(raw);
  return mail === null ? err('not_a_mail_address') : ok(mail);
}

const NORMAL_FORM = { phone: normalPhone, mail: normalMail } as const;

/** The normal form of an address on a channel; a number has one form whatever the channel. */
export const normalAddress = (channel: Channel, raw: string): Result<string, AddressProblem> =>
  NORMAL_FORM[CHANNEL_ADDRESS[channel]](raw);
