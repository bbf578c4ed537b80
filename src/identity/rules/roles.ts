/** What a role may do, as one table (P05). A role holds just what its line says; no role implies another. */
import type { Principal, Scope } from '../../guard/principal.ts';
import { grantsInForce } from '../../guard/rights.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';

export const ROLES = ['viewer', 'operator', 'admin', 'owner', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

const VIEWER: readonly Scope[] = ['agent:read', 'org:view'];
const OPERATOR: readonly Scope[] = [...VIEWER, 'org:operate'];
const ADMIN: readonly Scope[] = [...OPERATOR, 'agent:act', 'org:admin'];
const OWNER: readonly Scope[] = [...ADMIN, 'org:own'];

const SCOPES_OF_ROLE = {
  viewer: new Set(VIEWER),
  operator: new Set(OPERATOR),
  admin: new Set(ADMIN),
  owner: new Set(OWNER),
  auditor: new Set<Scope>(['audit:read']),
} as const satisfies Record<Role, ReadonlySet<Scope>>;

const NOTHING: ReadonlySet<Scope> = new Set();

/** Of the platform there are these alone: who looks after one organisation belongs to that. */
const SCOPES_OF_PLATFORM_ROLE: Partial<Record<Role, ReadonlySet<Scope>>> = {
  owner: new Set<Scope>([...OWNER, 'platform:admin']),
  auditor: SCOPES_OF_ROLE.auditor,
};

export const isRoleOf = (org: OrgId, role: Role): boolean => org !== PLATFORM_ORG || role in SCOPES_OF_PLATFORM_ROLE;

/** Nothing for a role that is none. */
export function scopesOfRole(org: OrgId, role: string): ReadonlySet<Scope> {
  if (!(ROLES as readonly string[]).includes(role)) return NOTHING;
  return (org === PLATFORM_ORG ? SCOPES_OF_PLATFORM_ROLE[role as Role] : SCOPES_OF_ROLE[role as Role]) ?? NOTHING;
}

/**
 * Whether somebody may make another person this: an owner anything, others no more than they hold themselves; and who has
 * less than its scopes by a grant nobody, or it would have all of them by way of the other.
 */
export function mayGive(by: Pick<Principal, 'kind' | 'scopes' | 'grants'>, org: OrgId, role: Role): boolean {
  const scopes = scopesOfRole(org, role);
  if (scopes.size === 0 || grantsInForce(by).some(({ effect }) => effect === 'deny')) return false;
  if (org === PLATFORM_ORG && !by.scopes.has('platform:admin')) return false;
  return by.scopes.has('org:own') || scopes.isSubsetOf(by.scopes);
}
