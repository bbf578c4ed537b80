/**
 * Signing in by passkey, and showing one again. Nobody is named when a sign-in begins: the passkey says whose it is, so that
 * the door can't be asked who exists. A passkey that is unknown, of somebody who may not come in, or not truly used is one and
 * the same refusal. So is one that may have been copied: refused, with an alert, though its signature is right.
 */
import type { AuthenticationEventName } from '../../audit/entry.ts';
import type { Alert, Alerts } from '../../guard/alerts.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Acting } from '../people/acting.ts';
import { committed } from '../people/committed.ts';
import type { PasskeyRecord, PeopleStore } from '../people/ports.ts';
import type { Sessions, Signed } from '../people/sessions.ts';
import { steppedUpUntil } from '../rules/session.ts';
import { identityWrite } from '../writes.ts';
import type { AssertionAnswer } from './passkey-answer.ts';
import { type Asked, PASSKEY, type PasskeySteps, type Resumed } from './passkey-step.ts';
import { asserted, requestOptions } from './passkeys.ts';

type RequestOptions = Awaited<ReturnType<typeof requestOptions>>;

export interface PasskeySignIn {
  /** @throws SallyportError `conflict` where this server can be no relying party; so do the others. */
  begin(): Promise<Asked<RequestOptions>>;
  /** Null: refused, for whatever reason. @param device what kind of browser it is. */
  finish(ceremony: string, answer: AssertionAnswer, device: string): Promise<Signed | null>;
  /** @throws SallyportError `conflict` for who has no passkey. */
  beginStepUp(by: Acting): Promise<Asked<RequestOptions>>;
  /** Until when sensitive actions may be done now (ms); null: refused. */
  finishStepUp(by: Acting, ceremony: string, answer: AssertionAnswer): Promise<number | null>;
}

export interface PasskeySignInParts {
  readonly steps: PasskeySteps;
  readonly store: Pick<PeopleStore, 'person' | 'passkeys' | 'passkeyByCredential' | 'commit'>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly alerts: Alerts;
  readonly clock: Clock;
}

const SIGN_IN = 'passkey_sign_in';
const STEP_UP = 'passkey_step_up';

export function createPasskeySignIn({ steps, store, sessions, alerts, clock }: PasskeySignInParts): PasskeySignIn {
  /** The write that goes with a good answer; null for any other, which is taken and logged. */
  async function judged(
    step: Resumed<unknown>,
    answer: AssertionAnswer,
    passkey: PasskeyRecord | null,
    failed: { readonly event: AuthenticationEventName; readonly byHandle: boolean },
  ) {
    const { byHandle } = failed;
    const is = passkey === null ? BAD : await asserted(steps.rp(), step.challenge, answer, passkey, { byHandle });
    if (passkey !== null && is.is === 'good') {
      const { counter, backedUp } = is;
      return identityWrite('passkey.use', {
        id: passkey.id,
        from: passkey.counter,
        counter,
        backedUp,
        at: clock.now(),
      });
    }
    const copied = passkey !== null && is.is === 'copied';
    // whose it was is proved by nothing but a right signature
    const person = copied ? passkey.person : step.record.person;
    const event = { event: copied ? ('factor_copied' as const) : failed.event, person, method: PASSKEY };
    await steps.fail(step, event, copied ? passkey.org : step.record.org);
    if (copied) alerts.raise(copiedAlert(passkey));
    return null;
  }

  return {
    begin: () => steps.begin({ kind: SIGN_IN }, (challenge) => requestOptions(steps.rp(), challenge)),
    async finish(ceremony, answer, device) {
      const step = await steps.resume(ceremony, SIGN_IN);
      if (step === null) return null;
      const passkey = await store.passkeyByCredential(answer.id);
      const person = passkey === null ? null : await store.person(passkey.org, passkey.person);
      const known = person?.status === 'active' ? passkey : null;
      const use = await judged(step, answer, known, { event: 'sign_in_failed', byHandle: true });
      if (use === null) return null;
      const { org, person: id } = known!;
      const { signed, writes } = await sessions.begin({ org, person: id }, [PASSKEY], device);
      const active = identityWrite('person.active', { id, session: null });
      const event = { event: 'signed_in', person: id, session: signed.session, method: PASSKEY } as const;
      return (await committed(store.commit(org, event, [active, step.take, use, ...writes]))) ? signed : null;
    },
    async beginStepUp({ org, person, session }) {
      const own = await store.passkeys(org, person);
      if (own.length === 0) throw new SallyportError('conflict', 'You have no passkey; show another factor.');
      const step = { kind: STEP_UP, of: { org, person }, data: { session } };
      return steps.begin(step, (challenge) => requestOptions(steps.rp(), challenge, own));
    },
    async finishStepUp({ org, person, session }, ceremony, answer) {
      const step = await steps.resume<{ readonly session: string }>(ceremony, STEP_UP);
      if (step?.data.session !== session) return null;
      const own = await store.passkeys(org, person);
      const passkey = own.find(({ credential }) => credential === answer.id) ?? null;
      const use = await judged(step, answer, passkey, { event: 'step_up_failed', byHandle: false });
      if (use === null) return null;
      const now = clock.now();
      const done = await committed(
        store.commit(org, { event: 'stepped_up', person, session, method: PASSKEY }, [
          identityWrite('person.active', { id: person, session }),
          ...[step.take, use],
          identityWrite('session.step-up', { id: session, factor: PASSKEY, at: now }),
        ]),
      );
      return done ? steppedUpUntil(now) : null;
    },
  };
}

const BAD = { is: 'bad' } as const;

export const copiedAlert = ({ org, id, person }: PasskeyRecord): Alert => ({
  severity: 'MEDIUM',
  kind: 'factor_copied',
  org,
  say: 'A passkey was used whose counter did not rise: there may be a copy of it. It was refused; its owner should remove it and enrol a new one.',
  subject: id,
  detail: { passkey: id, person },
});
