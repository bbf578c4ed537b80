/**
 * The keys of one model while the server runs: their buckets, rests and retirements. In memory alone: a server that starts
 * knows nothing bad of any key, and each of several servers counts for itself; the vendor's 429 tells the rest.
 *
 * A key's value is asked for at each use and not kept. What is kept is its fingerprint, so that a new value in the
 * place of a retired one is noticed.
 */
import { toHex } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { sha256 } from '../../kernel/hash.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { ModelConfig } from '../config/schema.ts';
import type { SecretSource } from '../secrets.ts';
import type { KeyFacts } from './rules/choose-key.ts';
import { coolMs, type Health, type KeyTimes, timesOf, WELL } from './rules/key-standing.ts';
import { fullBucket, resized, type TokenBucket } from './rules/token-bucket.ts';

/** Null: there is none of that name. */
export type ReadSecret = (source: SecretSource) => Promise<string | null>;

/** One key; the router's own. Everything that changes is changed here. */
export interface ModelKey extends KeyFacts {
  readonly name: string;
  /** Null: the server is asked without a key. */
  readonly source: SecretSource | null;
  since: string | undefined;
  times: KeyTimes;
  health: Health;
  inFlight: number;
  tokens: TokenBucket | null;
  requests: TokenBucket | null;
  /** In a row. */
  failures: number;
  lastError: string | null;
  /** The first 12 hexadecimal digits of SHA-256 of its value; null until it was used. */
  fingerprint: string | null;
  firstSeen: number;
  /** When a retired key's value was last compared. */
  lookedAt: number;
}

/** The same key of the same account; what else is written about it may change. */
export const keyId = (
  { provider, baseUrl, alias }: ModelConfig,
  { name, source }: Pick<ModelKey, 'name' | 'source'>,
): string => JSON.stringify([alias, provider, baseUrl, name, source]);

/** Since when (ms) a key has been in the configuration, by `keyId`; null: that is not known. */
export type FirstSeen = (id: string) => number | null;

/** The keys that a configuration writes, by `keyId`, of which it does not say when they were made. */
export const undatedKeys = (models: readonly ModelConfig[]): ReadonlySet<string> =>
  new Set(
    models.flatMap((model) =>
      model.keys.flatMap((one) =>
        one.since === undefined ? [keyId(model, { name: one.name, source: sourceOf(one) })] : [],
      ),
    ),
  );

type Written = ModelConfig['keys'][number];

const sourceOf = ({ apiKeyEnv, secret }: Written): SecretSource | null =>
  apiKeyEnv !== undefined ? { env: apiKeyEnv } : secret !== undefined ? { secret } : null;

/** The keys that a model has: those written, or the one that stands for none where a server of one's own asks for none. */
export function keysOf(
  model: ModelConfig,
  known: ReadonlyMap<string, ModelKey>,
  firstSeen: FirstSeen,
  now: number,
): readonly ModelKey[] {
  const keyless = model.keys.length === 0 && model.provider !== 'anthropic';
  const written: readonly Written[] = keyless ? [{ name: 'none' }] : model.keys;
  return written.map((one) => {
    const source = sourceOf(one);
    const id = keyId(model, { name: one.name, source });
    const key: ModelKey = known.get(id) ?? {
      name: one.name,
      source,
      since: one.since,
      times: timesOf(one),
      health: WELL,
      inFlight: 0,
      tokens: null,
      requests: null,
      failures: 0,
      lastError: null,
      fingerprint: null,
      firstSeen: now,
      lookedAt: now,
    };
    key.since = one.since;
    key.firstSeen = Math.min(key.firstSeen, firstSeen(id) ?? now);
    key.times = timesOf(one);
    key.tokens = limited(key.tokens, one.tokensPerMinute ?? model.tokensPerMinute, now);
    key.requests = limited(key.requests, one.requestsPerMinute ?? model.requestsPerMinute, now);
    return key;
  });
}

const limited = (bucket: TokenBucket | null, perMinute: number | undefined, now: number): TokenBucket | null =>
  perMinute === undefined ? null : bucket === null ? fullBucket(perMinute, now) : resized(bucket, perMinute, now);

/** Requests that were under way together and failed together are one failure. */
export function cool(key: ModelKey, askedMs: number, now: number, entropy: Entropy): void {
  if (key.health.is === 'retired') return;
  const rests = key.health.is === 'cooling' && now < key.health.until ? key.health.until : null;
  if (rests === null) key.failures++;
  const until = now + coolMs(key.failures, askedMs, entropy.bytes(1)[0]! / 255);
  key.health = { is: 'cooling', until: Math.max(until, rests ?? 0) };
}

/** True when this is news. `fingerprint`: of the value that was refused, which may not be the present one any more. */
export function retire(key: ModelKey, fingerprint: string | null, now: number): boolean {
  if (key.health.is === 'retired' || key.fingerprint !== fingerprint) return false;
  key.health = { is: 'retired', since: now };
  key.lookedAt = now;
  return true;
}

/** A success that began before a rest does not end it. */
export function served(key: ModelKey, now: number): void {
  key.failures = 0;
  key.lastError = null;
  if (key.health.is === 'cooling' && now >= key.health.until) key.health = WELL;
}

/** What can stand in a header line, and so can be a key at all. */
const KEY = /^[\x21-\x7e]{1,1000}$/;
const MISSING_MS = 30 * SECOND_MS;

export type KeyValue =
  | { readonly is: 'value'; readonly value: string | null }
  /** There is none, or none that can be sent; the key rests. `first`: it was not known before. */
  | { readonly is: 'missing'; readonly first: boolean };

/** Reads a key's value for one use. @throws whatever `read` throws */
export async function readKey(key: ModelKey, read: ReadSecret, now: number): Promise<KeyValue> {
  if (key.source === null) return { is: 'value', value: null };
  const value = await read(key.source);
  if (value === null || !KEY.test(value)) {
    const first = key.lastError !== 'key_missing';
    key.lastError = 'key_missing';
    key.health = { is: 'cooling', until: now + MISSING_MS };
    return { is: 'missing', first };
  }
  key.fingerprint = fingerprintOf(value);
  return { is: 'value', value };
}

/** For people, also of a key that was never used. @throws whatever `read` throws */
export async function readFingerprint({ source, fingerprint }: ModelKey, read: ReadSecret): Promise<string | null> {
  const value = source === null ? null : await read(source);
  return value === null ? fingerprint : fingerprintOf(value);
}

const fingerprintOf = (value: string): string => toHex(sha256(value)).slice(0, 12);

const LOOK_AGAIN_MS = 30 * SECOND_MS;

/** Whether another value stands in the place of a retired one; looked for now and then. @throws whatever `read` throws */
export async function reviveReplaced(keys: readonly ModelKey[], read: ReadSecret, now: number): Promise<void> {
  for (const key of keys) {
    if (key.health.is !== 'retired' || key.source === null) continue;
    if (now >= key.lookedAt && now < key.lookedAt + LOOK_AGAIN_MS) continue;
    key.lookedAt = now;
    const value = await read(key.source);
    if (value === null || fingerprintOf(value) === key.fingerprint) continue;
    key.health = WELL;
    key.failures = 0;
    key.lastError = null;
    key.firstSeen = now;
  }
}
