/** What people see of a model and its keys: names, ages, states and fingerprints, and no value. */
import type { ModelConfig } from '../config/schema.ts';
import type { SecretSource } from '../secrets.ts';
import { type ModelKey, type ReadSecret, readFingerprint } from './model-keys.ts';
import type { ModelLine } from './model-line.ts';
import { type KeyState, keyAgeDays, stateOf } from './rules/key-standing.ts';
import { levelAt, type TokenBucket } from './rules/token-bucket.ts';

export interface BucketLevel {
  readonly perMinute: number;
  /** What may be used now, whole; 0 when more was used than there was. */
  readonly left: number;
}

export interface KeyStatus {
  readonly name: string;
  /** The variable's or the secret's name; null: the server is asked without a key. */
  readonly source: SecretSource | null;
  /** The first 12 hexadecimal digits of SHA-256 of the value; null: there is no value. */
  readonly fingerprint: string | null;
  readonly ageDays: number;
  readonly state: KeyState;
  /** When (ms) a rest ends; null when it does not rest. */
  readonly until: number | null;
  readonly inFlight: number;
  /** Null: no limit. */
  readonly tokens: BucketLevel | null;
  readonly requests: BucketLevel | null;
  /** The vendor's code, `http_503`, or what happened instead of an answer; null since the last success. */
  readonly lastError: string | null;
}

export interface ModelStatus extends Pick<ModelConfig, 'alias' | 'provider' | 'model' | 'fallback' | 'maxConcurrent'> {
  readonly inFlight: number;
  readonly waiting: number;
  /** Without one no cap in money can be held. */
  readonly hasPrice: boolean;
  readonly keys: readonly KeyStatus[];
}

export async function statusOf(
  { model, keys, inFlight, waiting }: ModelLine,
  read: ReadSecret,
  now: number,
  onFault: (fault: unknown) => void,
): Promise<ModelStatus> {
  const { alias, provider, model: name, fallback, maxConcurrent, price } = model;
  const shown = keys.map(async (key): Promise<KeyStatus> => {
    const fingerprint = await readFingerprint(key, read).catch((fault: unknown) => {
      onFault(fault);
      return key.fingerprint;
    });
    return keyStatus(key, fingerprint, now);
  });
  return {
    alias,
    provider,
    model: name,
    fallback,
    maxConcurrent,
    inFlight,
    waiting,
    hasPrice: price !== undefined,
    keys: await Promise.all(shown),
  };
}

function keyStatus(key: ModelKey, fingerprint: string | null, now: number): KeyStatus {
  const state = stateOf(key.health, key.times, now);
  return {
    name: key.name,
    source: key.source,
    fingerprint,
    ageDays: keyAgeDays(key, key.firstSeen, now),
    state,
    until: state === 'cooling' && key.health.is === 'cooling' ? key.health.until : null,
    inFlight: key.inFlight,
    tokens: levelOf(key.tokens, now),
    requests: levelOf(key.requests, now),
    lastError: key.lastError,
  };
}

const levelOf = (bucket: TokenBucket | null, now: number): BucketLevel | null =>
  bucket === null ? null : { perMinute: bucket.perMinute, left: Math.max(0, Math.floor(levelAt(bucket, now))) };
