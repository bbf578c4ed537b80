/**
 * The secrets that an organisation put into the vault for its swarm, by name. They are sealed under the key ring; only
 * `swarm/secrets.ts` opens them, for whoever sends them on. Nobody reads one back: people see name, fingerprint, age, last use.
 */
import type { OrgId } from '../kernel/ids.ts';

export interface StoredSecret {
  readonly name: string;
  /** The first 12 hexadecimal digits of a keyed hash: the same value has the same one, and nobody can guess it from that. */
  readonly fingerprint: string;
  readonly createdBy: string;
  /** Ms since the epoch. */
  readonly createdAt: number;
  /** To about a minute; null: never. */
  readonly lastUsedAt: number | null;
}

export interface SecretVault {
  /** Never remembered: what was replaced or removed is gone with the next use. */
  open(org: OrgId, name: string): Promise<string | null>;
  /** Notes a use; written once a minute at most. */
  used(org: OrgId, name: string, at: number): Promise<void>;
  list(org: OrgId): Promise<readonly StoredSecret[]>;
}
