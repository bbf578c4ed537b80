/**
 * Rules on what is done to people. Each tells its reason; the writers hold the same once more, for what changes in between.
 * Somebody of another organisation does not exist here.
 */
import { need } from '../../guard/facts.ts';
import { type AnyGuard, type Deny, type Finding, guard } from '../../guard/guard.ts';
import type { Principal } from '../../guard/principal.ts';
import type { Request } from '../../guard/request.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { type OrgId, type PersonId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { normalMailAddress } from '../../kernel/mail-address.ts';
import { identityFacts, type KnownPerson } from '../facts.ts';
import { SET_UP } from '../people/links.ts';
import { LAST_OWNER } from '../people/writes.ts';
import { isRoleOf, mayGive, type Role } from '../rules/roles.ts';

interface OnPerson {
  readonly personId: PersonId;
}
interface WithRole {
  readonly role: Role;
}
interface ByMail {
  readonly email: string;
}

/** Shared, so that each fact is loaded once for a request. */
export const personNeed = need<OnPerson>()(identityFacts.person, ({ input }) => input.personId);
export const sessionsNeed = need<OnPerson>()(identityFacts.openSessions, ({ input }) => input.personId);
export const byMailNeed = need<ByMail>()(identityFacts.personByMail, ({ input }) => normalMailAddress(input.email));
const ownersNeed = need<unknown>()(identityFacts.activeOwners, () => 'self' as const);
const anybodyNeed = need<unknown>()(identityFacts.anybody, () => 'self' as const);

export const knownPerson = guard<OnPerson>()({
  id: 'known-person',
  stage: 'validate',
  needs: { person: personNeed },
  judge: (_, { person }) =>
    person === null
      ? [
          deny(
            'not_found',
            'There is no such person in this organisation; identity_list_people shows those there are.',
            'a person is of one organisation',
          ),
        ]
      : [],
});

/** A role that there is there, and that whoever gives it holds themselves. */
export const givableRole = guard<WithRole>()({
  id: 'givable-role',
  stage: 'validate',
  needs: {},
  judge({ by, org, input: { role } }) {
    if (!isRoleOf(org, role)) return [deny('invalid_input', OF_THE_PLATFORM, 'roles of the platform', 'field role')];
    return mayGive(by, org, role) ? [] : [beyond(org, role)];
  },
});

/** By the role, and by grants besides, of which an Owner alone needs no account. */
const mayDoNoMore = (person: KnownPerson, by: Principal, org: OrgId): boolean =>
  mayGive(by, org, person.role) && (by.scopes.has('org:own') || person.grants === 0);

/** Nobody decides about somebody who may do more: a recovery would hand over their account. */
export const withinOwnRights = guard<OnPerson>()({
  id: 'within-own-rights',
  stage: 'validate',
  needs: { person: personNeed },
  judge: ({ by, org }, { person }) =>
    person === null || mayDoNoMore(person, by, org) ? [] : [beyond(org, person.role)],
});

const keepsAnOwner = <I extends OnPerson>(ends: (request: Request<I>) => boolean): AnyGuard =>
  guard<I>()({
    id: 'last-owner',
    stage: 'validate',
    needs: { owners: ownersNeed },
    judge(request, { owners }) {
      const [only, ...more] = owners ?? [];
      const isLast = only === request.input.personId && more.length === 0;
      return isLast && ends(request) ? [deny('conflict', LAST_OWNER, 'the last Owner stays')] : [];
    },
  });
/** Before somebody goes or is kept out. */
export const lastOwner = keepsAnOwner<OnPerson>(() => true);
/** Before somebody gets another role. */
export const lastOwnersRole = keepsAnOwner<OnPerson & WithRole>(({ input }) => input.role !== 'owner');

const NOT_YET = 'This person has not accepted the invitation yet; remove them to take it back.';
/** What is asked of somebody's standing, and what to do where it is another one. */
const WANTED = {
  suspend: { status: 'active', invited: NOT_YET, suspended: 'This person is suspended already.' },
  reinstate: { status: 'suspended', invited: NOT_YET, active: 'This person is not suspended.' },
  recover: {
    status: 'active',
    invited: 'This person has not accepted the invitation yet; invite them again for a new link.',
    suspended: 'This person is suspended; reinstate them first.',
  },
} as const satisfies Record<string, { status: KnownPerson['status'] } & Partial<Record<KnownPerson['status'], string>>>;

export const personStanding = (step: keyof typeof WANTED): AnyGuard =>
  guard<OnPerson>()({
    id: 'person-standing',
    stage: 'validate',
    needs: { person: personNeed },
    judge(_, { person }) {
      const wanted: { readonly status: string } & Partial<Record<string, string>> = WANTED[step];
      if (person === null || person.status === wanted.status) return [];
      return [deny('conflict', wanted[person.status]!, 'status of the person', `status ${person.status}`)];
    },
  });

/** A stolen session must not make itself at home: a recovery replaces every factor by new ones. */
export const anotherOwner = guard<OnPerson>()({
  id: 'another-owner',
  stage: 'validate',
  needs: {},
  judge: ({ by, input }) =>
    by.id === input.personId
      ? [
          deny(
            'forbidden',
            'Nobody recovers their own account: change your factors while you are signed in, or ask another Owner.',
            'recovery by another Owner',
          ),
        ]
      : [],
});

export const mailAddressOfNobody = guard<ByMail>()({
  id: 'mail-address-free',
  stage: 'validate',
  needs: { known: byMailNeed },
  judge({ by, org }, { known }) {
    if (known === null) return [];
    if (known !== 'elsewhere' && known.status === 'invited')
      return mayDoNoMore(known, by, org) ? [] : [beyond(org, known.role)]; // who invites last has the link
    // the same words wherever the address is in use: an invitation tells nothing about other organisations
    return [
      deny(
        'conflict',
        'Nobody can be invited by this mail address: it may be in use already. identity_list_people shows who is here; for somebody else take another address.',
        'a mail address is of one person',
        'field email',
      ),
    ];
  },
});

export const nobodyYet = guard<unknown>()({
  id: 'nobody-yet',
  stage: 'validate',
  needs: { anybody: anybodyNeed },
  judge: (_, { anybody }) => (anybody === null ? [] : [deny('conflict', SET_UP, 'the first Owner sets up once')]),
});

const OF_THE_PLATFORM =
  'role: of the server itself there are Owners and Auditors alone. For another role, name the organisation in organizationId.';

const beyond = (org: OrgId, role: Role): Finding =>
  deny(
    'forbidden',
    `Only somebody who may do all that ${org === PLATFORM_ORG ? 'such a person of the platform' : 'such a person'} may can decide this (${role}).`,
    'nobody grants what they lack',
  );

const deny = (code: ErrorCode, say: string, source: string, fact?: string): Deny => ({
  is: 'deny',
  code,
  say,
  source,
  ...(fact === undefined ? {} : { fact }),
});
