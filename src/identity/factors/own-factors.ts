/**
 * What a person who has signed in does to its own password, app and recovery codes. Each asks for a step-up (which the doors
 * check) and, being a change of factor, ends all other sessions; none may leave a person without a complete way in.
 */
import type { AuthenticationEventName } from '../../audit/entry.ts';
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { PersonId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import type { PeopleStore, PersonRecord } from '../people/ports.ts';
import { type Sessions, type Signed, sessionOf } from '../people/sessions.ts';
import { identityWrite } from '../writes.ts';
import { type FromBrowser, knownDeviceHash } from './known-device.ts';
import { newPassword } from './new-password.ts';
import { enrolTotp, newRecoveryCodes, newTotp, type ShownTotp } from './new-totp.ts';
import type { PasswordHashing } from './password-hashing.ts';

const TOTP_STEP = 'own-totp';

/** Carried to the app's first code. */
interface Showing {
  readonly totp: string;
  readonly session: string;
}

export interface OwnFactors {
  /** Signed in anew: every session that was there ends, and other browsers are no longer known. @throws SallyportError `invalid_input`, `overloaded` */
  changePassword(by: Principal, password: string, from: FromBrowser): Promise<Signed>;
  beginTotp(by: Principal): Promise<ShownTotp & { readonly ceremony: string }>;
  /** The new recovery codes. The app that was there before is replaced. @throws SallyportError `not_found`, `invalid_input`, `conflict` */
  enrolTotp(by: Principal, ceremony: string, code: string): Promise<readonly string[]>;
  /** Also its recovery codes. @throws SallyportError `conflict` when no other complete way in is left. */
  removeTotp(by: Principal): Promise<void>;
  /** New ones in place of those that are left. @throws SallyportError `conflict` without an app that they could stand in for. */
  replaceRecoveryCodes(by: Principal): Promise<readonly string[]>;
}

export interface OwnFactorsParts {
  readonly store: Pick<PeopleStore, 'person' | 'commit' | 'session'>;
  readonly ceremonies: Ceremonies;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly hashing: PasswordHashing;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The host that people sign in at, for their apps to show. */
  readonly issuer: string;
  /** Whether people sign in with an identity provider too: its account is a way in then. */
  readonly oidc: boolean;
}

export function createOwnFactors(parts: OwnFactorsParts): OwnFactors {
  const { store, ceremonies, sessions, hashing, clock, entropy, issuer, oidc } = parts;

  const own = async (by: Principal): Promise<PersonRecord> => (await store.person(by.org, by.id as PersonId))!;

  /** Commits a change of factor and ends the person's other sessions. */
  async function change(
    by: Principal,
    event: AuthenticationEventName,
    method: string,
    writes: readonly Write[],
  ): Promise<void> {
    const person = by.id as PersonId;
    const session = sessionOf(by);
    await store.commit(by.org, { event, person, session, method }, [
      identityWrite('person.active', { id: person, session }),
      ...writes,
      identityWrite('session.end-all', { person, but: session }),
    ]);
  }

  return {
    async changePassword(by, typed, from) {
      const { org, id, email, name } = await own(by);
      const password = await newPassword(hashing, typed, { email, name });
      const asking = sessionOf(by);
      const { factors, steppedUpAt } = (await store.session(org, asking))!;
      // nothing is shown here: or a new password every few minutes would be a step-up without end
      const { signed, writes } = await sessions.begin({ org, person: id }, factors, from.name, steppedUpAt);
      const { session } = signed;
      await store.commit(org, { event: 'password_changed', person: id, session, method: 'password' }, [
        identityWrite('person.active', { id, session: asking }),
        identityWrite('person.password', { id, password }),
        identityWrite('device.forget-all', { person: id, but: knownDeviceHash(from) }),
        ...writes,
        identityWrite('session.end-all', { person: id, but: session }),
      ]);
      return signed;
    },

    async beginTotp(by) {
      const { org, id, email } = await own(by);
      const { kept, shown } = newTotp(entropy, issuer, email);
      const data: Showing = { totp: kept, session: sessionOf(by) };
      const step = ceremonies.open({ kind: TOTP_STEP, of: { org, person: id }, data });
      await store.commit(org, { event: 'factor_shown', person: id, session: sessionOf(by), method: 'totp' }, [
        step.write,
      ]);
      return { ceremony: step.token, ...shown };
    },

    async enrolTotp(by, token, code) {
      const ceremony = await ceremonies.attempt(token, TOTP_STEP);
      const showing = ceremony?.data as Showing | undefined;
      if (ceremony === null || showing?.session !== sessionOf(by)) {
        throw new SallyportError('not_found', 'This step has run out or was tried too often. Begin again.');
      }
      const { recoveryCodes, writes } = enrolTotp(entropy, by.id as PersonId, showing.totp, code, clock.now());
      await change(by, 'factor_added', 'totp', [ceremonies.take(ceremony), ...writes]);
      return recoveryCodes;
    },

    async removeTotp(by) {
      const id = by.id as PersonId;
      await change(by, 'factor_removed', 'totp', [
        identityWrite('person.totp', { id, secret: null, step: null }),
        identityWrite('recovery-codes.replace', { person: id, hashes: [] }),
        identityWrite('person.keeps-a-way', { id, oidc }),
      ]);
    },

    async replaceRecoveryCodes(by) {
      const { id, totp } = await own(by);
      if (totp === null) {
        const say = 'Recovery codes stand in for one-time codes. Enrol an app for those first.';
        throw new SallyportError('conflict', say);
      }
      const { recoveryCodes, write } = newRecoveryCodes(entropy, id);
      await change(by, 'recovery_codes_replaced', 'recovery_code', [write]);
      return recoveryCodes;
    },
  };
}
