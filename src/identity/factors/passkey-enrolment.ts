/**
 * Enrolling passkeys: the first one by a one-time link, more of them by whoever has signed in and shown a factor just now; and
 * looking after those that are there. Whenever a passkey comes or goes, the person's other sessions end, and the last way in
 * stays.
 */

import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Ids, PasskeyId, PersonId } from '../../kernel/ids.ts';
import type { Acting } from '../people/acting.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import { ENROLMENT, type Enrolling, type Links } from '../people/links.ts';
import type { PasskeyRecord, PeopleStore } from '../people/ports.ts';
import type { Signed } from '../people/sessions.ts';
import { identityWrite } from '../writes.ts';
import type { RegistrationAnswer } from './passkey-answer.ts';
import { type Asked, PASSKEY, type PasskeySteps } from './passkey-step.ts';
import { creationOptions, type EnrolledPasskey, enrolled } from './passkeys.ts';

type CreationOptions = Awaited<ReturnType<typeof creationOptions>>;

export interface PasskeyEnrolment {
  /**
   * By a link: the ceremony of `Links.begin`. Null: mistyped, run out, tried too often.
   * @throws SallyportError `conflict` where this server can be no relying party.
   */
  begin(ceremony: string): Promise<Asked<CreationOptions> | null>;
  /** Null: refused. @throws SallyportError `conflict` when somebody was faster with the link. */
  finish(ceremony: string, answer: RegistrationAnswer, name: string, device: string): Promise<Signed | null>;
  beginAnother(by: Acting): Promise<Asked<CreationOptions>>;
  /** Null: refused. @throws SallyportError `conflict` */
  finishAnother(by: Acting, ceremony: string, answer: RegistrationAnswer, name: string): Promise<PasskeyRecord | null>;
  /** @throws SallyportError `not_found` */
  rename(by: Acting, passkey: string, name: string): Promise<void>;
  /** @throws SallyportError `not_found`; `conflict` for the last way in. */
  remove(by: Acting, passkey: string): Promise<void>;
}

export interface PasskeyEnrolmentParts {
  readonly steps: PasskeySteps;
  readonly ceremonies: Ceremonies;
  readonly links: Pick<Links, 'complete'>;
  readonly store: Pick<PeopleStore, 'person' | 'passkeys' | 'commit'>;
  /** Whether people may sign in with an identity provider, too. */
  readonly oidc: boolean;
  readonly clock: Clock;
  readonly ids: Ids;
}

const BY_LINK = 'passkey_enrolment';
const ANOTHER = 'passkey_another';
/** More than anybody has devices; bounds what a browser is told to exclude. */
const MAX_PASSKEYS = 20;

export function createPasskeyEnrolment(parts: PasskeyEnrolmentParts): PasskeyEnrolment {
  const { steps, ceremonies, links, store, clock, ids } = parts;

  const creation = (person: PersonId, made: EnrolledPasskey, name: string) => {
    const id = ids.next('psk');
    const createdAt = clock.now();
    const row = { ...made, id, person, name, createdAt };
    return { row, write: identityWrite('passkey.create', row) };
  };
  async function ownPasskey({ org, person }: Acting, id: string): Promise<PasskeyRecord> {
    const found = (await store.passkeys(org, person)).find((passkey) => passkey.id === id);
    if (found === undefined) throw new SallyportError('not_found', 'There is no such passkey.');
    return found;
  }

  return {
    async begin(ceremony) {
      const rp = steps.rp();
      const record = await ceremonies.attempt(ceremony, ENROLMENT);
      if (record === null) return null;
      const enrolling = record.data as Enrolling; // as `Links.begin` sealed it
      const { org, person: id, email, name } = enrolling;
      const step = { kind: BY_LINK, of: { org, person: record.person }, data: { enrolling } };
      return steps.begin(step, (challenge) => creationOptions(rp, challenge, { id, email, name }, []));
    },
    async finish(ceremony, answer, name, device) {
      const step = await steps.resume<{ readonly enrolling: Enrolling }>(ceremony, BY_LINK);
      if (step === null) return null;
      const { enrolling } = step.data;
      const made = await enrolled(steps.rp(), step.challenge, answer);
      if (made === null) {
        await steps.fail(step, { event: 'enrolment_failed', person: step.record.person, method: PASSKEY });
        return null;
      }
      const { write } = creation(enrolling.person, made, name);
      return links.complete(enrolling, PASSKEY, [step.take], [write], device);
    },
    async beginAnother({ org, person: id, session }) {
      const rp = steps.rp();
      const person = await store.person(org, id);
      if (person === null) throw new SallyportError('unauthenticated', 'Sign in again.');
      const own = await store.passkeys(org, id);
      if (own.length >= MAX_PASSKEYS) {
        throw new SallyportError('conflict', `You have ${MAX_PASSKEYS} passkeys already; remove one first.`);
      }
      const step = { kind: ANOTHER, of: { org, person: id }, data: { session } };
      return steps.begin(step, (challenge) => creationOptions(rp, challenge, person, own));
    },
    async finishAnother({ org, person, session }, ceremony, answer, name) {
      const step = await steps.resume<{ readonly session: string }>(ceremony, ANOTHER);
      if (step?.data.session !== session) return null;
      const made = await enrolled(steps.rp(), step.challenge, answer);
      if (made === null) {
        await steps.fail(step, { event: 'enrolment_failed', person, session, method: PASSKEY });
        return null;
      }
      const { row, write } = creation(person, made, name);
      await store.commit(org, { event: 'factor_added', person, session, method: PASSKEY }, [
        identityWrite('person.active', { id: person, session }),
        ...[step.take, write],
        identityWrite('session.end-all', { person, but: session }),
      ]);
      return { ...row, org, usedAt: null };
    },
    async rename(by, passkey, name) {
      const { id } = await ownPasskey(by, passkey);
      const { org, person, session } = by;
      await store.commit(org, { event: 'factor_renamed', person, session }, [
        identityWrite('passkey.rename', { id, person, name }),
      ]);
    },
    async remove(by, passkey) {
      const { id } = await ownPasskey(by, passkey);
      const { org, person, session } = by;
      await store.commit(org, { event: 'factor_removed', person, session, method: PASSKEY }, [
        identityWrite('person.active', { id: person, session }),
        identityWrite('passkey.remove', { id: id as PasskeyId, person }),
        identityWrite('person.keeps-a-way', { id: person, oidc: parts.oidc }),
        identityWrite('session.end-all', { person, but: session }),
      ]);
    },
  };
}
