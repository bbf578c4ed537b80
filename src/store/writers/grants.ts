/** Grants. Their principal's fence is bumped by whoever writes one, so that what is remembered of it is forgotten. */
import type { IdentityWrites } from '../../identity/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Schema } from '../schema.ts';
import { statement, type Tx } from '../statement.ts';
import type { WritersOf } from './writer.ts';

type GrantRow = Schema['right_grant'];
export type GrantKinds = Extract<keyof IdentityWrites, `grant.${string}`>;

const insertGrant = statement<GrantRow>((db, p) =>
  db
    .insertInto('right_grant')
    .values({
      org: p('org'),
      id: p('id'),
      principal: p('principal'),
      action: p('action'),
      kind: p('kind'),
      resource: p('resource'),
      effect: p('effect'),
      created_by: p('created_by'),
      created_at: p('created_at'),
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const dropGrant = statement<Pick<GrantRow, 'org' | 'id'>>((db, p) =>
  db.deleteFrom('right_grant').where('org', '=', p('org')).where('id', '=', p('id')),
);
const dropGrantsOf = statement<Pick<GrantRow, 'org' | 'principal'>, GrantRow>((db, p) =>
  db.deleteFrom('right_grant').where('org', '=', p('org')).where('principal', '=', p('principal')).returningAll(),
);

/** A token that takes another's place has its grants: what was taken from one is not given back by making it anew. */
export function* inheritGrants(org: string, from: string, to: string): Tx<void> {
  for (const row of yield* dropGrantsOf.all({ org, principal: from }))
    yield* insertGrant.run({ ...row, principal: to });
}

export const grantWriters = (): WritersOf<Pick<IdentityWrites, GrantKinds>> => ({
  *'grant.create'(_, org, { id, principal, action, resource, effect, createdBy, createdAt }) {
    const made = yield* insertGrant.run({
      ...{ org, id, principal, action, effect, kind: resource.kind },
      resource: resource.kind === 'any' ? '' : resource.id,
      created_by: createdBy,
      created_at: createdAt,
    });
    if (made !== 1)
      throw new SallyportError('conflict', 'There is such a grant already; identity_list_grants shows it.');
  },
  *'grant.remove'(_, org, { id }) {
    if ((yield* dropGrant.run({ org, id })) !== 1)
      throw new SallyportError('conflict', 'Somebody else removed the grant in the meantime.');
  },
});
