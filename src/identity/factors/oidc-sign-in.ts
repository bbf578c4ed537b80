/**
 * What an account of the identity provider is used for: signing in, accepting a link, linking it to one's own person, and
 * showing it again. A person is found by the account that was linked (issuer and subject) and by nothing else; in particular
 * not by a mail address, which a provider may let anybody choose. A link is made by who holds a one-time link, or by who has
 * signed in and shown a factor just now.
 *
 * The way out and back is one ceremony: its token is in the browser's cookie, its state in the address, and both must come
 * back together, once.
 */

import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId, PersonId } from '../../kernel/ids.ts';
import type { Acting } from '../people/acting.ts';
import type { Ceremonies } from '../people/ceremonies.ts';
import { committed } from '../people/committed.ts';
import { ENROLMENT, type Enrolling, type Links } from '../people/links.ts';
import type { CeremonyRecord, PeopleStore } from '../people/ports.ts';
import type { Sessions, Signed } from '../people/sessions.ts';
import { identityWrite } from '../writes.ts';
import { IssuerUnreachable } from './issuer-fetch.ts';
import { OIDC_CEREMONY_MS, type OidcAccount, type OidcProvider, type OidcSecrets } from './oidc.ts';

/** What it is for, with whom it is for. */
export type OidcIntent =
  | { readonly is: 'sign_in' }
  /** `enrolling` by a one-time link. */
  | { readonly is: 'accept'; readonly enrolling: Enrolling }
  | { readonly is: 'link' | 'step_up'; readonly by: Acting };

/** Why somebody did not get in, for a page to say. */
export const OIDC_PROBLEMS = [
  /** The person said no at the provider. */
  'oidc_denied',
  /** The provider is out of reach. */
  'oidc_unavailable',
  /** Too late, in another browser, or for the second time. */
  'oidc_expired',
  /** What came back is not to be believed. */
  'oidc_refused',
  /** The account is linked to nobody who may come in. */
  'oidc_not_linked',
  /** The account is somebody else's already, or not the one that was linked. */
  'oidc_other_account',
] as const;
export type OidcProblem = (typeof OIDC_PROBLEMS)[number];

export type OidcOutcome =
  | { readonly is: 'signed'; readonly signed: Signed }
  /** In a session that was there: the account is linked, or was shown again. */
  | { readonly is: 'done' }
  | { readonly is: 'problem'; readonly problem: OidcProblem };

export interface OidcSignIn {
  readonly label: string;
  /** The link's first step, or a link of somebody who is there already. @throws SallyportError `not_found`, `invalid_input` */
  accepting(token: string): Promise<Extract<OidcIntent, { is: 'accept' }>>;
  /** Where the browser goes, and the cookie that it takes along. @throws SallyportError `provider_unavailable` */
  begin(intent: OidcIntent): Promise<{ readonly url: string; readonly cookie: string }>;
  /** @param query of the address that the browser came back to. @param device what kind of browser it is. */
  finish(cookie: string | null, query: string, device: string): Promise<OidcOutcome>;
  /** Forgets the account. @throws SallyportError `conflict` for the last way in. */
  unlink(by: Acting): Promise<void>;
}

export interface OidcSignInParts {
  readonly provider: OidcProvider;
  readonly store: Pick<PeopleStore, 'step' | 'commit' | 'person' | 'personByOidc'>;
  readonly ceremonies: Ceremonies;
  readonly links: Pick<Links, 'begin' | 'complete'>;
  readonly sessions: Pick<Sessions, 'begin'>;
  readonly clock: Clock;
}

const OIDC = 'oidc';
const KIND = 'oidc';

interface Underway {
  readonly secrets: OidcSecrets;
  readonly intent: OidcIntent;
}

