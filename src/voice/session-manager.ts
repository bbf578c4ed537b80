/**
 * Tokens that let a call run a function: each is bound to one call and one function, signed with HMAC-SHA256, and expires.
 * Nothing is stored to check one, so that every process with the same key accepts it; only `singleUse` and metadata need memory.
 *
 * Stricter than the seed's SDK: the signature is whole (64 hexadecimal digits, not 16), the nonce has 128 bits, and what is not
 * the canonical spelling of a token is none.
 */
import { timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { fromBase64url, fromUtf8, toBase64url, toHex, toUtf8 } from '../kernel/encoding.ts';
import { type Entropy, systemEntropy } from '../kernel/entropy.ts';
import { sha256 } from '../kernel/hash.ts';
import { shortMac } from '../kernel/short-mac.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { ConfigurationError } from './configuration-error.ts';
import { loadVoiceSettings } from './settings.ts';
import { isFunctionName } from './tools/function-name.ts';
import { memoryTokenUses, type TokenUses } from './tools/token-uses.ts';

export interface SessionManagerOptions {
  /** Tokens that this key signed are still accepted: for the hour after a change of the key. */
  readonly previousSecretKey?: string;
  /** Where used tokens are remembered; this process's memory unless said. */
  readonly tokenUses?: TokenUses;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** What a token says, none of it verified. */
export interface TokenParts {
  readonly callId: string;
  readonly functionName: string;
  /** Seconds since the Unix epoch. */
  readonly expiry: number;
  readonly nonce: string;
  readonly signature: string;
}

/** Arguments that a token fixes: the function can be called with these values alone. */
export type BoundArguments = Readonly<Record<string, Json>>;

type Mac = (message: string) => string;
type Metadata = Readonly<Record<string, unknown>>;

const KEY_BYTES = 32;
const NONCE_BYTES = 16;
const SESSION_ID_BYTES = 16;
export const MAX_CALL_ID_CHARS = 512;
/** Room for the longest that `generateToken` makes: a call id of 512 characters of three bytes, and a name of 128. */
const MAX_TOKEN_CHARS = 2_400;
const MAX_SESSIONS = 10_000;
const MAX_METADATA_ENTRIES = 1_000;
const DEFAULT_EXPIRY_SECS = 3_600;
/** A token that outlives every call is a password in an address. */
const MAX_EXPIRY_SECS = 365 * 24 * 3_600;
const DIGITS = /^[1-9]\d{0,14}$/;
/** Exactly as it is made: a nonce with a colon in it could pass for a nonce and the hash of bound arguments. */
const NONCE = /^[0-9a-f]{32}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;

export class SessionManager {
  readonly tokenExpirySecs: number;
  /** By the current key, and by the one before. */
  readonly #macs: readonly [Mac, ...Mac[]];
  readonly #uses: TokenUses;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  /** The one that was changed longest ago stands first. */
  readonly #sessions = new Map<string, { readonly data: Metadata; readonly at: number }>();

  /**
   * @param secretKey shared by every process that serves these functions; SIGNALWIRE_SWAIG_SECRET unless given, and without
   * either each process makes its own, and tokens die with it.
   * @throws ConfigurationError for an empty key, which would let everybody sign, or an expiry that is no time.
   */
  constructor(tokenExpirySecs = DEFAULT_EXPIRY_SECS, secretKey?: string, options: SessionManagerOptions = {}) {
    const { clock = systemClock, entropy = systemEntropy() } = options;
    if (!(Number.isSafeInteger(tokenExpirySecs) && tokenExpirySecs >= 1 && tokenExpirySecs <= MAX_EXPIRY_SECS))
      throw new ConfigurationError(`tokenExpirySecs must be a whole number of seconds from 1 to ${MAX_EXPIRY_SECS}.`);
    const [current, previous] = keysOf(secretKey, options.previousSecretKey);
    this.tokenExpirySecs = tokenExpirySecs;
    this.#clock = clock;
    this.#entropy = entropy;
    this.#macs = [shortMac(current ?? entropy.bytes(KEY_BYTES)), ...(previous === null ? [] : [shortMac(previous)])];
    this.#uses = options.tokenUses ?? memoryTokenUses(clock);
  }

  /** A session id: `id` itself, or a fresh random one when it is empty or not given. */
  createSession(id?: string): string {
    return id || toHex(this.#entropy.bytes(SESSION_ID_BYTES));
  }

  /**
   * A token for `functionName` in the call `callId`.
   * @param bound arguments that the function can be called with alone.
   * @throws TypeError for a name that no function can have, a call id that is empty, longer than 512 characters or no well-formed
   * Unicode, and bound arguments that JSON can't carry.
   */
  generateToken(functionName: string, callId: string, bound?: BoundArguments): string {
    return this.tokensOf(callId)(functionName, bound);
  }

  /**
   * The same for many functions of one call, as a script needs them: they expire together and share a nonce.
   * @throws TypeError as `generateToken`.
   */
  tokensOf(callId: string): (functionName: string, bound?: BoundArguments) => string {
    // what is not well-formed would be spelled like another call's id
    if (callId === '' || callId.length > MAX_CALL_ID_CHARS || !callId.isWellFormed())
      throw new TypeError('not the id of a call');
    const [mac] = this.#macs;
    const expiry = Math.floor(this.#clock.now() / SECOND_MS) + this.tokenExpirySecs;
    const nonce = toHex(this.#entropy.bytes(NONCE_BYTES));
    return (functionName, bound) => {
      if (!isFunctionName(functionName)) throw new TypeError('not the name of a function');
      const signature = mac(signed(callId, functionName, expiry, nonce, bound));
      return Buffer.from(`${callId}.${functionName}.${expiry}.${nonce}.${signature}`).toString('base64url');
    };
  }

  /** The same as `generateToken`. */
  createToolToken(functionName: string, callId: string, bound?: BoundArguments): string {
    return this.generateToken(functionName, callId, bound);
  }

  /** Whether `token` lets the call run the function now. Never throws. */
  validateToken(callId: string, functionName: string, token: string, bound?: BoundArguments): boolean {
    return this.#verified(callId, functionName, token, bound) !== null;
  }

  /** The same with the arguments in another order. */
  validateToolToken(functionName: string, token: string, callId: string, bound?: BoundArguments): boolean {
    return this.validateToken(callId, functionName, token, bound);
  }

  /** As `validateToken`, and never again for this token. Refuses where uses can't be remembered. */
  async useToken(callId: string, functionName: string, token: string, bound?: BoundArguments): Promise<boolean> {
    const parts = this.#verified(callId, functionName, token, bound);
    if (parts === null) return false;
    try {
      return (await this.#uses.rememberOnce(`${parts.nonce}.${parts.signature}`, parts.expiry * SECOND_MS)) === true;
    } catch {
      return false;
    }
  }

  /** What a token says, without a look at its signature: for debugging, never to decide on. Null for what is no token. */
  debugToken(token: string): (TokenParts & { readonly expired: boolean }) | null {
    const parts = parseToken(token);
    return parts === null ? null : { ...parts, expired: this.#isExpired(parts) };
  }

  /** What was kept with the session; `{}` when nothing was. */
  getSessionMetadata(sessionId: string): Record<string, unknown> {
    return { ...this.#sessions.get(sessionId)?.data };
  }

  /**
   * Adds to what is kept with the session, one value or several. Beyond 10 000 sessions the one unchanged longest is forgotten;
   * what would be a session's 1001st value is not taken, and the answer is false.
   */
  setSessionMetadata(sessionId: string, metadata: Record<string, unknown>): boolean;
  setSessionMetadata(sessionId: string, key: string, value: unknown): boolean;
  setSessionMetadata(sessionId: string, more: Record<string, unknown> | string, value?: unknown): boolean {
    const added: [string, unknown][] = typeof more === 'string' ? [[more, value]] : Object.entries(more);
    const data = Object.fromEntries([...Object.entries(this.getSessionMetadata(sessionId)), ...added]);
    if (Object.keys(data).length > MAX_METADATA_ENTRIES) return false;
    this.#sessions.delete(sessionId);
    this.#sessions.set(sessionId, { data, at: this.#clock.now() });
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
    return true;
  }

  /** False when nothing was kept. */
  deleteSessionMetadata(sessionId: string): boolean {
    return this.#sessions.delete(sessionId);
  }

  /** Forgets what was kept and not changed for longer than `maxAgeMs`; the lifetime of a token unless said. */
  cleanup(maxAgeMs: number = this.tokenExpirySecs * SECOND_MS): void {
    const oldest = this.#clock.now() - maxAgeMs;
    for (const [id, { at }] of this.#sessions) if (at < oldest) this.#sessions.delete(id);
  }

  #verified(callId: string, functionName: string, token: string, bound: BoundArguments | undefined): TokenParts | null {
    const parts = parseToken(token);
    if (parts === null || parts.callId !== callId || parts.functionName !== functionName) return null;
    const { expiry, nonce, signature } = parts;
    if (this.#isExpired(parts) || !NONCE.test(nonce) || !SIGNATURE.test(signature)) return null;
    const given = Buffer.from(signature, 'hex');
    try {
      const text = signed(callId, functionName, expiry, nonce, bound);
      return this.#macs.some((mac) => timingSafeEqual(Buffer.from(mac(text), 'hex'), given)) ? parts : null;
    } catch {
      return null; // bound arguments without one spelling
    }
  }

  #isExpired = ({ expiry }: TokenParts): boolean => expiry * SECOND_MS <= this.#clock.now();
}

/** The current key, null for a random one, and the one before. What is given goes before the environment, both keys together. */
function keysOf(secretKey?: string, previousSecretKey?: string): readonly [string | null, string | null] {
  for (const key of [secretKey, previousSecretKey])
    if (key?.trim() === '')
      throw new ConfigurationError('The secret key for function tokens is empty: set one or leave it out.');
  if (secretKey !== undefined) return [secretKey, previousSecretKey ?? null];
  const { swaigSecret, previousSwaigSecret } = loadVoiceSettings();
  return [swaigSecret, previousSecretKey ?? previousSwaigSecret];
}

/** From the right: a call's id may hold dots, the rest can't. */
function parseToken(token: unknown): TokenParts | null {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_CHARS) return null;
  const bytes = fromBase64url(token);
  const text = bytes === null ? null : fromUtf8(bytes);
  if (text === null) return null;
  const fields = text.split('.');
  const [functionName = '', expiry = '', nonce = '', signature = ''] = fields.slice(-4);
  const callId = fields.slice(0, -4).join('.');
  if (fields.length < 5 || callId === '' || !isFunctionName(functionName) || !DIGITS.test(expiry)) return null;
  return { callId, functionName, expiry: Number(expiry), nonce, signature };
}

/**
 * One input of the MAC for each of its arguments: read from the right, it ends in 64 hexadecimal digits (bound arguments) or 32 (a
 * nonce), then come digits and a name without colons, and all the rest is the call's id.
 */
function signed(
  callId: string,
  functionName: string,
  expiry: number,
  nonce: string,
  bound: BoundArguments | undefined,
): string {
  const fixed = bound === undefined ? '' : `:${toHex(sha256(canonicalJson(bound)))}`;
  return `${callId}:${functionName}:${expiry}:${nonce}${fixed}`;
}

export const spellBound = (bound: BoundArguments): string => toBase64url(toUtf8(canonicalJson(bound)));
