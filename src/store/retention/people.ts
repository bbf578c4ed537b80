/** The end of a person of whom nothing is kept but the key and the address. */
import { commsFacts } from '../../comms/facts.ts';
import { contactSeries } from '../../comms/meters.ts';
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { dropRelationships, relationshipsOf } from '../erasure-statements.ts';
import type { FactCache } from '../fact-cache.ts';
import type { Meters } from '../meters.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../statement.ts';

export interface PeopleParts {
  readonly sealing: Sealing;
  readonly meters: Meters;
  readonly facts: FactCache;
}

export function* forgetPerson({ sealing, meters, facts }: PeopleParts, org: OrgId, contact: string): Tx<void> {
  const address = yield* sealing.address(org, contact);
  const related = yield* relationshipsOf.all({ org, contact });
  const agents = new Set(related.map(({ agent }) => agent as AgentId));
  yield* meters.drop(
    org,
    contactSeries([...agents]).map((series) => `${series}:${contact}`),
  );
  for (const { agent, channel } of related) {
    if (address !== null) facts.forget(org, 'relationship', { agent, contact: address, channel });
  }
  yield* dropRelationships.run({ org, contact });
  yield* sealing.destroyContact(org, contact);
  if (address !== null) {
    sealing.forget(org, address);
    facts.forget(org, commsFacts.contactPlace.name, address); // it stood in the row of the key
  }
}
