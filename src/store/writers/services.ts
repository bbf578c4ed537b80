/** API keys and services. Ending one bumps its fence: what it started and has not left yet does not leave. */
import type { ServiceWrites } from '../../identity/services/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import { insertFence } from './statements.ts';
import { bump, type WritersOf } from './writer.ts';

type Key = Schema['api_key'];
type Service = Schema['service'];

const insertKey = statement<Omit<Key, 'last_used_at' | 'revoked_at'>>((db, p) =>
  db.insertInto('api_key').values({
    org: p('org'),
    id: p('id'),
    hash: p('hash'),
    name: p('name'),
    scopes: p('scopes'),
    actions: p('actions'),
    cidrs: p('cidrs'),
    requests_per_minute: p('requests_per_minute'),
    created_by: p('created_by'),
    created_at: p('created_at'),
    expires_at: p('expires_at'),
  }),
);
const revokeKey = statement<Pick<Key, 'org' | 'id' | 'revoked_at'>>((db, p) =>
  db
    .updateTable('api_key')
    .set({ revoked_at: p('revoked_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('revoked_at', 'is', null),
);
/** Says by the number of rows whether the name was free: two may ask for it at once. */
const insertService = statement<Omit<Service, 'last_used_at' | 'removed_at'>>((db, p) =>
  db
    .insertInto('service')
    .values({
      org: p('org'),
      id: p('id'),
      san: p('san'),
      jwk: p('jwk'),
      kid: p('kid'),
      name: p('name'),
      scopes: p('scopes'),
      actions: p('actions'),
      cidrs: p('cidrs'),
      requests_per_minute: p('requests_per_minute'),
      created_by: p('created_by'),
      created_at: p('created_at'),
      expires_at: p('expires_at'),
    })
    .onConflict((conflict) => conflict.doNothing()),
);
const removeService = statement<Pick<Service, 'org' | 'id' | 'removed_at'>>((db, p) =>
  db
    .updateTable('service')
    .set({ removed_at: p('removed_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('removed_at', 'is', null),
);

type Made = ServiceWrites['api-key.create'] | ServiceWrites['service.register'];
const columnsOf = (org: string, row: Made) => ({
  org,
  id: row.id,
  name: row.name,
  scopes: JSON.stringify(row.scopes),
  actions: JSON.stringify(row.actions),
  cidrs: JSON.stringify(row.cidrs),
  requests_per_minute: row.requestsPerMinute,
  created_by: row.createdBy,
  created_at: row.createdAt,
  expires_at: row.expiresAt,
});

export function serviceWriters(): WritersOf<ServiceWrites> {
  return {
    *'api-key.create'(_, org, row) {
      yield* insertKey.run({ ...columnsOf(org, row), hash: row.hash });
      yield* insertFence.run({ org, subject: `token:${row.id}` });
    },
    *'api-key.revoke'(group, org, { id, at }) {
      yield* revokeKey.run({ org, id, revoked_at: at });
      yield* bump(group, org, `token:${id}`);
    },
    *'service.register'(_, org, row) {
      const { by } = row;
      const how =
        'san' in by
          ? { san: by.san, jwk: null, kid: null }
          : { san: null, jwk: JSON.stringify(by.publicKey), kid: by.kid };
      if ((yield* insertService.run({ ...columnsOf(org, row), ...how })) !== 1)
        throw new SallyportError('conflict', 'A service of this server has that certificate name already.');
      yield* insertFence.run({ org, subject: `token:${row.id}` });
    },
    *'service.remove'(group, org, { id, at }) {
      yield* removeService.run({ org, id, removed_at: at });
      yield* bump(group, org, `token:${id}`);
    },
  };
}
