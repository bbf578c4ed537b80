/**
 * A hashed password as text, in the PHC string format (https://github.com/P-H-C/phc-string-format): the parameters stand
 * beside the hash, so that they can be raised and what was hashed before still be verified.
 */
import { toBase64 } from '../../kernel/encoding.ts';

export interface Argon2Cost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface PasswordRecord extends Argon2Cost {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** What a record from elsewhere may ask of this machine: 256 MiB, 16 passes, 16 lanes. */
const MOST: Argon2Cost = { memoryKib: 262_144, passes: 16, lanes: 16 };
/** RFC 9106 §3.1 allows no less: a pass, and eight KiB for each lane. */
const LEAST_KIB_PER_LANE = 8;

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag` (RFC 9106 v1.3), base64 without padding. */
export const formatPhc = ({ memoryKib, passes, lanes, salt, tag }: PasswordRecord): string =>
  `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(tag)}`;

/** Null for anything else, and for one that would cost more than this machine is to spend. */
export function parsePhc(text: string): PasswordRecord | null {
  const [, m, t, p, salt, tag] = PHC.exec(text) ?? [];
  if (salt === undefined || tag === undefined) return null;
  const cost = { memoryKib: Number(m), passes: Number(t), lanes: Number(p) };
  const possible = cost.passes >= 1 && cost.lanes >= 1 && cost.memoryKib >= LEAST_KIB_PER_LANE * cost.lanes;
  return possible && isAsCostly(MOST, cost)
    ? { ...cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') }
    : null;
}

/** Whether no parameter of `one` is below that of `other`. */
export const isAsCostly = (one: Argon2Cost, other: Argon2Cost): boolean =>
  one.memoryKib >= other.memoryKib && one.passes >= other.passes && one.lanes >= other.lanes;

const unpadded = (bytes: Uint8Array): string => toBase64(bytes).replaceAll('=', '');
