/**
 * An account's phone numbers: found, bought, given back (https://www.twilio.com/docs/phone-numbers/api). A purchase spends
 * money and takes no idempotency key, so each carries a tag, by which it is found again, and none is made while a number
 * with the tag exists.
 */
import type { SenderHooks, VendorAnswer } from '../../comms/provider-ports.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { undelivered, unread } from '../http/undelivered.ts';
import type { TwilioAccess } from './access.ts';
import { accountPath, create, read, remove, segment, type TwilioApis, withQuery } from './api.ts';
import { readRefusal, refusal, vendorCodeOf } from './errors.ts';

export interface OwnedNumber {
  readonly ref: string;
  readonly address: string;
}

const NUMBER_SID = /^PN[0-9a-f]{32}$/i;
const ADDRESS = /^\+[1-9]\d{1,14}$/;
const TAG = /^[\x20-\x7e]{1,64}$/;
const PAGE_SIZE = '50';
/** "PhoneNumber is not available": someone else was faster. */
const TAKEN = '21422';
const MAX_CANDIDATES = 3;

export const numberPath = (access: TwilioAccess, ref: string): string =>
  accountPath(access, `IncomingPhoneNumbers/${ref}.json`);

export const isNumberSid = (ref: string): boolean => NUMBER_SID.test(ref);

interface ListedNumber extends OwnedNumber {
  readonly tag: string;
  readonly sms: boolean;
}

/** The account's numbers that Twilio finds by this filter; Twilio's filters also match parts, so the caller looks closely. */
async function listNumbers(
  { api }: TwilioApis,
  access: TwilioAccess,
  filter: { readonly PhoneNumber: string } | { readonly FriendlyName: string },
  signal: AbortSignal,
): Promise<VendorAnswer<readonly ListedNumber[]>> {
  const path = withQuery(accountPath(access, 'IncomingPhoneNumbers.json'), { ...filter, PageSize: PAGE_SIZE });
  const result = await read(api, access, path, signal);
  if (result.is !== 'answer') return unread('Twilio', result);
  if (result.status !== 200) return readRefusal(result.status, result.body);
  const numbers = listField(result.body, 'incoming_phone_numbers').flatMap((number): readonly ListedNumber[] => {
    const owned = ownedNumber(number);
    if (owned === null || textField(number, 'account_sid')?.toLowerCase() !== access.accountSid.toLowerCase())
      return [];
    const sms = field(field(number, 'capabilities'), 'sms') === true;
    return [{ ...owned, sms, tag: textField(number, 'friendly_name') ?? '' }];
  });
  return { state: 'ok', value: numbers };
}

function ownedNumber(json: Json | null): OwnedNumber | null {
  const ref = textField(json, 'sid');
  const address = textField(json, 'phone_number');
  return ref !== null && NUMBER_SID.test(ref) && address !== null && ADDRESS.test(address) ? { ref, address } : null;
}

/** The account's own number of exactly this address; null when the account has none. */
export async function findAddress(
  apis: TwilioApis,
  access: TwilioAccess,
  address: string,
  signal: AbortSignal,
): Promise<VendorAnswer<(OwnedNumber & { readonly sms: boolean }) | null>> {
  const listed = await listNumbers(apis, access, { PhoneNumber: address }, signal);
  return listed.state === 'ok'
    ? { state: 'ok', value: listed.value.find((number) => number.address === address) ?? null }
    : listed;
}

export async function findNumber(
  apis: TwilioApis,
  access: TwilioAccess,
  tag: string,
  signal: AbortSignal,
): Promise<VendorAnswer<OwnedNumber | null>> {
  if (!TAG.test(tag)) return badTag;
  const listed = await listNumbers(apis, access, { FriendlyName: tag }, signal);
  if (listed.state !== 'ok') return listed;
  const [number, ...more] = listed.value.filter((one) => one.tag === tag);
  if (more.length > 0) {
    const say = `The account has ${more.length + 1} numbers named ${tag}; give back what is too much in Twilio's console.`;
    return { state: 'failed', code: 'provider_rejected', say };
  }
  return { state: 'ok', value: number === undefined ? null : { ref: number.ref, address: number.address } };
}

