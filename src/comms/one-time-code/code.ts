/**
 * One-time codes as rules: how a code is made, and what an attempt at one is worth. Threats: guessing (few attempts, a short
 * life), using a code twice, learning from an answer whether somebody else sent one. The rows are in `store/one-time-codes.ts`.
 */
import type { AgentId, Id } from '../../kernel/ids.ts';
import { MINUTE_MS } from '../../kernel/time.ts';

export type CodeId = Id<'otc'>;

export const CODE_DIGITS = 6;
export const CODE_TTL_MS = 5 * MINUTE_MS;
export const MAX_CODE_ATTEMPTS = 3;

/** What a code is for, unless said: codes for different purposes don't replace each other. */
export const DEFAULT_CODE_PURPOSE = 'verification';

/** Whose code, for whom, what for: at most one is open at a time. The contact in normal form. */
export type CodePlace = {
  readonly agent: AgentId;
  readonly contact: string;
  readonly purpose: string;
};

/** The code that was sent last, beside one that is tried; `matches` was found out in constant time. */
export interface TriedCode {
  readonly id: CodeId;
  readonly matches: boolean;
  readonly attempts: number;
  readonly used: boolean;
  /** Ms since the epoch. */
  readonly expiresAt: number;
}

export const CODE_REASONS = ['invalid', 'expired', 'too_many_attempts'] as const;
export type CodeReason = (typeof CODE_REASONS)[number];

const COUNT = 10 ** CODE_DIGITS;
/** Numbers from here on would make low codes likelier. */
const FAIR = Math.floor(2 ** 32 / COUNT) * COUNT;

/** @param bytes fresh random bytes. @returns each of the codes as likely as any other. */
export function mintCode(bytes: (n: number) => Uint8Array): string {
  for (;;) {
    const drawn = bytes(4);
    const number = new DataView(drawn.buffer, drawn.byteOffset, 4).getUint32(0);
    if (number < FAIR) return String(number % COUNT).padStart(CODE_DIGITS, '0');
  }
}

export type Attempt = {
  /** Whether it counts as an attempt at the code, which it does while the code is open. */
  readonly counts: boolean;
} & ({ readonly valid: true } | { readonly valid: false; readonly reason: CodeReason });

/**
 * What an attempt is worth. No code at all, another agent's and one that was used are all `invalid`. When the last attempt is
 * gone the right code is no longer looked at.
 */
export function judgeAttempt(tried: TriedCode | null, now: number): Attempt {
  if (tried === null || tried.used) return { valid: false, reason: 'invalid', counts: false };
  if (tried.expiresAt <= now) return { valid: false, reason: 'expired', counts: false };
  if (tried.attempts >= MAX_CODE_ATTEMPTS) return { valid: false, reason: 'too_many_attempts', counts: false };
  if (tried.matches) return { valid: true, counts: true };
  const isLast = tried.attempts + 1 === MAX_CODE_ATTEMPTS;
  return { valid: false, reason: isLast ? 'too_many_attempts' : 'invalid', counts: true };
}
