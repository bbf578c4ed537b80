/** What counting guesses asks of the store. */
import type { SessionId } from '../../kernel/ids.ts';
import type { GuessRuling } from '../rules/account-throttle.ts';

/** Whose count a guess belongs to. */
export type GuessedAt =
  | {
      readonly is: 'account';
      /** In normal form; whether anybody has it or not. */
      readonly email: string;
      /** Hash of the cookie of a browser in which somebody signed in before; counts for its own person alone. */
      readonly device: string | null;
    }
  | { readonly is: 'step-up'; readonly session: SessionId };

export interface GuessStore {
  /**
   * Counts a guess before it is looked at, by the rule of `rules/account-throttle.ts` on the locked row; durable on return.
   * Guesses that come at once, to one server or several, are all counted. A complete sign-in forgets them (`person.signed-in`,
   * `device.remember`, `session.step-up`).
   */
  countGuess(at: GuessedAt, now: number): Promise<GuessRuling>;
}
