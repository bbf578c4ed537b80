/**
 * Browsers in which a person has signed in before (OWASP, device cookies): the cookie's token is the browser's, the store has
 * its hash. It proves nothing by itself and opens nothing; guesses from such a browser have a count of their own, so that
 * strangers who guess at the account don't keep its owner out.
 */
import type { Entropy } from '../../kernel/entropy.ts';
import type { PersonId } from '../../kernel/ids.ts';
import { DAY_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { mintOpaqueToken, opaqueTokenHash } from '../opaque-token.ts';
import { identityWrite } from '../writes.ts';

/** As long as browsers keep a cookie (RFC 6265bis §5.6). */
export const KNOWN_DEVICE_MS = 400 * DAY_MS;

/** What a sign-in knows of the browser that it comes from. */
export interface FromBrowser {
  /** `Firefox on Linux`, for the list of sessions. */
  readonly name: string;
  /** The token of the device cookie, if one came. */
  readonly token: string | null;
}

export const knownDeviceHash = ({ token }: Pick<FromBrowser, 'token'>): string | null => opaqueTokenHash(token);

/** A new token at each sign-in, in place of the one that came; what it was known by before is worth nothing then. */
export function rememberDevice(
  entropy: Entropy,
  person: PersonId,
  from: FromBrowser,
  now: number,
): { readonly token: string; readonly write: Write } {
  const { token, hash } = mintOpaqueToken((n) => entropy.bytes(n));
  const replaces = knownDeviceHash(from);
  return {
    token,
    write: identityWrite('device.remember', { hash, replaces, person, expiresAt: now + KNOWN_DEVICE_MS }),
  };
}
