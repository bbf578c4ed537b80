/** Guesses at accounts in the store, by keyed hash of the address; nobody who reads it learns whose accounts were tried. */
import type { GuessedAt, GuessStore } from '../identity/factors/ports.ts';
import { forgettableAfter, type GuessRuling, ruleGuess } from '../identity/rules/account-throttle.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { Committer } from './committer.ts';
import * as sql from './factor-statements.ts';
import { sessionGuesses } from './people-cells.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';

export function createGuessStore(committer: Pick<Committer, 'submit'>, sealing: Pick<Sealing, 'ref'>): GuessStore {
  function* ofDevice(hash: string, ref: string, now: number): Tx<GuessRuling | null> {
    const row = yield* sql.deviceLocked.first({ hash, ref, now });
    if (row === undefined) return null;
    const ruling = ruleGuess({ failures: row.failures, retryAt: row.retry_at }, now);
    if (ruling.is === 'refused') return ruling;
    const { failures, retryAt } = ruling.guesses;
    yield* sql.setDeviceGuesses.run({ hash, failures, retry_at: retryAt });
    return ruling;
  }

  function* named(name: string, now: number): Tx<GuessRuling> {
    yield* sql.ensureGuesses.run({ name, forget_at: now });
    const row = (yield* sql.guessesLocked.first({ name }))!;
    const ruling = ruleGuess({ failures: row.failures, retryAt: row.retry_at }, now);
    if (ruling.is === 'refused') return ruling;
    const { failures, retryAt } = ruling.guesses;
    yield* sql.setGuesses.run({ name, failures, retry_at: retryAt, forget_at: forgettableAfter(ruling.guesses, now) });
    return ruling;
  }

  return {
    countGuess: (at: GuessedAt, now) =>
      committer.submit(PLATFORM_ORG, function* () {
        if (at.is === 'step-up') return yield* named(sessionGuesses(at.session), now);
        const ref = yield* sealing.ref(PLATFORM_ORG, at.email);
        const known = at.device === null ? null : yield* ofDevice(at.device, ref, now);
        return known ?? (yield* named(ref, now));
      }),
  };
}