const badTag: VendorAnswer<never> = {
  state: 'failed',
  code: 'invalid_input',
  say: 'The tag must be 1 to 64 printable ASCII characters.',
};

export interface WantedNumber {
  readonly country: string;
  readonly areaCode: string | null;
  readonly tag: string;
  readonly hooks: SenderHooks;
}

export async function buyNumber(
  apis: TwilioApis,
  access: TwilioAccess,
  wanted: WantedNumber,
  signal: AbortSignal,
): Promise<VendorAnswer<OwnedNumber>> {
  const before = await findNumber(apis, access, wanted.tag, signal);
  if (before.state !== 'ok') return before;
  if (before.value !== null) return { state: 'ok', value: before.value };
  const candidates = await forSale(apis, access, wanted, signal);
  if (candidates.state !== 'ok') return candidates;
  for (const address of candidates.value) {
    const bought = await buy(apis, access, address, wanted, signal);
    if (bought !== 'taken') return bought;
  }
  return {
    state: 'failed',
    code: 'not_found',
    say: 'Twilio has no number for sale that fits; try another area code, or again later.',
  };
}

async function forSale(
  { api }: TwilioApis,
  access: TwilioAccess,
  { country, areaCode }: WantedNumber,
  signal: AbortSignal,
): Promise<VendorAnswer<readonly string[]>> {
  if (!/^[A-Z]{2}$/.test(country)) return invalid('The country must be two capital letters (ISO 3166), such as US.');
  if (areaCode !== null && !/^\d{2,5}$/.test(areaCode)) return invalid('The area code must be two to five digits.');
  const path = withQuery(accountPath(access, `AvailablePhoneNumbers/${segment(country)}/Local.json`), {
    SmsEnabled: 'true',
    ...(areaCode === null ? {} : { AreaCode: areaCode }),
    PageSize: String(MAX_CANDIDATES),
  });
  const result = await read(api, access, path, signal);
  if (result.is !== 'answer') return unread('Twilio', result);
  const { status, body } = result;
  if (status === 404)
    return { state: 'failed', code: 'not_found', say: `Twilio sells no local numbers in ${country}.` };
  if (status !== 200) return readRefusal(status, body);
  const addresses = listField(body, 'available_phone_numbers').map((number) => textField(number, 'phone_number') ?? '');
  return { state: 'ok', value: addresses.filter((address) => ADDRESS.test(address)).slice(0, MAX_CANDIDATES) };
}

const invalid = (say: string): VendorAnswer<never> => ({ state: 'failed', code: 'invalid_input', say });

async function buy(
  { api }: TwilioApis,
  access: TwilioAccess,
  address: string,
  { tag, hooks }: WantedNumber,
  signal: AbortSignal,
): Promise<VendorAnswer<OwnedNumber> | 'taken'> {
  const form = { PhoneNumber: address, FriendlyName: tag, SmsUrl: hooks.inbound, SmsMethod: 'POST' };
  const result = await create(api, access, accountPath(access, 'IncomingPhoneNumbers.json'), form, signal);
  if (result.is !== 'answer') return undelivered('Twilio', result);
  const { status, body } = result;
  if (status === 400 && vendorCodeOf(body) === TAKEN) return 'taken';
  if (status !== 200 && status !== 201) return refusal(status, body);
  const bought = ownedNumber(body);
  const say = "Twilio's answer names no number. It may or may not have been bought.";
  return bought === null ? { state: 'unknown', code: 'outcome_unknown', say } : { state: 'ok', value: bought };
}

export async function releaseNumber(
  { api }: TwilioApis,
  access: TwilioAccess,
  ref: string,
  signal: AbortSignal,
): Promise<VendorAnswer<null>> {
  if (!NUMBER_SID.test(ref)) return invalid('That is not the reference of a Twilio number.');
  const result = await remove(api, access, numberPath(access, ref), signal);
  if (result.is !== 'answer') return undelivered('Twilio', result);
  const { status, body } = result;
  return status === 204 || status === 404 ? { state: 'ok', value: null } : refusal(status, body);
}
