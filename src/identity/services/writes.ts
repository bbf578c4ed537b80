/** What may be written about service principals. */
import type { KeyId, ServiceId } from '../../kernel/ids.ts';
import type { PublicKey } from './ports.ts';

interface Made {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly actions: readonly string[];
  /** Networks in their one spelling. */
  readonly cidrs: readonly string[];
  readonly requestsPerMinute: number | null;
  /** Ms since the epoch, or null: until revoked. */
  readonly expiresAt: number | null;
  /** A principal's id. */
  readonly createdBy: string;
  readonly createdAt: number;
}

export interface ServiceWrites {
  /** `hash`: lower-case hex SHA-256 of the key. */
  'api-key.create': Made & { readonly id: KeyId; readonly hash: string };
  /** Also bumps its fence. */
  'api-key.revoke': { readonly id: KeyId; readonly at: number };
  /** A certificate's name that another has on this server is a `conflict`. */
  'service.register': Made & {
    readonly id: ServiceId;
    readonly by: { readonly san: string } | { readonly publicKey: PublicKey; readonly kid: string | null };
  };
  /** Also bumps its fence. */
  'service.remove': { readonly id: ServiceId; readonly at: number };
}
