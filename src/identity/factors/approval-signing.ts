/**
 * Approving with a passkey. The challenge is made of a fresh nonce, the action and the hash of its input (`audit/approval.ts`),
 * and its step is of one person in one session, taken with the approval or with the answer that was not good. What the log keeps
 * of it is checked by anybody: so the key is written there in a form that needs no CBOR.
 */
import { createPublicKey } from 'node:crypto';
import { approvalChallenge } from '../../audit/approval.ts';
import type { Alerts } from '../../guard/alerts.ts';
import type { ApprovalSigning, ToSign } from '../../guard/approval-signing.ts';
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { PersonId, SessionId } from '../../kernel/ids.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { PeopleStore } from '../people/ports.ts';
import { identityWrite } from '../writes.ts';
import { copiedAlert } from './passkey-sign-in.ts';
import { PASSKEY, type PasskeySteps } from './passkey-step.ts';
import { asserted, publicKeyOf, requestOptions } from './passkeys.ts';

export interface ApprovalSigningParts {
  readonly steps: PasskeySteps;
  readonly store: Pick<PeopleStore, 'passkeys'>;
  readonly alerts: Alerts;
  readonly clock: Clock;
}

const KIND = 'approval';
const LIFE_MS = 2 * MINUTE_MS;

interface StepData extends ToSign {
  readonly session: string;
}

export function createApprovalSigning({ steps, store, alerts, clock }: ApprovalSigningParts): ApprovalSigning {
  return {
    async ask(by, { action, inputHash }) {
      const acting = actingAs(by);
      const own = acting === null ? [] : await store.passkeys(acting.org, acting.person);
      if (acting === null || own.length === 0) return null;
      const { org, person, session } = acting;
      if (session === null) throw required(NO_SESSION);
      const step = { kind: KIND, of: { org, person }, data: { action, inputHash, session }, lifeMs: LIFE_MS };
      return steps.begin(step, (nonce) => requestOptions(steps.rp(), approvalChallenge(nonce, action, inputHash), own));
    },
    async check(by, { action, inputHash }, answer) {
      const acting = actingAs(by);
      const own = acting === null ? [] : await store.passkeys(acting.org, acting.person);
      if (acting === null || own.length === 0) return null;
      if (answer === null) throw required(UNSIGNED);
      const { org, person, session } = acting;
      if (session === null) throw required(NO_SESSION);
      const step = await steps.resume<StepData>(answer.ceremony, KIND);
      if (step === null || step.record.person !== person || step.record.org !== org) throw required(NOT_GOOD);
      const { data, challenge: nonce, take } = step;
      const passkey = own.find(({ credential }) => credential === answer.credential);
      const isAsked = data.session === session && data.action === action && data.inputHash === inputHash;
      const { credential: id, authenticatorData, clientDataJSON, signature } = answer;
      const response = { authenticatorData, clientDataJSON, signature };
      const credential = { id, rawId: id, type: 'public-key', response } as const;
      const is =
        passkey === undefined || !isAsked
          ? ({ is: 'bad' } as const)
          : await asserted(steps.rp(), approvalChallenge(nonce, action, inputHash), credential, passkey, {
              byHandle: false,
            });
      if (passkey === undefined || is.is !== 'good') {
        const isCopied = passkey !== undefined && is.is === 'copied';
        const event = isCopied ? ('factor_copied' as const) : ('step_up_failed' as const);
        await steps.fail(step, { event, person, session, method: PASSKEY });
        if (isCopied) alerts.raise(copiedAlert(passkey));
        throw required(NOT_GOOD);
      }
      const { counter, backedUp } = is;
      const used = { of: org, id: passkey.id, from: passkey.counter, counter, backedUp, at: clock.now() };
      return {
        writes: [take, identityWrite('passkey.use', used)],
        signed: {
          ...{ credential: id, authenticatorData, clientDataJSON, signature },
          publicKey: await spki(passkey.publicKey),
          nonce: toBase64url(nonce),
          rpId: steps.rp().id,
        },
      };
    },
  };
}

/** A person, in their session; null for programs. */
function actingAs({ kind, org, id, fences }: Principal) {
  if (kind !== 'person') return null;
  const session = fences.find(({ of }) => of === 'session')?.id as SessionId | undefined;
  return { org, person: id as PersonId, session: session ?? null };
}

async function spki(cose: string): Promise<string> {
  const key = createPublicKey({ key: await publicKeyOf(cose), format: 'jwk' });
  return toBase64url(key.export({ type: 'spki', format: 'der' }));
}

const required = (say: string) => new SallyportError('signature_required', say);
const NO_SESSION = 'Sign in, and approve in that session.';
const UNSIGNED =
  'You have a passkey: approve with it. GET /api/v1/approvals/{actionId}/challenge says what it has to sign; send its answer as assertion.';
const NOT_GOOD =
  'The passkey’s answer is not good for this approval, or came too late. Look at the action again, and ask for another challenge.';
