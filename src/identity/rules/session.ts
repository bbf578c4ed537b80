/**
 * How long a session lives, and what a refresh token is worth (settled, Defaults; RFC 9700 §4.14.2). Decided here:
 *
 * - every refresh rotates: the family's counter goes up by one, and only the token of that number is current;
 * - the token before it is forgiven for `graceMs`, with the same successor as answer: two tabs that refresh at once, or a
 *   browser whose answer was lost, stay signed in, and the family still has one line of tokens;
 * - any older use of a token that was replaced means that somebody has a copy: the whole family ends.
 */
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';

export const SESSION = {
  accessMs: 15 * MINUTE_MS,
  idleMs: 7 * DAY_MS,
  absoluteMs: 30 * DAY_MS,
  stepUpMs: 5 * MINUTE_MS,
  graceMs: 10 * SECOND_MS,
} as const;

/** Times in ms since the epoch. */
export interface SessionState {
  readonly usedAt: number;
  readonly expiresAt: number;
  readonly refreshNo: number;
  readonly refreshedAt: number;
  readonly endedAt: number | null;
}

export type RefreshRuling = 'rotate' | 'raced' | 'reused' | 'over';

/** @param no the number of the token that was shown. */
export function refreshRuling(session: SessionState, no: number, now: number): RefreshRuling {
  if (isOver(session, now)) return 'over';
  if (no === session.refreshNo) return 'rotate';
  const justReplaced = no === session.refreshNo - 1 && now - session.refreshedAt <= SESSION.graceMs;
  return justReplaced ? 'raced' : 'reused';
}

export const isOver = ({ usedAt, expiresAt, endedAt }: SessionState, now: number): boolean =>
  endedAt !== null || now >= expiresAt || now >= usedAt + SESSION.idleMs;

/** Until when sensitive actions may be done, or null: no factor was shown since the session was made by a refresh alone. */
export const steppedUpUntil = (steppedUpAt: number | null): number | null =>
  steppedUpAt === null ? null : steppedUpAt + SESSION.stepUpMs;
