/**
 * The steps of a sign-in or an enrolment that is under way. Each step is known by a random token that the browser carries to
 * the next one; the store has its hash alone, and what belongs to it sealed. A step is of one kind, for five tries, and is
 * taken with whatever it leads to: so no step can be skipped, repeated or carried over to another ceremony.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { type OrgId, type PersonId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { mintOpaqueToken, opaqueTokenHash } from '../opaque-token.ts';
import { identityWrite } from '../writes.ts';
import type { CeremonyRecord, PeopleStore } from './ports.ts';

const LIFE_MS = 5 * MINUTE_MS;

export interface CeremonyOpening {
  readonly kind: string;
  /** Of whom, if that is known and proved so far as the step says. */
  readonly of?: { readonly org: OrgId; readonly person: PersonId | null };
  /** JSON; sealed in the store. */
  readonly data: unknown;
  /** Five minutes unless said. */
  readonly lifeMs?: number;
}

export interface Ceremonies {
  /** The write that opens a step, and the token to go on with. */
  open(opening: CeremonyOpening): { readonly token: string; readonly org: OrgId; readonly write: Write };
  /** Counts a try. Null: mistyped, of another kind, taken, run out, or tried too often. */
  attempt(token: unknown, kind: string): Promise<CeremonyRecord | null>;
  /** To be committed with what the step leads to. */
  take(ceremony: Pick<CeremonyRecord, 'hash'>): Write;
}

export interface CeremoniesParts {
  readonly store: Pick<PeopleStore, 'attempt'>;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export const createCeremonies = ({ store, clock, entropy }: CeremoniesParts): Ceremonies => ({
  open({ kind, of, data, lifeMs = LIFE_MS }) {
    const { token, hash } = mintOpaqueToken((n) => entropy.bytes(n));
    const expiresAt = clock.now() + lifeMs;
    return {
      token,
      org: of?.org ?? PLATFORM_ORG,
      write: identityWrite('ceremony.put', {
        hash,
        kind,
        person: of?.person ?? null,
        data,
        expiresAt,
      }),
    };
  },
  async attempt(token, kind) {
    const hash = opaqueTokenHash(token);
    return hash === null ? null : store.attempt(hash, kind, clock.now());
  },
  take: ({ hash }) => identityWrite('ceremony.take', { hash }),
});
