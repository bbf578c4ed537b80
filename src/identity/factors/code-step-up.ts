/**
 * Step-up by a one-time code, with or without the password: what is sensitive asks for a factor that was shown just now.
 * Guesses are counted for the session alone: whoever has taken over a browser gets nowhere, and keeps nobody else out.
 */
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { PersonId } from '../../kernel/ids.ts';
import { committed } from '../people/committed.ts';
import type { PeopleStore } from '../people/ports.ts';
import { sessionOf } from '../people/sessions.ts';
import { steppedUpUntil } from '../rules/session.ts';
import { totpStepOf } from '../rules/totp.ts';
import { identityWrite } from '../writes.ts';
import { countGuess } from './guess.ts';
import type { PasswordHashing } from './password-hashing.ts';
import type { GuessStore } from './ports.ts';

/** Until when, in ms since the epoch; null when something is wrong. @throws SallyportError `conflict`, `rate_limited`, `overloaded` */
export type CodeStepUp = (
  by: Principal,
  shown: { readonly totp: string; readonly password?: string | undefined },
) => Promise<number | null>;

export interface CodeStepUpParts {
  readonly store: Pick<PeopleStore, 'person' | 'commit'>;
  readonly guesses: GuessStore;
  readonly hashing: PasswordHashing;
  readonly clock: Clock;
}

export const createCodeStepUp =
  ({ store, guesses, hashing, clock }: CodeStepUpParts): CodeStepUp =>
  async (by, { totp: code, password }) => {
    const session = sessionOf(by);
    const person = by.id as PersonId;
    const found = (await store.person(by.org, person))!;
    if (found.totp === null) {
      throw new SallyportError('conflict', 'You have no app for one-time codes here. Show your passkey instead.');
    }
    const refuse = async (method: string): Promise<null> => {
      await store.commit(by.org, { event: 'step_up_failed', person, session, method }, []);
      return null;
    };
    await countGuess(guesses, { is: 'step-up', session }, clock);
    if (password !== undefined) {
      const verdict = await hashing.verify(password, async () => found.password);
      if (verdict.is === 'wrong') return refuse('password');
    }
    const now = clock.now();
    const step = totpStepOf(found.totp.secret, code, now, found.totp.lastStep);
    if (step === null) return refuse('totp');
    const done = store.commit(by.org, { event: 'stepped_up', person, session, method: 'totp' }, [
      identityWrite('person.active', { id: person, session }),
      identityWrite('person.totp-step', { id: person, secret: found.totp.secret, step }),
      identityWrite('session.step-up', { id: session, factor: 'totp', at: now }),
    ]);
    return (await committed(done)) ? steppedUpUntil(now) : refuse('totp');
  };
