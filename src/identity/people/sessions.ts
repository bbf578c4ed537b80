/**
 * Sessions of people: begun by whoever has checked a factor, kept up by the refresh token, ended by the person, by an Owner,
 * or by a change of password, role or factor. What is issued here is committed by the caller together with what proved it
 * (`writes`), or not at all.
 */
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import type { Ids, OrgId, PersonId, SessionId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import { SESSION, steppedUpUntil } from '../rules/session.ts';
import { mintToken } from '../token.ts';
import { identityWrite } from '../writes.ts';
import type { PeopleStore } from './ports.ts';
import { printRefreshToken, readRefreshToken } from './refresh-token.ts';

/** What a person's browser gets. Times in ms since the epoch. */
export interface Signed {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly session: SessionId;
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
  readonly steppedUpUntil: number | null;
}

export interface SessionsParts {
  readonly store: Pick<PeopleStore, 'refreshKey' | 'rotateSession' | 'commit' | 'session' | 'sessions'>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ids: Ids;
}

export interface Sessions {
  /**
   * A new session of a person who has come in by `factors`, and the writes that make it.
   * @param device what kind of browser it is, for the person to recognise: `Firefox on Linux`.
   * @param steppedUpAt when a factor was shown last: just now, unless said.
   */
  begin(
    of: { readonly org: OrgId; readonly person: PersonId },
    factors: readonly string[],
    device: string,
    steppedUpAt?: number | null,
  ): Promise<{ readonly signed: Signed; readonly writes: readonly Write[] }>;
  /** Null for a token that is not current, not of ours, or of a session that is over. One shown twice ends its family. */
  refresh(token: string): Promise<Signed | null>;
  /** Whose refresh token it is, or was before it rotated, if its session has not ended. Rotates nothing. */
  ofRefreshToken(
    token: string,
  ): Promise<{ readonly org: OrgId; readonly person: PersonId; readonly session: SessionId } | null>;
}

export function createSessions({ store, clock, entropy, ids }: SessionsParts): Sessions {
  let key: Promise<Uint8Array> | null = null;
  const refreshKey = (): Promise<Uint8Array> => {
    key ??= store.refreshKey().catch((fault: unknown) => {
      key = null;
      throw fault;
    });
    return key;
  };
  const access = (now: number) => ({
    ...mintToken((n) => entropy.bytes(n), 'person'),
    expiresAt: now + SESSION.accessMs,
  });

  return {
    async begin({ org, person }, factors, device, shownAt) {
      const now = clock.now();
      const steppedUpAt = shownAt === undefined ? now : shownAt;
      const session = ids.next('ses');
      const { token, hash, expiresAt } = access(now);
      const refreshToken = printRefreshToken(await refreshKey(), { org, session, no: 1 });
      const endsAt = now + SESSION.absoluteMs;
      return {
        signed: {
          ...{ org, person, session, accessToken: token, accessExpiresAt: expiresAt, refreshToken },
          refreshExpiresAt: Math.min(endsAt, now + SESSION.idleMs),
          steppedUpUntil: steppedUpUntil(steppedUpAt),
        },
        writes: [
          identityWrite('session.begin', {
            ...{ id: session, person, at: now, steppedUpAt, expiresAt: endsAt, factors, device },
            ...{ accessHash: hash, accessExpiresAt: expiresAt },
          }),
          identityWrite('person.signed-in', { id: person, at: now }),
        ],
      };
    },
    async refresh(text) {
      const shown = readRefreshToken(await refreshKey(), text);
      if (shown === null) return null;
      const now = clock.now();
      const { token, hash, expiresAt } = access(now);
      const rotated = await store.rotateSession({ ...shown, accessHash: hash, accessExpiresAt: expiresAt });
      if (rotated === null) return null;
      const { org, person, id, refreshNo, expiresAt: endsAt, steppedUpAt } = rotated.session;
      return {
        ...{ org, person, session: id, accessToken: token, accessExpiresAt: expiresAt },
        refreshToken: printRefreshToken(await refreshKey(), { org, session: id, no: refreshNo }),
        refreshExpiresAt: Math.min(endsAt, now + SESSION.idleMs),
        steppedUpUntil: steppedUpUntil(steppedUpAt),
      };
    },
    async ofRefreshToken(text) {
      const shown = readRefreshToken(await refreshKey(), text);
      const session = shown === null ? null : await store.session(shown.org, shown.session);
      if (session === null || session.endedAt !== null) return null;
      return { org: session.org, person: session.person, session: session.id };
    },
  };
}

/** The session in which a person's principal acts. @throws TypeError for another kind's */
export function sessionOf(by: Principal): SessionId {
  const fence = by.fences.find(({ of }) => of === 'session');
  if (by.kind !== 'person' || fence === undefined) throw new TypeError('no session of a person');
  return fence.id as SessionId;
}
