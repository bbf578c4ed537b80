/** What the guard's actions ask of the vault's keys. Names, counts and ages: no answer holds a key. */
import type { ErrorCode } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';

export interface KeyUse {
  /** Eight hexadecimal digits that name the key. */
  readonly kid: string;
  readonly active: boolean;
  /** False: something is sealed under it that this server can't open. */
  readonly here: boolean;
  /** Since when (ms) it is known; null when it is not here. */
  readonly since: number | null;
  /** Sealed values under it: keys of organisations and people, credentials, signing secrets. */
  readonly sealed: number;
}

export interface VaultStatus {
  /** Where the active key comes from. */
  readonly from: 'folder' | 'environment';
  readonly keys: readonly KeyUse[];
  readonly rotation: {
    readonly state: 'none' | 'running' | 'done' | 'failed';
    /** Of the running or last walk in this process: values looked at, and sealed anew. */
    readonly looked: number;
    readonly rewrapped: number;
    readonly finishedAt: number | null;
  };
}

export interface KeyRefusal {
  readonly code: ErrorCode;
  readonly say: string;
}

export interface KeyKeeper {
  status(): Promise<VaultStatus>;
  /** Makes a key where the folder holds it, and begins to seal everything anew under the active one, in the background. */
  rotate(): Promise<Result<{ readonly kid: string }, KeyRefusal>>;
  /** Destroys a key under which nothing is sealed any more. */
  drop(kid: string): Promise<Result<null, KeyRefusal>>;
}
