/** How people come in, put together over the store. */
import { availableParallelism } from 'node:os';
import { createCodeStepUp } from '../identity/factors/code-step-up.ts';
import { createOwnFactors } from '../identity/factors/own-factors.ts';
import { createPasswordEnrolment } from '../identity/factors/password-enrolment.ts';
import { createPasswordHashing, type Derive } from '../identity/factors/password-hashing.ts';
import { createPasswordSignIn } from '../identity/factors/password-sign-in.ts';
import { createCeremonies } from '../identity/people/ceremonies.ts';
import { createLinks } from '../identity/people/links.ts';
import { createSessions } from '../identity/people/sessions.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type Ids, PLATFORM_ORG } from '../kernel/ids.ts';
import type { People } from '../server/people/route.ts';
import type { Store } from '../store/open.ts';

export interface PeopleParts {
  readonly store: Pick<Store, 'people' | 'guesses' | 'tenancy'>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
  /** Where people sign in, without a slash at its end. */
  readonly publicUrl: string;
  /** For tests: instead of argon2id. */
  readonly derive?: Derive | undefined;
}

export function createPeople(parts: PeopleParts): People {
  const { clock, entropy, ids, derive } = parts;
  const { people: store, guesses, tenancy } = parts.store;
  const issuer = new URL(parts.publicUrl).hostname;
  const hashing = createPasswordHashing({ entropy, cores: availableParallelism(), ...(derive && { derive }) });
  const sessions = createSessions({ store, clock, entropy, ids });
  const ceremonies = createCeremonies({ store, clock, entropy });
  const links = createLinks({ store, ceremonies, sessions, clock, ids });
  return {
    store,
    sessions,
    ceremonies,
    links,
    passwordSignIn: createPasswordSignIn({ store, guesses, ceremonies, sessions, hashing, clock, entropy }),
    passwordEnrolment: createPasswordEnrolment({ store, ceremonies, links, hashing, clock, entropy, issuer }),
    ownFactors: createOwnFactors({ store, ceremonies, sessions, hashing, clock, entropy, issuer }),
    codeStepUp: createCodeStepUp({ store, guesses, hashing, clock }),
    organizationName: async (org) =>
      org === PLATFORM_ORG ? 'Sallyport' : ((await tenancy.organization(org))?.name ?? 'an organisation'),
  };
}
