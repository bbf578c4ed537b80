/** A token alone, of which nobody knows where it came from. */
import type { Credentials } from '../../src/identity/authenticate.ts';

export const bearerAlone = (bearer: string | null): Credentials => ({ bearer, address: null, certificate: null });
