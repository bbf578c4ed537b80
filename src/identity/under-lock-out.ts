/**
 * One look at a credential under the lock-out, for every door: the address is asked about before anything is looked up, and
 * again once the answer is there. Without the second question forty guesses sent at once would be answered, all of them,
 * before the first ten have been counted.
 */
import type { LockOut } from './lock-out.ts';

export type Look<P> =
  | { readonly is: 'known'; readonly principal: P }
  | { readonly is: 'unknown' }
  /** Says nothing of the credential, whatever it was. `until`: ms since the epoch. */
  | { readonly is: 'locked-out'; readonly until: number };

/** @param address the client's address group. @param authenticate resolves with null for a credential that is not good. */
export async function lookUnderLockOut<P>(
  lockOut: LockOut,
  address: string,
  authenticate: () => Promise<P | null>,
): Promise<Look<P>> {
  const before = lockOut.lockedUntil(address);
  if (before !== null) {
    lockOut.failed(address); // extends nothing; whoever looks for what is unusual counts it
    return { is: 'locked-out', until: before };
  }
  const principal = await authenticate();
  const meanwhile = lockOut.lockedUntil(address);
  if (meanwhile !== null) return { is: 'locked-out', until: meanwhile };
  if (principal !== null) return { is: 'known', principal };
  lockOut.failed(address);
  return { is: 'unknown' };
}
