import { describe, expect, test } from 'vitest';
import type { Grant } from '../../guard/grant.ts';
import { TRUSTED } from '../../guard/label.ts';
import { type Principal, SCOPES_OF, type Scope } from '../../guard/principal.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { mayGive, ROLES, type Role, scopesOfRole } from '../rules/roles.ts';
import { givableRole, mailAddressOfNobody, withinOwnRights } from './people.ts';

const ORG: OrgId = 'org_1';
const by = (scopes: ReadonlySet<Scope>, grants: readonly Grant[] = []): Principal => ({
  ...{ id: 'usr_1', kind: 'person', org: ORG, agent: null, scopes, grants, fences: [] },
});
const asked = (scopes: ReadonlySet<Scope>, role: Role, org: OrgId = ORG, grants: readonly Grant[] = []) => ({
  ...{ by: by(scopes, grants), org, agent: null, now: 0, label: TRUSTED, approvedBy: null },
  input: { role, personId: 'usr_2' as const },
});
const roleOf = (scopes: ReadonlySet<Scope>, org: OrgId) => ROLES.filter((role) => mayGive(by(scopes), org, role));

describe('a role', () => {
  test.each([
    ['owner', ['viewer', 'operator', 'admin', 'owner', 'auditor']],
    ['admin', ['viewer', 'operator', 'admin']],
    ['operator', ['viewer', 'operator']],
    ['viewer', ['viewer']],
    ['auditor', ['auditor']],
  ] as const)('of %s gives no more than it holds: %j', (role, given) =>
    expect(roleOf(scopesOfRole(ORG, role), ORG)).toEqual(given),
  );
  test('of the platform is given by the platform alone, and there are two of them', () => {
    expect(roleOf(scopesOfRole(ORG, 'owner'), PLATFORM_ORG)).toEqual([]);
    expect(roleOf(scopesOfRole(PLATFORM_ORG, 'owner'), PLATFORM_ORG)).toEqual(['owner', 'auditor']);
    expect(roleOf(SCOPES_OF.orchestrator, PLATFORM_ORG)).toEqual(['owner', 'auditor']);
  });
});

/** Somebody whom an exception lets act on people, without being an Owner. */
describe('an Admin who may do it by a grant', () => {
  const admin = scopesOfRole(ORG, 'admin');
  test.each(['owner', 'auditor'] as const)('neither makes an %s nor decides about one', (role) => {
    expect(givableRole.judge(asked(admin, role), {})).toMatchObject([{ code: 'forbidden' }]);
    const person = { id: 'usr_2', role, status: 'active', grants: 0 } as const;
    expect(withinOwnRights.judge(asked(admin, 'viewer'), { person })).toMatchObject([{ code: 'forbidden' }]);
  });
  test('makes and looks after those who may do no more', () => {
    expect(givableRole.judge(asked(admin, 'operator'), {})).toEqual([]);
    const person = { id: 'usr_2', role: 'admin', status: 'active', grants: 0 } as const;
    expect(withinOwnRights.judge(asked(admin, 'viewer'), { person })).toEqual([]);
  });
  test('does neither while a grant takes anything from them', () => {
    const cut: Grant = { id: 'grt_1', effect: 'deny', action: 'comms.send_message', resource: { kind: 'any' } };
    const person = { id: 'usr_2', role: 'viewer', status: 'active', grants: 0 } as const;
    expect(givableRole.judge(asked(admin, 'viewer', ORG, [cut]), {})).toMatchObject([{ code: 'forbidden' }]);
    expect(withinOwnRights.judge(asked(admin, 'viewer', ORG, [cut]), { person })).toMatchObject([
      { code: 'forbidden' },
    ]);
    const owner = scopesOfRole(ORG, 'owner'); // from whom no grant takes anything
    expect(givableRole.judge(asked(owner, 'owner', ORG, [cut]), {})).toEqual([]);
  });
  test('decides about nobody to whom a grant gives more than the role', () => {
    const person = { id: 'usr_2', role: 'viewer', status: 'active', grants: 1 } as const;
    expect(withinOwnRights.judge(asked(admin, 'viewer'), { person })).toMatchObject([{ code: 'forbidden' }]);
    expect(withinOwnRights.judge(asked(scopesOfRole(ORG, 'owner'), 'viewer'), { person })).toEqual([]);
  });
  test('does not take over an invitation to be more', () => {
    const invite = (scopes: ReadonlySet<Scope>) => ({
      ...asked(scopes, 'viewer'),
      input: { email: 'bob@example.com' },
    });
    const known = { id: 'usr_2', role: 'owner', status: 'invited', grants: 0 } as const;
    expect(mailAddressOfNobody.judge(invite(admin), { known })).toMatchObject([{ code: 'forbidden' }]);
    expect(mailAddressOfNobody.judge(invite(scopesOfRole(ORG, 'owner')), { known })).toEqual([]);
  });
});
