/**
 * From a bearer token to a principal. Unknown, expired, revoked and mistyped tokens are all the same to the caller: null,
 * so that an answer never tells which of them it was. Tokens are looked up by hash, hence no comparison to time.
 *
 * A good token of a suspended organisation is told so: its holder has to ask the operator, and guesses nothing by it.
 *
 * What happens after this is for `guards/standing.ts`, in the ledger's transaction. Does not look at where a request came from.
 */

import { type Principal, SCOPES_OF, type Scope } from '../guard/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import { SallyportError } from '../kernel/errors.ts';
import { authenticatePerson } from './people/authenticate.ts';
import type { PeopleStore } from './people/ports.ts';
import type { TokenReader, TokenRecord } from './ports.ts';
import { isMistyped, isTokenOf, tokenHash } from './token.ts';

/** @throws SallyportError `organization_inactive` */
export type Authenticate = (bearer: string | null) => Promise<Principal | null>;

export interface AuthenticateParts {
  readonly tokens: Pick<TokenReader, 'byHash'>;
  readonly people: Pick<PeopleStore, 'access' | 'any'>;
  readonly clock: Clock;
}

export function createAuthenticate({ tokens, people, clock }: AuthenticateParts): Authenticate {
  const person = authenticatePerson({ people, clock });
  return async (bearer) => {
    if (bearer === null || bearer === '' || isMistyped(bearer)) return null;
    if (isTokenOf('person', bearer)) return person(bearer);
    const record = await tokens.byHash(tokenHash(bearer));
    if (record === null || !isLive(record, clock.now())) return null;
    if (record.suspended) {
      throw new SallyportError('organization_inactive', "The organisation is suspended. Ask the server's operator.");
    }
    return principalOf(record, record.kind === 'orchestrator' && (await people.any()));
  };
}

/** `now` in ms; a token ends at the very millisecond of its expiry. */
export const isLive = ({ expiresAt, revokedAt }: Pick<TokenRecord, 'expiresAt' | 'revokedAt'>, now: number): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

/**
 * The orchestrator reads the log as long as there is nobody else to: from the first person on that is an Auditor's affair
 * (whoever holds the server's token must not be who checks what was done with it).
 */
export function scopesOf({ kind }: Pick<TokenRecord, 'kind'>, peopleExist: boolean): ReadonlySet<Scope> {
  return kind === 'orchestrator' && peopleExist ? ORCHESTRATOR_AMONG_PEOPLE : SCOPES_OF[kind];
}
const ORCHESTRATOR_AMONG_PEOPLE: ReadonlySet<Scope> = new Set(
  [...SCOPES_OF.orchestrator].filter((scope) => scope !== 'audit:read'),
);

function principalOf(record: TokenRecord, peopleExist: boolean): Principal {
  const { id, kind, org, agent, epoch, grants } = record;
  return {
    ...{ id, kind, org, agent, scopes: scopesOf(record, peopleExist) },
    ...(grants.length === 0 ? {} : { grants }),
    fences: [{ of: 'token', id, epoch }],
  };
}
