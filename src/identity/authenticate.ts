/**
 * The one door of all who come: from credentials to a principal. What was presented decides which of the ways is asked,
 * and only that one: a bearer by its form, else the client's certificate. A bearer that is bad is never made good by a
 * certificate that comes with it.
 *
 * Unknown, expired, revoked and mistyped are all the same to the caller: null, so that an answer never tells which of them
 * it was. Tokens and keys are looked up by hash, hence no comparison to time. A good credential of a suspended
 * organisation is told so: its holder has to ask the operator, and guesses nothing by it.
 *
 * What happens after this is for `guards/standing.ts`, in the ledger's transaction.
 */
import { type Principal, SCOPES_OF, type Scope } from '../guard/principal.ts';
import { slidingBucket } from '../guard/sliding-bucket.ts';
import type { Clock } from '../kernel/clock.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import type { IpAddress } from '../shield/ip-address.ts';
import { isLive, refuseSuspended } from './live.ts';
import { authenticatePerson } from './people/authenticate.ts';
import type { PeopleStore } from './people/ports.ts';
import type { TokenReader, TokenRecord } from './ports.ts';
import { bySignedToken } from './services/by-signed-token.ts';
import type { LastUse } from './services/last-use.ts';
import type { ServiceRecord, ServiceStore } from './services/ports.ts';
import { mayCome, principalOf } from './services/service-principal.ts';
import { isMistyped, isTokenOf, looksSigned, tokenHash } from './token.ts';

/** A client certificate, as the TLS layer judged it. Times in ms since the epoch. */
export type PeerCertificate =
  | { readonly is: 'unproven' }
  | {
      /** Issued by an authority that this server trusts for clients, and its key is the client's. */
      readonly is: 'proven';
      /** As `rules/certificate-names.ts` reads them. */
      readonly names: readonly string[];
      readonly notBefore: number;
      readonly notAfter: number;
    };

/** What came with a request, as the server itself saw it. */
export interface Credentials {
  readonly bearer: string | null;
  /** The client's network address; null: not known. */
  readonly address: IpAddress | null;
  readonly certificate: PeerCertificate | null;
}

/** @throws SallyportError `organization_inactive`, `rate_limited` */
export type Authenticate = (credentials: Credentials) => Promise<Principal | null>;

export interface AuthenticateParts {
  readonly tokens: Pick<TokenReader, 'byHash'>;
  readonly people: Pick<PeopleStore, 'access' | 'any'>;
  readonly services: Pick<ServiceStore, 'keyByHash' | 'byCertificateNames' | 'signing' | 'rememberOnce'>;
  readonly lastUse: Pick<LastUse, 'note'>;
  /** This server's public address: what signed tokens must be for. */
  readonly audience: string;
  readonly clock: Clock;
}

/** Of one service. As many requests as any principal may make, so that none that may come is refused for its token. */
const SIGNED_PER_MINUTE = 600;
const MAX_SIGNING = 10_000;

export function createAuthenticate(parts: AuthenticateParts): Authenticate {
  const { tokens, people, services, lastUse, audience, clock } = parts;
  const byPerson = authenticatePerson({ people, clock });
  const bucket = slidingBucket(SIGNED_PER_MINUTE, MINUTE_MS, MAX_SIGNING);
  const signed = { services, audience, bucket, clock };

  return ({ bearer, address, certificate }) => {
    if (bearer === null) return certificate === null ? NOBODY : byCertificate(certificate, address);
    if (bearer === '' || isMistyped(bearer)) return NOBODY;
    if (looksSigned(bearer)) return bySigned(bearer, address);
    if (isTokenOf('person', bearer)) return byPerson(bearer);
    return isTokenOf('key', bearer) ? byKey(bearer, address) : byToken(bearer);
  };

  async function byToken(token: string): Promise<Principal | null> {
    const record = await tokens.byHash(tokenHash(token));
    if (record === null || !isLive(record, clock.now())) return null;
    refuseSuspended(record);
    return holderOf(record, record.kind === 'orchestrator' && (await people.any()));
  }

  async function byKey(key: string, address: IpAddress | null): Promise<Principal | null> {
    const record = await services.keyByHash(tokenHash(key));
    return record !== null && mayCome(record, address, clock.now()) ? used(record) : null;
  }

  async function bySigned(token: string, address: IpAddress | null): Promise<Principal | null> {
    const record = await bySignedToken(signed, token, address);
    return record === null ? null : used(record);
  }

  async function byCertificate(certificate: PeerCertificate, address: IpAddress | null): Promise<Principal | null> {
    const now = clock.now();
    // a connection may outlive what its certificate was good for
    if (certificate.is === 'unproven' || now < certificate.notBefore || now >= certificate.notAfter) return null;
    if (certificate.names.length === 0) return null;
    const record = await services.byCertificateNames(certificate.names);
    return record !== null && mayCome(record, address, clock.now()) ? used(record) : null;
  }

  function used(record: ServiceRecord): Principal {
    lastUse.note(record, clock.now());
    return principalOf(record);
  }
}

const NOBODY = Promise.resolve(null);

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

function holderOf(record: TokenRecord, peopleExist: boolean): Principal {
  const { id, kind, org, agent, epoch, grants } = record;
  return {
    ...{ id, kind, org, agent, scopes: scopesOf(record, peopleExist) },
    ...(grants.length === 0 ? {} : { grants }),
    fences: [{ of: 'token', id, epoch }],
  };
}
