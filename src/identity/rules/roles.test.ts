import { describe, expect, test } from 'vitest';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { isRoleOf, mayGive, ROLES, type Role, scopesOfRole } from './roles.ts';

const OWN = 'org_1';

describe('a role', () => {
  test('has more than the one before it, but for the auditor, who has the log alone', () => {
    const [viewer, operator, admin, owner, auditor] = ROLES.map((role) => scopesOfRole(OWN, role));
    expect(viewer!.isSubsetOf(operator!) && operator!.isSubsetOf(admin!) && admin!.isSubsetOf(owner!)).toBe(true);
    expect([...auditor!]).toEqual(['audit:read']);
    for (const [i, scopes] of [viewer!, operator!, admin!, owner!].entries()) {
      expect(scopes.has('audit:read'), ROLES[i]).toBe(false);
      expect(scopes.has('platform:admin'), ROLES[i]).toBe(false);
    }
  });
  test.each(['', 'root', 'Owner', 'constructor', '__proto__'])('that is none (%s) has nothing', (role) => {
    expect(scopesOfRole(OWN, role).size).toBe(0);
    expect(scopesOfRole(PLATFORM_ORG, role).size).toBe(0);
  });
  test('of the platform is Owner or Auditor', () => {
    expect(ROLES.filter((role) => isRoleOf(PLATFORM_ORG, role))).toEqual(['owner', 'auditor']);
    expect(scopesOfRole(PLATFORM_ORG, 'admin').size).toBe(0);
    expect(scopesOfRole(PLATFORM_ORG, 'owner').has('platform:admin')).toBe(true);
  });
});

describe('who gives a role', () => {
  const given = (by: Role, org: OrgId = OWN, of: OrgId = OWN) =>
    ROLES.filter((role) => mayGive({ kind: 'person', scopes: scopesOfRole(of, by) }, org, role));
  test('gives no more than they have, and an Owner any', () => {
    expect(given('viewer')).toEqual(['viewer']);
    expect(given('operator')).toEqual(['viewer', 'operator']);
    expect(given('admin')).toEqual(['viewer', 'operator', 'admin']);
    expect(given('owner')).toEqual([...ROLES]);
    expect(given('auditor')).toEqual(['auditor']);
  });
  test('of the platform is an Owner of it', () => {
    expect(given('owner', PLATFORM_ORG)).toEqual([]);
    expect(given('auditor', PLATFORM_ORG)).toEqual([]);
    expect(given('owner', PLATFORM_ORG, PLATFORM_ORG)).toEqual(['owner', 'auditor']);
  });
});
