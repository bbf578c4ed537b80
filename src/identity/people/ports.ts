/**
 * What signing in asks of the store. Everything that changes goes through `commit`: the entry in the log and all writes in
 * one transaction, refused whole (`conflict`) when the ground of one is gone: a link or a ceremony that was taken, a code
 * that was used, a step that was counted. So nothing can be used twice, however many try at once.
 */
import type { AuthenticationEventName } from '../../audit/entry.ts';
import type { Grant } from '../../guard/grant.ts';
import type { OrgId, PasskeyId, PersonId, SessionId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import type { Role } from '../rules/roles.ts';
import type { SessionState } from '../rules/session.ts';

export const PERSON_STATUSES = ['invited', 'active', 'suspended', 'removed'] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];

export interface PersonRecord {
  readonly org: OrgId;
  readonly id: PersonId;
  /** In normal form; empty once removed, like the name. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly status: PersonStatus;
  /** A PHC string. */
  readonly password: string | null;
  readonly totp: { readonly secret: Uint8Array; readonly lastStep: number | null } | null;
  readonly passkeys: number;
  /** How many are left. */
  readonly recoveryCodes: number;
  readonly oidc: boolean;
  readonly createdAt: number;
  readonly signedInAt: number | null;
}

export interface PasskeyRecord {
  readonly org: OrgId;
  readonly id: PasskeyId;
  readonly person: PersonId;
  /** The credential id and the COSE public key, base64url. */
  readonly credential: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  /** Whether it may be on several devices (L3 §6.1.3), and whether it is. */
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
}

export interface SessionRecord extends SessionState {
  readonly org: OrgId;
  readonly id: SessionId;
  readonly person: PersonId;
  readonly createdAt: number;
  readonly steppedUpAt: number | null;
  readonly factors: readonly string[];
  readonly device: string;
}

/** What an access token stands for at this moment. */
export interface AccessRecord {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly session: SessionId;
  readonly role: string;
  readonly status: PersonStatus;
  /** Of the token. */
  readonly expiresAt: number;
  readonly sessionEndsAt: number;
  readonly endedAt: number | null;
  readonly steppedUpAt: number | null;
  /** The person's organisation is. */
  readonly suspended: boolean;
  readonly personEpoch: number;
  readonly sessionEpoch: number;
  readonly grants: readonly Grant[];
}

export const LINK_KINDS = ['set_up', 'invitation', 'recovery'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];
export interface LinkRecord {
  readonly hash: string;
  readonly kind: LinkKind;
  readonly org: OrgId;
  /** Null for the first set-up: there is nobody yet. */
  readonly person: PersonId | null;
  readonly expiresAt: number;
}

export interface CeremonyRecord {
  readonly hash: string;
  /** The platform's while nobody is known. */
  readonly org: OrgId;
  readonly person: PersonId | null;
  readonly data: unknown;
  /** With this one. */
  readonly tries: number;
}

/** For the log: who came in or failed to, by what. */
export interface AuthenticationEvent {
  readonly event: AuthenticationEventName;
  readonly person: PersonId | null;
  readonly session?: SessionId;
  readonly method?: string;
  readonly by?: string;
}

export interface Rotation {
  readonly org: OrgId;
  readonly session: SessionId;
  /** The number of the refresh token that was shown. */
  readonly no: number;
  /** Of the access token that comes with the answer. */
  readonly accessHash: string;
  readonly accessExpiresAt: number;
}

/** To a WebSocket, for a person's session, from one network. */
export interface TicketRecord {
  readonly hash: string;
  readonly org: OrgId;
  readonly person: PersonId;
  readonly session: SessionId;
  readonly network: string;
  readonly expiresAt: number;
}

export interface PeopleStore {
  /** Whether anybody has ever been made: after that there is no set-up link. */
  any(): Promise<boolean>;
  person(org: OrgId, id: PersonId): Promise<PersonRecord | null>;
  /** Whoever has this address (in normal form), on the whole server. */
  personByEmail(email: string): Promise<PersonRecord | null>;
  /** Of an organisation by id, from `after` on; those removed are not among them. */
  people(
    org: OrgId,
    query: {
      readonly after: string;
      readonly limit: number;
      readonly role?: Role | undefined;
      readonly status?: PersonStatus | undefined;
    },
  ): Promise<readonly PersonRecord[]>;
  passkeys(org: OrgId, person: PersonId): Promise<readonly PasskeyRecord[]>;
  passkeyByCredential(credential: string): Promise<PasskeyRecord | null>;
  personByOidc(issuer: string, subject: string): Promise<{ readonly org: OrgId; readonly id: PersonId } | null>;
  session(org: OrgId, id: SessionId): Promise<SessionRecord | null>;
  /** Those that are not over at `now`, the newest first. */
  sessions(org: OrgId, person: PersonId, now: number): Promise<readonly SessionRecord[]>;
  /** By lower-case hex SHA-256 of the access token. Remembered where no other process writes. */
  access(hash: string): Promise<AccessRecord | null>;
  /** What a session stands for at this moment, whichever access token; `expiresAt` is the session's own. */
  standing(org: OrgId, session: SessionId): Promise<AccessRecord | null>;
  putTicket(ticket: TicketRecord): Promise<void>;
  /** Takes one that is not expired at `now`: whoever asks again, on any server, gets null. */
  takeTicket(hash: string, now: number): Promise<TicketRecord | null>;
  /** One that is not expired at `now`. */
  link(hash: string, now: number): Promise<LinkRecord | null>;
  /** One that is not expired, and counts the try: null for the sixth. */
  attempt(hash: string, kind: string, now: number): Promise<CeremonyRecord | null>;
  /** The key under which refresh tokens are made; the same for every server of the database. */
  refreshKey(): Promise<Uint8Array>;
  /**
   * Rotates by the rule of `rules/session.ts` on the locked row, makes the access token, and ends the family of a token that
   * was shown twice; its entries in the log too. The session as it is then; null: over or not there.
   */
  rotateSession(
    rotation: Rotation,
  ): Promise<{ readonly ruling: 'rotate' | 'raced'; readonly session: SessionRecord } | null>;
  /** @throws SallyportError `conflict` when the ground of a write is gone; nothing is written then. */
  commit(org: OrgId, event: AuthenticationEvent, writes: readonly Write[]): Promise<void>;
  /**
   * Opens or takes a step of a ceremony by itself. It says nothing of anybody yet, so the log has no entry of it: strangers
   * could fill it. @throws SallyportError `conflict` when it was taken already.
   */
  step(org: OrgId, write: Write): Promise<void>;
  /** Forgets what is over at `now`. */
  sweep(now: number): Promise<void>;
}
