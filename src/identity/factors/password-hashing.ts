/**
 * Passwords as hashes: argon2id (RFC 9106) with OWASP's least parameters, 19 MiB and two passes, some 30 ms of one core.
 *
 * The threat on the way in is the price itself: whoever sends passwords makes the server work. So at most half of the cores
 * hash at once, off the event loop, a short queue waits, and what comes beyond it is refused (`overloaded`) before any work:
 * sending goes on while somebody floods the sign-in. The threat on the way out is a list of who has an account: a password
 * against nobody is hashed like any other, with the same parameters and in the same queue, so that it takes as long.
 *
 * Does not judge passwords (`rules/password.ts`) and does not count attempts (`rules/account-throttle.ts`).
 */
import { argon2 } from 'node:crypto';
import type { Entropy } from '../../kernel/entropy.ts';
import { secretEqual } from '../../kernel/equal.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { normalPassword } from '../rules/password.ts';
import { type Argon2Cost, formatPhc, isAsCostly, type PasswordRecord, parsePhc } from '../rules/password-record.ts';

/** OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane. */
const COST: Argon2Cost = { memoryKib: 19_456, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** How many wait for each that is being hashed: a quarter of a second. */
const WAITING_PER_SLOT = 8;
const RETRY_AFTER_MS = SECOND_MS;

/** Whether a password was right; `outdated`: it should be hashed anew, as it is known now. */
export type Verdict = { readonly is: 'wrong' } | { readonly is: 'right'; readonly outdated: boolean };

export interface PasswordHashing {
  /** The password's record, for the store alone. @throws SallyportError `overloaded`; TypeError for what is no password. */
  hash(typed: string): Promise<string>;
  /**
   * @param find asked once there is room to hash, so that what is refused costs and counts nothing. Null when there is nobody,
   * or nobody with a password: as slow as any other, and wrong.
   * @throws SallyportError `overloaded`, or what `find` throws; TypeError for a record that nobody here wrote.
   */
  verify(typed: string, find: () => Promise<string | null>): Promise<Verdict>;
}

/** Derives a tag; argon2id of node:crypto, on its thread pool. */
export type Derive = (
  password: string,
  record: Omit<PasswordRecord, 'tag'> & { readonly tagBytes: number },
) => Promise<Uint8Array>;

const argon2id: Derive = (password, { salt, memoryKib, passes, lanes, tagBytes }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const parameters = { nonce: salt, memory: memoryKib, passes, parallelism: lanes, tagLength: tagBytes };
  argon2('argon2id', { message: password, ...parameters }, (error, tag) =>
    error === null ? resolve(tag) : reject(error),
  );
  return promise;
};

export interface PasswordHashingParts {
  readonly entropy: Entropy;
  /** Of the machine. Half of them hash at once, at least one. */
  readonly cores: number;
  /** For tests. */
  readonly derive?: Derive;
}

export function createPasswordHashing({ entropy, cores, derive = argon2id }: PasswordHashingParts): PasswordHashing {
  const inTurn = queue(Math.max(1, Math.floor(cores / 2)));
  /** What a password against nobody is compared with: no password has it. */
  const nobodys: PasswordRecord = { ...COST, salt: entropy.bytes(SALT_BYTES), tag: entropy.bytes(TAG_BYTES) };

  return {
    hash: (typed) =>
      inTurn(async () => {
        const password = normalPassword(typed);
        if (password === null) throw new TypeError('no password');
        const fresh = { ...COST, salt: entropy.bytes(SALT_BYTES) };
        return formatPhc({ ...fresh, tag: await derive(password, { ...fresh, tagBytes: TAG_BYTES }) });
      }),
    verify: (typed, find) =>
      inTurn(async () => {
        const stored = await find();
        const record = stored === null ? nobodys : parsePhc(stored);
        if (record === null) throw new TypeError('a password record that nobody here wrote');
        const password = normalPassword(typed);
        const tag = await derive(password ?? '', { ...record, tagBytes: record.tag.length });
        const right = secretEqual(tag, record.tag) && password !== null && stored !== null;
        return right ? { is: 'right', outdated: !isAsCostly(record, COST) } : { is: 'wrong' };
      }),
  };
}

/** Runs at most `slots` pieces of work at once, first come, first served. */
function queue(slots: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < slots) running++;
    else if (waiting.length >= slots * WAITING_PER_SLOT) throw tooMany();
    else await new Promise<void>((resume) => waiting.push(resume)); // who ends hands its slot over
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

const tooMany = (): SallyportError =>
  new SallyportError('overloaded', 'Too many people are signing in at this moment. Try again in a second.', {
    retryAfterMs: RETRY_AFTER_MS,
  });
