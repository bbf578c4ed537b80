/** Counting guesses for whoever checks a password or a code. */
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { GuessedAt, GuessStore } from './ports.ts';

/** @throws SallyportError `rate_limited`: too many guesses in a row; the same whether there is such a person or not. */
export async function countGuess(guesses: GuessStore, at: GuessedAt, clock: Clock): Promise<void> {
  const now = clock.now();
  const ruling = await guesses.countGuess(at, now);
  if (ruling.is === 'counted') return;
  throw new SallyportError('rate_limited', TOO_MANY, { retryAfterMs: ruling.retryAt - now });
}

const TOO_MANY =
  'Too many attempts in a row. Wait as long as Retry-After says, use a passkey, or sign in where you have signed in before.';
