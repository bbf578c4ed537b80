/**
 * The signature under an approval: a person who has a passkey approves with it, over exactly the action and the input that
 * were shown. Owned by the guard, implemented by `identity/`. Threat: a session that was left open or stolen approves what its
 * owner never saw.
 */
import type { SignedApproval } from '../audit/approval.ts';
import type { ActionId } from '../kernel/ids.ts';
import type { Write } from '../kernel/write.ts';
import type { Principal } from './principal.ts';

/** What is signed. */
export interface ToSign {
  readonly action: ActionId;
  /** The salted commitment to its arguments, as the log has it. */
  readonly inputHash: string;
}

/** A browser's answer, in base64url. */
export interface ApprovalAnswer {
  readonly ceremony: string;
  readonly credential: string;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** To be committed with the approval, so that an answer is used once. */
export interface Signature {
  readonly signed: SignedApproval;
  readonly writes: readonly Write[];
}

export interface ApprovalSigning {
  /** For the browser; of this person, session and action, once, within two minutes. Null: the caller has no passkey. */
  ask(by: Principal, what: ToSign): Promise<{ readonly ceremony: string; readonly options: unknown } | null>;
  /**
   * Null: no signature is needed, as the caller is no person or has no passkey.
   * @throws SallyportError `signature_required` without an answer, or with one that is not good; that one is used up.
   */
  check(by: Principal, what: ToSign, answer: ApprovalAnswer | null): Promise<Signature | null>;
}
