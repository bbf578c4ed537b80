/** Grants: read with every authentication that is not remembered, and listed for owners. */
import type { Grant, GrantResource } from '../guard/grant.ts';
import type { GivenGrant, GrantReader } from '../identity/ports.ts';
import type { GrantId, OrgId } from '../kernel/ids.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

type GrantRow = Schema['right_grant'];

const ofPrincipal = statement<Pick<GrantRow, 'org' | 'principal'>, GrantRow>((db, p) =>
  db
    .selectFrom('right_grant')
    .selectAll()
    .where('org', '=', p('org'))
    .where('principal', '=', p('principal'))
    .orderBy('id'),
);

/** To be read after the epoch of the principal's fence: a grant that is made in between makes that epoch stale. */
export function* grantsOf(org: string, principal: string): Tx<readonly Grant[]> {
  return (yield* ofPrincipal.all({ org, principal })).map(grantOf);
}

const resourceOf = ({ kind, resource }: Pick<GrantRow, 'kind' | 'resource'>): GrantResource =>
  kind === 'any' ? { kind } : { kind: kind as Exclude<GrantResource['kind'], 'any'>, id: resource };

const grantOf = (row: GrantRow) =>
  ({
    id: row.id as GrantId,
    effect: row.effect as Grant['effect'],
    action: row.action,
    resource: resourceOf(row),
  }) satisfies Grant;

export const givenGrantOf = (row: GrantRow): GivenGrant => ({
  ...grantOf(row),
  principal: row.principal,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

export const createGrantReader = ({ db, read }: Engine): GrantReader => ({
  of: (org: OrgId, principal) => read(() => grantsOf(org, principal)),
  async list(org, { limit, before, principal }) {
    let query = db.selectFrom('right_grant').selectAll().where('org', '=', org);
    if (principal !== undefined) query = query.where('principal', '=', principal);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.orderBy('id', 'desc').limit(limit).execute()).map(givenGrantOf);
  },
});
