/** Whether a credential still works. */
export interface Lifetime {
  /** Ms since the epoch, or null: until revoked. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** `now` in ms; a credential ends at the very millisecond of its expiry. */
export const isLive = ({ expiresAt, revokedAt }: Lifetime, now: number): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);
