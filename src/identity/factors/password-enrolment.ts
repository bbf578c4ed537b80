/**
 * The first way in by password and one-time code, from a link: the password, then the first code of the app. Nothing is stored
 * until both are there; then both are, the link is taken and the person signed in, all or nothing.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Write } from '../../kernel/write.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import { ENROLMENT, ENROLMENT_MS, type Enrolling, type Links } from '../people/links.ts';
import type { CeremonyRecord, PeopleStore } from '../people/ports.ts';
import type { Signed } from '../people/sessions.ts';
import { identityWrite } from '../writes.ts';
import { type FromBrowser, rememberDevice } from './known-device.ts';
import { mustBeFit, newPassword } from './new-password.ts';
import { enrolTotp, newTotp, type ShownTotp } from './new-totp.ts';
import type { PasswordHashing } from './password-hashing.ts';

const SECOND_STEP = 'enrolment-totp';

/** Carried to the second step. */
interface Chosen {
  readonly enrolling: Enrolling;
  /** Its record. */
  readonly password: string;
  readonly totp: string;
  /** The first step, to be taken with the second. */
  readonly first: Pick<CeremonyRecord, 'hash'>;
}

export interface PasswordEnrolment {
  /** @throws SallyportError `not_found`, `invalid_input`, `overloaded` */
  password(ceremony: string, password: string): Promise<{ readonly ceremony: string; readonly totp: ShownTotp }>;
  /** @throws SallyportError `not_found`, `invalid_input`, `conflict` when somebody was faster. */
  totp(
    ceremony: string,
    code: string,
    from: FromBrowser,
  ): Promise<{ readonly signed: Signed; readonly device: string; readonly recoveryCodes: readonly string[] }>;
}

export interface PasswordEnrolmentParts {
  readonly store: Pick<PeopleStore, 'commit'>;
  readonly ceremonies: Ceremonies;
  readonly links: Pick<Links, 'complete'>;
  readonly hashing: PasswordHashing;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The host that people sign in at, for their apps to show. */
  readonly issuer: string;
}

export function createPasswordEnrolment(parts: PasswordEnrolmentParts): PasswordEnrolment {
  const { store, ceremonies, links, hashing, clock, entropy, issuer } = parts;

  return {
    async password(token, typed) {
      mustBeFit(typed, { email: null, name: null }); // what is refused anyhow costs no try
      const first = await ceremonies.attempt(token, ENROLMENT);
      if (first === null) throw OVER();
      const enrolling = first.data as Enrolling;
      const { shown: totp, kept } = newTotp(entropy, issuer, enrolling.email);
      const chosen: Chosen = {
        enrolling,
        password: await newPassword(hashing, typed, enrolling),
        totp: kept,
        first: { hash: first.hash },
      };
      const of = { org: first.org, person: first.person };
      const step = ceremonies.open({ kind: SECOND_STEP, of, data: chosen, lifeMs: ENROLMENT_MS });
      await store.commit(step.org, { event: 'factor_shown', person: of.person, method: 'password' }, [step.write]);
      return { ceremony: step.token, totp };
    },

    async totp(token, code, from) {
      const second = await ceremonies.attempt(token, SECOND_STEP);
      if (second === null) throw OVER();
      const { enrolling, password, totp, first } = second.data as Chosen;
      const { person } = enrolling;
      const { recoveryCodes, writes } = enrolTotp(entropy, person, totp, code, clock.now());
      const device = rememberDevice(entropy, person, from, clock.now());
      const taken: readonly Write[] = [ceremonies.take(second), ceremonies.take(first)];
      const factor = [identityWrite('person.password', { id: person, password }), ...writes, device.write];
      const signed = await links.complete(enrolling, 'password', taken, factor, from.name);
      return { signed, device: device.token, recoveryCodes };
    },
  };
}

const OVER = () =>
  new SallyportError('not_found', 'This step has run out or was tried too often. Open the link again.');
