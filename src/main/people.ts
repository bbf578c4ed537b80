/** How people come in, put together over the store. */
import { createCeremonies } from '../identity/people/ceremonies.ts';
import { createLinks } from '../identity/people/links.ts';
import { createSessions } from '../identity/people/sessions.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type Ids, PLATFORM_ORG } from '../kernel/ids.ts';
import type { People } from '../server/people/route.ts';
import type { Store } from '../store/open.ts';

export interface PeopleParts {
  readonly store: Pick<Store, 'people' | 'tenancy'>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
}

export function createPeople({ store: { people: store, tenancy }, clock, entropy, ids }: PeopleParts): People {
  const sessions = createSessions({ store, clock, entropy, ids });
  const ceremonies = createCeremonies({ store, clock, entropy });
  return {
    store,
    sessions,
    ceremonies,
    links: createLinks({ store, ceremonies, sessions, clock, ids }),
    organizationName: async (org) =>
      org === PLATFORM_ORG ? 'Sallyport' : ((await tenancy.organization(org))?.name ?? 'an organisation'),
  };
}
