/**
 * How the servers and workers that a configuration names are reached: public addresses, by TLS. What is on this machine or its
 * network only where the operator listed that very origin (`SWARM_LOCAL_ORIGINS`), for the server's own organisation alone:
 * everybody else's Owner would otherwise read what stands behind the firewall. Plain HTTP only on loopback, and never from one
 * origin to another.
 */
import type { OrgId } from '../../kernel/ids.ts';
import { LOOPBACK_NETWORKS } from '../../shield/address-list.ts';
import { createSafeFetch, type SafeFetch, type SafeFetchOptions } from '../../shield/safe-fetch.ts';

export interface ReachParts {
  /** The server's own organisation. */
  readonly ownOrganization: OrgId;
  /** Origins in normal form. */
  readonly localOrigins: readonly string[];
}

export type Reach = (org: OrgId, url: string, limits: Pick<SafeFetchOptions, 'maxBytes' | 'timeoutMs'>) => SafeFetch;

const EVERY_NETWORK = ['0.0.0.0/0', '::/0'];

export const createReach =
  ({ ownOrganization, localOrigins }: ReachParts): Reach =>
  (org, url, limits) => {
    const { origin, protocol } = new URL(url);
    const isLocal = org === ownOrganization && localOrigins.includes(origin);
    const local = {
      dangerouslyAllowNetworks: protocol === 'https:' ? EVERY_NETWORK : LOOPBACK_NETWORKS,
      dangerouslyAllowHttp: protocol === 'http:',
    };
    return createSafeFetch({ ...limits, mayAsk: (place) => place.origin === origin, ...(isLocal ? local : {}) });
  };
