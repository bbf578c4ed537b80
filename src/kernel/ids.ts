/**
 * Identifiers: a prefix that says what is named, then 26 Crockford base-32 characters: 48 bits of milliseconds and 80
 * random bits, monotonic within a process (the ULID layout). Time-ordered, so that an index grows at its end; random
 * enough not to be guessed, though no id is ever a credential.
 */
import type { Clock } from './clock.ts';
import type { Entropy } from './entropy.ts';

export type Id<Prefix extends string> = `${Prefix}_${string}`;
export type OrgId = Id<'org'>;
export type AgentId = Id<'agt'>;
export type ActionId = Id<'act'>;
export type MessageId = Id<'msg'>;
export type TokenId = Id<'tok'>;
export type PersonId = Id<'usr'>;
export type SessionId = Id<'ses'>;
export type GrantId = Id<'grt'>;
export type PasskeyId = Id<'psk'>;
export type KeyId = Id<'key'>;
export type ServiceId = Id<'svc'>;
export type ConsentId = Id<'cns'>;
export type SuppressionId = Id<'sup'>;
export type SubmissionId = Id<'kyc'>;
export type RegistrationId = Id<'reg'>;
export type ThreadId = Id<'thr'>;
export type FrameId = Id<'frm'>;
export type EventId = Id<'evt'>;

/** The organisation of what belongs to nobody's tenant: the orchestrator's own actions and platform-wide suppressions. */
export const PLATFORM_ORG: OrgId = 'org_platform';

export interface Ids {
  next<Prefix extends string>(prefix: Prefix): Id<Prefix>;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARS = 10;
const RANDOM_CHARS = 16;

export function createIds(clock: Clock, entropy: Entropy): Ids {
  let lastMs = -1;
  let timePart = '';
  let digits = new Uint8Array(RANDOM_CHARS);
  return {
    next(prefix) {
      const ms = Math.max(clock.now(), lastMs);
      if (ms === lastMs && increment(digits)) return `${prefix}_${timePart}${spell(digits)}`;
      lastMs = ms;
      timePart = spellTime(ms);
      digits = entropy.bytes(RANDOM_CHARS).map((byte) => byte & 31) as Uint8Array<ArrayBuffer>;
      return `${prefix}_${timePart}${spell(digits)}`;
    },
  };
}

/** Adds a small step so that ids of one millisecond ascend; false when the space of that millisecond is used up. */
function increment(digits: Uint8Array): boolean {
  for (let i = digits.length - 1; i >= 0; i--) {
    const next = digits[i]! + 1;
    digits[i] = next & 31;
    if (next < 32) return true;
  }
  return false;
}

function spell(digits: Uint8Array): string {
  let out = '';
  for (const digit of digits) out += ALPHABET[digit];
  return out;
}

function spellTime(ms: number): string {
  let out = '';
  for (let rest = ms, i = 0; i < TIME_CHARS; i++, rest = Math.floor(rest / 32)) out = ALPHABET[rest % 32] + out;
  return out;
}

/** When an id was made, in ms; NaN for one that no server made. */
export function timeOf(id: Id<string>): number {
  const from = id.indexOf('_') + 1;
  return [...id.slice(from, from + TIME_CHARS)].reduce((ms, letter) => {
    const digit = ALPHABET.indexOf(letter);
    return ms * 32 + (digit < 0 ? Number.NaN : digit);
  }, 0);
}

/** The least id of a prefix that could have been made at `ms`: ids from a time on are those from here on. */
export const idFloor = <Prefix extends string>(prefix: Prefix, ms: number): Id<Prefix> =>
  `${prefix}_${spellTime(Math.max(0, ms))}${'0'.repeat(RANDOM_CHARS)}`;

/** True for a string shaped like an id of that prefix (`org_platform` and `org_default` style names included). */
export const looksLikeId = <Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> =>
  text.startsWith(`${prefix}_`) && /^[a-z]{3}_[0-9A-Za-z]{1,40}$/.test(text);
