/**
 * One-time links: the first Owner's set-up (1 h), an invitation and a recovery (72 h). A link lets its holder enrol a first
 * complete way of signing in, and is taken in the transaction that stores it; until then it may be opened again. A recovery
 * ends every factor and session that was there. The token stands in the link's fragment, which no server or log sees.
 */
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Ids, OrgId, PersonId } from '../../kernel/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { mintOpaqueToken, opaqueTokenHash } from '../opaque-token.ts';
import type { Role } from '../rules/roles.ts';
import { identityWrite } from '../writes.ts';
import type { Ceremonies } from './ceremonies.ts';
import type { LinkKind, LinkRecord, PeopleStore, PersonRecord } from './ports.ts';
import type { Sessions, Signed } from './sessions.ts';

export const LINK_LIFE_MS = {
  set_up: HOUR_MS,
  invitation: 72 * HOUR_MS,
  recovery: 72 * HOUR_MS,
} as const satisfies Record<LinkKind, number>;
/** Long enough to install an app for codes. */
export const ENROLMENT_MS = 20 * MINUTE_MS;
/** The kind of an enrolment's first step; a factor of several steps goes on with kinds of its own. */
export const ENROLMENT = 'enrolment';

/** A new link: its token for the address, its hash for the store. */
export function mintLink(
  bytes: (n: number) => Uint8Array,
  kind: LinkKind,
  person: PersonId | null,
  now: number,
): { readonly token: string; readonly expiresAt: number; readonly write: Write } {
  const { token, hash } = mintOpaqueToken(bytes);
  const expiresAt = now + LINK_LIFE_MS[kind];
  return {
    token,
    expiresAt,
    write: identityWrite('link.replace', { hash, kind, person, createdAt: now, expiresAt }),
  };
}

/** @param publicUrl without a slash at its end. */
export const linkAddress = (publicUrl: string, token: string): string => `${publicUrl}/admin#/link?token=${token}`;

/** Who enrols, carried from step to step. */
export interface Enrolling {
  readonly link: string;
  readonly kind: LinkKind;
  readonly org: OrgId;
  readonly person: PersonId;
  /** Somebody who is not there yet. */
  readonly fresh: boolean;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

export interface Links {
  /** What a link is for; null when it is none, was used, or has run out. */
  read(token: unknown): Promise<{ readonly link: LinkRecord; readonly person: PersonRecord | null } | null>;
  /**
   * The token of the enrolment's first step.
   * @param who whoever sets up says its own address (in normal form) and name; otherwise they are the invitation's.
   * @throws SallyportError `not_found`, `invalid_input`
   */
  begin(token: unknown, who: { readonly email: string; readonly name: string } | null): Promise<string>;
  /**
   * Stores the factor, takes the link and every step, and signs in: all or nothing.
   * @param taken the steps that led here.
   * @throws SallyportError `conflict` when somebody was faster.
   */
  complete(
    enrolling: Enrolling,
    method: string,
    taken: readonly Write[],
    factor: readonly Write[],
    device: string,
  ): Promise<Signed>;
}

export interface LinksParts {
  readonly store: Pick<PeopleStore, 'link' | 'person' | 'any' | 'commit'>;
  readonly ceremonies: Ceremonies;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly ids: Ids;
}

export function createLinks({ store, ceremonies, sessions, clock, ids }: LinksParts): Links {
  async function read(token: unknown) {
    const hash = opaqueTokenHash(token);
    const link = hash === null ? null : await store.link(hash, clock.now());
    if (link === null) return null;
    if (link.person === null) return link.kind === 'set_up' && !(await store.any()) ? { link, person: null } : null;
    const person = await store.person(link.org, link.person);
    const wanted = link.kind === 'invitation' ? 'invited' : 'active';
    return person?.status === wanted ? { link, person } : null;
  }

  return {
    read,
    async begin(token, who) {
      const found = await read(token);
      if (found === null) throw new SallyportError('not_found', GONE);
      const { link, person } = found;
      if (person === null && who === null) {
        const message = 'Say your mail address and your name.';
        throw new SallyportError('invalid_input', message, { issues: [{ path: 'email', message }] });
      }
      const enrolling: Enrolling = {
        ...{ link: link.hash, kind: link.kind, org: link.org, fresh: person === null },
        person: person?.id ?? ids.next('usr'),
        ...{ email: person?.email ?? who!.email, name: person?.name ?? who!.name, role: person?.role ?? 'owner' },
      };
      const of = { org: enrolling.org, person: person?.id ?? null };
      const step = ceremonies.open({ kind: ENROLMENT, of, data: enrolling, lifeMs: ENROLMENT_MS });
      await store.commit(step.org, { event: 'link_opened', person: of.person, method: link.kind }, [step.write]);
      return step.token;
    },
    async complete(enrolling, method, taken, factor, device) {
      const { org, person, kind, fresh, email, name, role } = enrolling;
      const { signed, writes } = await sessions.begin({ org, person }, [method], device);
      const id = { id: person };
      await store.commit(org, { event: kind, person, session: signed.session, method }, [
        identityWrite('link.take', { hash: enrolling.link }),
        ...taken,
        ...(fresh
          ? [
              identityWrite('person.be-first', {}),
              identityWrite('person.create', { ...id, email, name, role, createdAt: clock.now() }),
            ]
          : []),
        ...(kind === 'recovery'
          ? [identityWrite('person.no-factors', id), identityWrite('session.end-all', { person, but: null })]
          : [identityWrite('person.activate', id)]),
        ...factor,
        ...writes,
      ]);
      return signed;
    },
  };
}

/** The same for a link that never was, was used, or ran out. */
export const GONE = 'This link was used already, has run out, or was copied in part. Ask for a new one.';
/** Told to whoever comes late. */
export const SET_UP = 'There are people on this server already. Whoever is to be an Owner has to be invited.';
