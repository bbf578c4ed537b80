/**
 * Whether an address that somebody else chose may be asked, against server-side request forgery: `http` or `https`, without
 * credentials, and every address of its name public. A word about now: the name may lead elsewhere a moment later. What is
 * fetched is fetched through shield/safe-fetch.ts, which connects to what it checked.
 */
import { PRIVATE_NETWORKS } from '../../shield/address-list.ts';
import type { Resolve } from '../../shield/safe-fetch.ts';

export interface UrlValidation {
  /** This machine and private networks too; never link-local addresses, where clouds keep their credentials. */
  readonly allowPrivate?: boolean;
  /** The system's resolver unless said. */
  readonly resolve?: Resolve;
}

/** Never rejects: what can't be resolved is not valid. `true` as second argument is `{ allowPrivate: true }`. */
export async function validateUrl(address: string, options: UrlValidation | boolean = {}): Promise<boolean> {
  const { allowPrivate = false, resolve } = typeof options === 'boolean' ? { allowPrivate: options } : options;
  if (!URL.canParse(address)) return false;
  try {
    const { checkedAddresses } = await import('../../shield/safe-fetch.ts'); // with HTTPS and a resolver: only who asks needs them
    await checkedAddresses(new URL(address), {
      dangerouslyAllowHttp: true,
      ...(allowPrivate && { dangerouslyAllowNetworks: PRIVATE_NETWORKS }),
      ...(resolve !== undefined && { resolve }),
    });
    return true;
  } catch {
    return false;
  }
}
