/**
 * The port to what locks network addresses out after failed attempts to authenticate. Addresses come as groups: an IPv4
 * address, or the /64 of an IPv6 address. Asked on every request, hence synchronous: a look-up in memory.
 */
export interface LockOut {
  /** Until when nobody from there is listened to, in ms since the epoch; null: they may. */
  lockedUntil(group: string): number | null;
  /** Credentials came from there and were bad. Bringing none is no failure. */
  failedAuthentication(group: string): void;
  /** Credentials came while it was locked, and were not looked at. */
  attemptedWhileLocked(group: string): void;
}

export const NO_LOCK_OUT: LockOut = {
  lockedUntil: () => null,
  failedAuthentication() {},
  attemptedWhileLocked() {},
};