export function createOidcSignIn(parts: OidcSignInParts): OidcSignIn {
  const { provider, store, ceremonies, links, sessions, clock } = parts;

  const newLink = (person: PersonId, account: OidcAccount) =>
    identityWrite('oidc-link.create', { person, ...account, createdAt: clock.now() });

  async function signIn(record: CeremonyRecord, account: OidcAccount, device: string): Promise<OidcOutcome> {
    const of = await store.personByOidc(account.issuer, account.subject);
    const person = of === null ? null : await store.person(of.org, of.id);
    if (person?.status !== 'active') return refuse(record, 'oidc_not_linked');
    const { org, id } = person;
    // the provider may have known the browser for days: whoever sits there has shown nothing yet
    const { signed, writes } = await sessions.begin({ org, person: id }, [OIDC], device, null);
    const event = { event: 'signed_in', person: id, session: signed.session, method: OIDC } as const;
    const still = [identityWrite('person.active', { id, session: null }), theirs(id, account)];
    const done = await committed(store.commit(org, event, [...still, ...writes]));
    return done ? { is: 'signed', signed } : EXPIRED;
  }

  async function accept(
    record: CeremonyRecord,
    account: OidcAccount,
    enrolling: Enrolling,
    device: string,
  ): Promise<OidcOutcome> {
    const whose = await store.personByOidc(account.issuer, account.subject);
    // a recovery forgets the account that was linked and may link the same one again
    if (whose !== null && whose.id !== enrolling.person) return refuse(record, 'oidc_other_account');
    try {
      const writes = [newLink(enrolling.person, account)];
      return {
        is: 'signed',
        signed: await links.complete(enrolling, OIDC, [], writes, device),
      };
    } catch (fault) {
      if (fault instanceof SallyportError && fault.code === 'conflict') return EXPIRED;
      throw fault;
    }
  }

  async function link(record: CeremonyRecord, account: OidcAccount, by: Acting): Promise<OidcOutcome> {
    const { org, person, session } = by;
    const whose = await store.personByOidc(account.issuer, account.subject);
    if (whose !== null && whose.id !== person) return refuse(record, 'oidc_other_account');
    const done = await committed(
      store.commit(org, { event: 'factor_added', person, session, method: OIDC }, [
        identityWrite('person.active', { id: person, session }),
        identityWrite('oidc-link.remove', { person }), // one account each
        newLink(person, account),
        identityWrite('session.end-all', { person, but: session }),
      ]),
    );
    return done ? DONE : EXPIRED;
  }

  async function stepUp(record: CeremonyRecord, account: OidcAccount, by: Acting): Promise<OidcOutcome> {
    const { org, person, session } = by;
    const whose = await store.personByOidc(account.issuer, account.subject);
    if (whose?.id !== person) return refuse(record, 'oidc_other_account');
    const done = await committed(
      store.commit(org, { event: 'stepped_up', person, session, method: OIDC }, [
        identityWrite('person.active', { id: person, session }),
        theirs(person, account),
        identityWrite('session.step-up', { id: session, factor: OIDC, at: clock.now() }),
      ]),
    );
    return done ? DONE : EXPIRED;
  }

  /** Logs that it came to nothing. */
  async function refuse(record: CeremonyRecord, problem: OidcProblem): Promise<OidcOutcome> {
    const { org, person } = record;
    const { intent } = record.data as Underway;
    const event =
      intent.is === 'accept' || intent.is === 'link' ? 'enrolment_failed' : (`${intent.is}_failed` as const);
    await store.commit(org, { event, person, method: OIDC }, []);
    return { is: 'problem', problem };
  }

  return {
    label: provider.label,
    async accepting(token) {
      // who sets up has said its address and name first, and comes with that ceremony; an invitation knows them
      const begun =
        (await ceremonies.attempt(token, ENROLMENT)) ??
        (await ceremonies.attempt(await links.begin(token, null), ENROLMENT));
      return { is: 'accept', enrolling: begun!.data as Enrolling };
    },
    async begin(intent) {
      const secrets = provider.secrets(intent.is === 'step_up');
      const url = await provider.address(secrets).catch((fault: unknown) => {
        if (!(fault instanceof IssuerUnreachable)) throw fault;
        const say = `${provider.label} can't be reached at the moment; try again later, or sign in another way.`;
        throw new SallyportError('provider_unavailable', say, { cause: fault });
      });
      const underway: Underway = { secrets, intent };
      const of = whoseIs(intent);
      const step = ceremonies.open({ kind: KIND, ...(of && { of }), data: underway, lifeMs: OIDC_CEREMONY_MS });
      await store.step(step.org, step.write);
      return { url: url.href, cookie: step.token };
    },
    async finish(cookie, query, device) {
      const record = await ceremonies.attempt(cookie, KIND);
      if (record === null) return EXPIRED;
      // before the code is spent: of two answers at once, the second must not spoil the first
      if (!(await committed(store.step(record.org, ceremonies.take(record))))) return EXPIRED;
      const { secrets, intent } = record.data as Underway; // as `begin` sealed it
      const answer = await provider.account(query, secrets);
      if (answer.is !== 'account') return refuse(record, `oidc_${answer.is}`);
      const { account } = answer;
      switch (intent.is) {
        case 'sign_in':
          return signIn(record, account, device);
        case 'accept':
          return accept(record, account, intent.enrolling, device);
        case 'link':
          return link(record, account, intent.by);
        case 'step_up':
          return stepUp(record, account, intent.by);
      }
    },
    async unlink({ org, person, session }) {
      await store.commit(org, { event: 'factor_removed', person, session, method: OIDC }, [
        identityWrite('person.active', { id: person, session }),
        identityWrite('oidc-link.remove', { person }),
        identityWrite('person.keeps-a-way', { id: person, oidc: false }),
        identityWrite('session.end-all', { person, but: session }),
      ]);
    },
  };
}

const theirs = (person: PersonId, account: OidcAccount) => identityWrite('oidc-link.use', { person, ...account });

const EXPIRED: OidcOutcome = { is: 'problem', problem: 'oidc_expired' };
const DONE: OidcOutcome = { is: 'done' };

/** Of whom it is known already that it is they: whoever acts in a session. */
function whoseIs(intent: OidcIntent): { readonly org: OrgId; readonly person: PersonId | null } | null {
  if (intent.is === 'sign_in') return null;
  if (intent.is !== 'accept') return { org: intent.by.org, person: intent.by.person };
  const { org, person, fresh } = intent.enrolling;
  return { org, person: fresh ? null : person };
}
