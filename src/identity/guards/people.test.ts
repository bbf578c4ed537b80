import { describe, expect, test } from 'vitest';
import { TRUSTED } from '../../guard/label.ts';
import { type Principal, SCOPES_OF, type Scope } from '../../guard/principal.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { mayGive, ROLES, type Role, scopesOfRole } from '../rules/roles.ts';
import { givableRole, withinOwnRights } from './people.ts';

const ORG: OrgId = 'org_1';
const by = (scopes: ReadonlySet<Scope>): Principal => ({
  ...{ id: 'usr_1', kind: 'person', org: ORG, agent: null, scopes, fences: [] },
});
const asked = (scopes: ReadonlySet<Scope>, role: Role, org: OrgId = ORG) => ({
  ...{ by: by(scopes), org, agent: null, now: 0, label: TRUSTED, approvedBy: null },
  input: { role, personId: 'usr_2' as const },
});
const roleOf = (scopes: ReadonlySet<Scope>, org: OrgId) => ROLES.filter((role) => mayGive(scopes, org, role));

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
    const person = { id: 'usr_2', role, status: 'active' } as const;
    expect(withinOwnRights.judge(asked(admin, 'viewer'), { person })).toMatchObject([{ code: 'forbidden' }]);
  });
  test('makes and looks after those who may do no more', () => {
    expect(givableRole.judge(asked(admin, 'operator'), {})).toEqual([]);
    const person = { id: 'usr_2', role: 'admin', status: 'active' } as const;
    expect(withinOwnRights.judge(asked(admin, 'viewer'), { person })).toEqual([]);
  });
});
