/** Whether a credential still works, and what its holder is told where it would, but for its organisation. */
import { SallyportError } from '../kernel/errors.ts';

export interface Lifetime {
  /** Ms since the epoch, or null: until revoked. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

/** `now` in ms; a credential ends at the very millisecond of its expiry. */
export const isLive = ({ expiresAt, revokedAt }: Lifetime, now: number): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

/** A good credential of a suspended organisation is told so: who holds it has to ask. @throws SallyportError `organization_inactive` */
export function refuseSuspended({ suspended }: { readonly suspended: boolean }): void {
  if (suspended)
    throw new SallyportError('organization_inactive', "The organisation is suspended. Ask the server's operator.");
}
