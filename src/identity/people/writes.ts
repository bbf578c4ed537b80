/** What may be written about people, how they come in, and their sessions. A write whose ground is gone is a `conflict`. */
import type { OrgId, PasskeyId, PersonId, SessionId } from '../../kernel/ids.ts';
import type { Role } from '../rules/roles.ts';
import type { AuthenticationEvent, LinkKind, PasskeyRecord } from './ports.ts';

export interface PeopleWrites {
  /** For the log: whom an action was about, which the decision's own entry does not tell. */
  'authentication.tell': AuthenticationEvent;
  /** Somebody who has no factor yet. An address that is taken is a `conflict`. */
  'person.create': {
    readonly id: PersonId;
    /** In normal form. */
    readonly email: string;
    readonly name: string;
    readonly role: Role;
    readonly createdAt: number;
  };
  /** Somebody who has not accepted yet, invited once more; who is not invited is a `conflict`. */
  'person.invite-again': { readonly id: PersonId; readonly name: string; readonly role: Role };
  /** Before the first person is made: `conflict` when there is or was somebody. Two at once wait for each other. */
  'person.be-first': Readonly<Record<never, never>>;
  /** From invited to active; who is neither is a `conflict`. */
  'person.activate': { readonly id: PersonId };
  /** Also bumps the person's fence, ends every session and takes back a recovery. The last active Owner stays: else `conflict`. */
  'person.role': { readonly id: PersonId; readonly role: Role };
  /** A suspension also ends the person's links: what was sent before it opens nothing after it. */
  'person.status': { readonly id: PersonId; readonly status: 'active' | 'suspended' };
  /** Ends everything of theirs and forgets name, address and factors; the id stays for the log. */
  'person.remove': { readonly id: PersonId };
  /** Also forgets the guesses at the person's address. */
  'person.signed-in': { readonly id: PersonId; readonly at: number };
  /** `conflict` when the person is not active, or has another password than `password`: for what was decided by it. */
  'person.unchanged': { readonly id: PersonId; readonly password: string | null };
  /** First of what a person does: `conflict` when the person is not active, or this session of theirs has ended. */
  'person.active': { readonly id: PersonId; readonly session: SessionId | null };
  /**
   * After a removal: `conflict` when neither a passkey nor a password with one-time codes is left, nor an account of the
   * identity provider where people sign in with one (`oidc`).
   */
  'person.keeps-a-way': { readonly id: PersonId; readonly oidc: boolean };
  /** The same password, hashed anew; nothing when it is no longer `from`. */
  'person.rehash': { readonly id: PersonId; readonly from: string; readonly to: string };
  /** A PHC string; null: no password. */
  'person.password': { readonly id: PersonId; readonly password: string | null };
  'person.totp': { readonly id: PersonId; readonly secret: Uint8Array | null; readonly step: number | null };
  /** Only a step later than the last one, of the app whose secret the code was checked with: else `conflict`. */
  'person.totp-step': { readonly id: PersonId; readonly secret: Uint8Array; readonly step: number };
  /** Every factor of theirs is gone. */
  'person.no-factors': { readonly id: PersonId };
  /** Replaces those that are left. */
  'recovery-codes.replace': { readonly person: PersonId; readonly hashes: readonly string[] };
  /** `conflict` when it is not there (any more). */
  'recovery-code.use': { readonly person: PersonId; readonly hash: string };
  'passkey.create': Omit<PasskeyRecord, 'org' | 'usedAt'>;
  /** Only from the counter that was seen: else `conflict`. */
  'passkey.use': {
    /** Whose organisation, where it is not the one acted in. */
    readonly of?: OrgId;
    readonly id: PasskeyId;
    readonly from: number;
    readonly counter: number;
    readonly backedUp: boolean;
    readonly at: number;
  };
  'passkey.rename': { readonly id: PasskeyId; readonly person: PersonId; readonly name: string };
  /** `conflict` when it is not there. */
  'passkey.remove': { readonly id: PasskeyId; readonly person: PersonId };
  /** `conflict` when it is somebody's already. */
  'oidc-link.create': {
    readonly person: PersonId;
    readonly issuer: string;
    readonly subject: string;
    readonly createdAt: number;
  };
  /** `conflict` when it is not (any more) this person's account that was shown; the person is locked before. */
  'oidc-link.use': { readonly person: PersonId; readonly issuer: string; readonly subject: string };
  'oidc-link.remove': { readonly person: PersonId };
  /** A browser in which the person has signed in now, with no guess counted; in place of what it was known by before. */
  'device.remember': {
    readonly hash: string;
    readonly replaces: string | null;
    readonly person: PersonId;
    readonly expiresAt: number;
  };
  /** All of a person's but one. */
  'device.forget-all': { readonly person: PersonId; readonly but: string | null };

  /** In place of any other of that person, or of the set-up. */
  'link.replace': {
    readonly hash: string;
    readonly kind: LinkKind;
    readonly person: PersonId | null;
    readonly createdAt: number;
    readonly expiresAt: number;
  };
  /** `conflict` when it is gone or has run out. */
  'link.take': { readonly hash: string };
  'ceremony.put': {
    readonly hash: string;
    readonly kind: string;
    readonly person: PersonId | null;
    /** JSON; sealed. */
    readonly data: unknown;
    readonly expiresAt: number;
  };
  /** `conflict` when it is gone or has run out. */
  'ceremony.take': { readonly hash: string };

  'session.begin': {
    readonly id: SessionId;
    readonly person: PersonId;
    readonly at: number;
    readonly steppedUpAt: number | null;
    readonly expiresAt: number;
    readonly factors: readonly string[];
    readonly device: string;
    readonly accessHash: string;
    readonly accessExpiresAt: number;
  };
  /** Also forgets the guesses of this session. */
  'session.step-up': { readonly id: SessionId; readonly factor: string; readonly at: number };
  /** Of that person alone. Also bumps its fence. */
  'session.end': { readonly id: SessionId; readonly person: PersonId };
  /** All of a person's but one. */
  'session.end-all': { readonly person: PersonId; readonly but: SessionId | null };
}

/** Told by whichever notices it first, the rule or the write. */
export const LAST_OWNER = 'This is the last active Owner; make somebody else an Owner first.';
