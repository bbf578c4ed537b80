/**
 * Signing in by password and one-time code. The password alone opens nothing but the second step, whose token is bound to the
 * person, the password that was shown and five tries; a code without that token is nothing.
 *
 * Nothing tells who has an account: an address that nobody has, somebody without a password, suspended or invited, and a wrong
 * password all cost one hash and one log entry, and get the same answer. Log entries name a person by id, or nobody.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { type OrgId, type PersonId, PLATFORM_ORG } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import { committed } from '../people/committed.ts';
import type { PeopleStore, PersonRecord } from '../people/ports.ts';
import type { Sessions, Signed } from '../people/sessions.ts';
import { totpStepOf } from '../rules/totp.ts';
import { identityWrite } from '../writes.ts';
import { countGuess } from './guess.ts';
import { type FromBrowser, knownDeviceHash, rememberDevice } from './known-device.ts';
import type { PasswordHashing } from './password-hashing.ts';
import type { GuessStore } from './ports.ts';
import { recoveryCodeHash } from './recovery-codes.ts';

const SECOND_STEP = 'sign-in-code';

/** Carried to the second step. */
interface Shown {
  /** The record that the password fitted. */
  readonly password: string;
}

export type SecondFactor = { readonly code: string } | { readonly recoveryCode: string };

export interface PasswordSignIn {
  /**
   * The token of the second step; null when anything is wrong.
   * @param shown the address in normal form.
   * @throws SallyportError `overloaded`, `rate_limited`
   */
  password(shown: { readonly email: string; readonly password: string }, from: FromBrowser): Promise<string | null>;
  /** Signed in, and the token by which the browser is known from now on; null when anything is wrong. @throws the same */
  secondStep(
    ceremony: string,
    shown: SecondFactor,
    from: FromBrowser,
  ): Promise<{ readonly signed: Signed; readonly device: string } | null>;
}

export interface PasswordSignInParts {
  readonly store: Pick<PeopleStore, 'person' | 'personByEmail' | 'commit'>;
  readonly guesses: GuessStore;
  readonly ceremonies: Ceremonies;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly hashing: PasswordHashing;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export function createPasswordSignIn(parts: PasswordSignInParts): PasswordSignIn {
  const { store, guesses, ceremonies, sessions, hashing, clock, entropy } = parts;

  async function refuse(org: OrgId, person: PersonId | null, method: string): Promise<null> {
    await store.commit(org, { event: 'sign_in_failed', person, method }, []);
    return null;
  }

  /** What a second factor is used up by; null for a wrong one. */
  function used(person: PersonRecord, shown: SecondFactor): { readonly method: string; readonly write: Write } | null {
    const { id, totp } = person;
    if ('recoveryCode' in shown) {
      const hash = recoveryCodeHash(shown.recoveryCode); // whether it is one of theirs, the commit finds out
      const write = hash === null ? null : identityWrite('recovery-code.use', { person: id, hash });
      return write === null ? null : { method: 'recovery_code', write };
    }
    if (totp === null) return null;
    const { secret, lastStep } = totp;
    const step = totpStepOf(secret, shown.code, clock.now(), lastStep);
    return step === null ? null : { method: 'totp', write: identityWrite('person.totp-step', { id, secret, step }) };
  }

  return {
    async password({ email, password }, from) {
      let person: PersonRecord | null = null;
      const verdict = await hashing.verify(password, async () => {
        await countGuess(guesses, { is: 'account', email, device: knownDeviceHash(from) }, clock);
        person = await store.personByEmail(email);
        return person?.password ?? null;
      });
      const who = person as PersonRecord | null; // assigned in the callback above
      if (who === null || verdict.is === 'wrong' || who.status !== 'active' || who.totp === null)
        return refuse(who?.org ?? PLATFORM_ORG, who?.id ?? null, 'password');

      const { org, id } = who;
      const fresh = verdict.outdated ? await hashing.hash(password) : null;
      const shown: Shown = { password: fresh ?? who.password! };
      const step = ceremonies.open({ kind: SECOND_STEP, of: { org, person: id }, data: shown });
      await store.commit(org, { event: 'password_accepted', person: id, method: 'password' }, [
        ...(fresh === null ? [] : [identityWrite('person.rehash', { id, from: who.password!, to: fresh })]),
        step.write,
      ]);
      return step.token;
    },

    async secondStep(token, shown, from) {
      const ceremony = await ceremonies.attempt(token, SECOND_STEP);
      if (ceremony?.person == null) return null; // of nobody: the address is counted, and there is nothing to record
      const person = (await store.person(ceremony.org, ceremony.person))!;
      const { org, id, email } = person;
      const attempted = 'code' in shown ? 'totp' : 'recovery_code';
      if (person.status !== 'active') return refuse(org, id, attempted);
      // the first try belongs to the guess that the password was counted as
      if (ceremony.tries > 1) await countGuess(guesses, { is: 'account', email, device: knownDeviceHash(from) }, clock);
      const second = used(person, shown);
      if (second === null) return refuse(org, id, attempted);

      const { password } = ceremony.data as Shown;
      const { signed, writes } = await sessions.begin({ org, person: id }, ['password', second.method], from.name);
      const device = rememberDevice(entropy, id, from, clock.now());
      const event = { event: 'signed_in', person: id, session: signed.session, method: second.method } as const;
      const done = store.commit(org, event, [
        identityWrite('person.unchanged', { id, password }),
        ceremonies.take(ceremony),
        second.write,
        device.write,
        ...writes,
      ]);
      return (await committed(done)) ? { signed, device: device.token } : refuse(org, id, attempted);
    },
  };
}
