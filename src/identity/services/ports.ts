/**
 * What authentication asks of the store about service principals: programs that come with an API key, with a certificate,
 * or with tokens that they sign themselves.
 */
import type { Grant } from '../../guard/grant.ts';
import type { Scope } from '../../guard/principal.ts';
import type { KeyId, OrgId, ServiceId } from '../../kernel/ids.ts';
import type { AddressList } from '../../shield/address-list.ts';
import type { Curve } from '../rules/signed-token.ts';

/** What each of them is. */
export interface ServiceRecord {
  readonly id: KeyId | ServiceId;
  readonly org: OrgId;
  readonly scopes: ReadonlySet<Scope>;
  /** Actions that it was given by name. */
  readonly actions: ReadonlySet<string>;
  /** From where it may come; empty: from anywhere. */
  readonly networks: AddressList;
  /** Null: as many as any principal. */
  readonly requestsPerMinute: number | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Its organisation is. */
  readonly suspended: boolean;
  /** Its fence at this moment. */
  readonly epoch: number;
  /** What an owner gave to it or took from it since it was made. */
  readonly grants: readonly Grant[];
}

/** The public half of the key that a service signs with (RFC 7517, RFC 8037 §2), base64url. */
export type PublicKey =
  | { readonly kty: 'OKP'; readonly crv: Extract<Curve, 'Ed25519'>; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: Extract<Curve, 'P-256'>; readonly x: string; readonly y: string };

/** A service that signs tokens; which of its keys, where it said. */
export interface SigningService extends ServiceRecord {
  readonly publicKey: PublicKey;
  readonly kid: string | null;
}

/** As an owner may see it. Times in ms since the epoch. */
export interface ServiceInfo<Id extends KeyId | ServiceId> {
  readonly id: Id;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly actions: readonly string[];
  readonly cidrs: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** To the minute or so; null: never. */
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}
export interface RegisteredService extends ServiceInfo<ServiceId> {
  /** The name in its certificate; null: it signs tokens. */
  readonly san: string | null;
  readonly kid: string | null;
}

export interface Page<Id> {
  readonly limit: number;
  /** Only those made before this one. */
  readonly before: Id | undefined;
}

/** When each was used last, in ms since the epoch. */
export interface Use {
  readonly org: OrgId;
  readonly id: KeyId | ServiceId;
  readonly at: number;
}

export interface ServiceStore {
  /** By lower-case hex SHA-256 of the key. Revoked and expired ones are returned as such, here and below. */
  keyByHash(hash: string): Promise<ServiceRecord | null>;
  /** The one service that has one of these names; null also when two of them have. */
  byCertificateNames(names: readonly string[]): Promise<ServiceRecord | null>;
  /** One that signs its tokens. */
  signing(id: ServiceId): Promise<SigningService | null>;
  /**
   * True the first time that the service uses this number, whoever asks and however many at once: durable on return and
   * shared by all servers of the database. It may be forgotten at `until` (ms since the epoch).
   */
  rememberOnce(service: Pick<ServiceRecord, 'id' | 'org'>, number: string, until: number): Promise<boolean>;
  /** Never earlier than what is on record. */
  recordUse(uses: readonly Use[]): Promise<void>;
  /** Forgets numbers whose time is over at `now`. */
  sweep(now: number): Promise<void>;
  /** An organisation's, the newest first, without hashes. */
  keys(org: OrgId, page: Page<KeyId>): Promise<readonly ServiceInfo<KeyId>[]>;
  services(org: OrgId, page: Page<ServiceId>): Promise<readonly RegisteredService[]>;
}
