/**
 * Tokens as text: `spa_` (agent), `spo_` (organisation), `sps_` (orchestrator), `spu_` (a person's access token), `spk_`
 * (API key), 43 base-62 characters of 32 random bytes,
 * then 6 of a CRC-32 over all that comes before. The prefix tells scanners what leaked and the checksum tells them that it
 * is one; neither is a secret, and neither says that the token is good: only the store knows that. The store keeps the
 * SHA-256 alone: 256 random bits need no slow hash.
 *
 * An operator may choose the orchestrator's token; any of 32 characters or more that fits in a header will do.
 */
import { crc32 } from 'node:zlib';
import { toBase62, toHex } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import { isBearerToken, MAX_TOKEN_CHARS } from '../shield/bearer.ts';

export type TokenKind = 'agent' | 'organization' | 'orchestrator' | 'person' | 'key';

const PREFIX = {
  agent: 'spa_',
  organization: 'spo_',
  orchestrator: 'sps_',
  person: 'spu_',
  key: 'spk_',
} as const satisfies Record<TokenKind, string>;
const KINDS = Object.keys(PREFIX) as TokenKind[];

const SECRET_BYTES = 32;
const SECRET_CHARS = 43; // 62^43 > 2^256
const CHECK_CHARS = 6; // 62^6 > 2^32
const TAIL = new RegExp(`^[0-9A-Za-z]{${SECRET_CHARS + CHECK_CHARS}}$`);

/** Below this a token that an operator chose can be guessed. */
const MIN_CHOSEN_CHARS = 32;

export interface MintedToken {
  /** Shown once, never stored. */
  readonly token: string;
  /** What the store keeps. */
  readonly hash: string;
}

/** @param bytes fresh bytes of a secure source (`Entropy.bytes`, `Mint.bytes`). */
export function mintToken(bytes: (n: number) => Uint8Array, kind: TokenKind): MintedToken {
  const body = PREFIX[kind] + toBase62(bytes(SECRET_BYTES), SECRET_CHARS);
  const token = body + checksum(body);
  return { token, hash: tokenHash(token) };
}

/** Lower-case hex SHA-256. */
export const tokenHash = (token: string): string => toHex(sha256(token));

/** True for text with one of our prefixes that was never minted: mistyped, cut off or made up. Needs no look-up. */
export function isMistyped(token: string): boolean {
  const kind = KINDS.find((one) => token.startsWith(PREFIX[one]));
  if (kind === undefined) return false;
  const body = token.slice(0, -CHECK_CHARS);
  return !TAIL.test(token.slice(PREFIX[kind].length)) || checksum(body) !== token.slice(-CHECK_CHARS);
}

/** By its beginning alone: whether it is good, only the store knows. */
export const isTokenOf = (kind: TokenKind, token: string): boolean => token.startsWith(PREFIX[kind]);

/**
 * The shape of a signed token (RFC 7519): three parts, the first of them JSON. Says nothing about whether it is good.
 */
export const looksSigned = (bearer: string): boolean => SIGNED.test(bearer);
const SIGNED = /^ey[\w-]*\.[\w-]*\.[\w-]*$/;

/** Why an operator can't have this text as the orchestrator's token: a sentence that says what to do; null if all is well. */
export function unfitToken(chosen: string): string | null {
  if (chosen.length < MIN_CHOSEN_CHARS)
    return `Choose at least ${MIN_CHOSEN_CHARS} characters for the orchestrator's token.`;
  if (!isBearerToken(chosen)) {
    return `The orchestrator's token must fit in an Authorization header: letters, digits and -._~+/ only, at most ${MAX_TOKEN_CHARS}.`;
  }
  if (isMistyped(chosen))
    return "The orchestrator's token begins like one that Sallyport made but is mistyped; copy it again, or choose another beginning.";
  if (looksSigned(chosen))
    return "The orchestrator's token has the form of a signed token and would be taken for one; choose one without two dots.";
  return null;
}

function checksum(body: string): string {
  const sum = new Uint8Array(4);
  new DataView(sum.buffer).setUint32(0, crc32(body));
  return toBase62(sum, CHECK_CHARS);
}
