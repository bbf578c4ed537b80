/**
 * From a service's record to a principal, whatever it was known by. What was given by name is a grant of that action and
 * no other, and at the same time what lets it do the sensitive ones: a program has no fresh factor to show.
 */
import type { Principal } from '../../guard/principal.ts';
import type { IpAddress } from '../../shield/ip-address.ts';
import { isLive, refuseSuspended } from '../live.ts';
import type { ServiceRecord } from './ports.ts';

/**
 * Whether it may come at all, at `now` (ms) and from this address. An address that is not known is in no network.
 * @throws SallyportError `organization_inactive`
 */
export function mayCome(record: ServiceRecord, address: IpAddress | null, now: number): boolean {
  if (!isLive(record, now)) return false;
  if (!record.networks.isEmpty && !record.networks.has(address)) return false;
  refuseSuspended(record);
  return true;
}

export const principalOf = ({
  id,
  org,
  scopes,
  actions,
  grants,
  epoch,
  requestsPerMinute,
}: ServiceRecord): Principal => ({
  id,
  kind: 'service',
  org,
  agent: null,
  scopes,
  grants: [
    ...Array.from(actions, (action) => ({ id, effect: 'allow', action, resource: { kind: 'any' } }) as const),
    ...grants,
  ],
  sensitive: { is: 'by-name', actions },
  fences: [{ of: 'token', id, epoch }],
  ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
});
