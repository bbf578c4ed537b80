/**
 * From a bearer token to a principal. Unknown, expired, revoked and mistyped tokens are all the same to the caller: null,
 * so that an answer never tells which of them it was. Tokens are looked up by hash, hence no comparison to time.
 *
 * Does not look at the standing of the agent or organisation (`guards/standing.ts` does, in the ledger's transaction), nor
 * at where the request came from.
 */

import { type Principal, SCOPES_OF } from '../guard/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { TokenReader, TokenRecord } from './ports.ts';
import { isMistyped, tokenHash } from './token.ts';

export type Authenticate = (bearer: string | null) => Promise<Principal | null>;

export interface AuthenticateParts {
  readonly tokens: Pick<TokenReader, 'byHash'>;
  readonly clock: Clock;
}

export const createAuthenticate =
  ({ tokens, clock }: AuthenticateParts): Authenticate =>
  async (bearer) => {
    if (bearer === null || bearer === '' || isMistyped(bearer)) return null;
    const record = await tokens.byHash(tokenHash(bearer));
    return record === null || !isLive(record, clock.now()) ? null : principalOf(record);
  };

/** `now` in ms; a token ends at the very millisecond of its expiry. */
export const isLive = ({ expiresAt, revokedAt }: Pick<TokenRecord, 'expiresAt' | 'revokedAt'>, now: number): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

const principalOf = ({ id, kind, org, agent, epoch }: TokenRecord): Principal => ({
  id,
  kind,
  org,
  agent,
  scopes: SCOPES_OF[kind],
  fences: [{ of: 'token', id, epoch }],
});
