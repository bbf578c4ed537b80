/** Grants: exceptions to what a principal's scopes give. `resource` is empty for one that is about everything. */
import type { Ddl } from './ddl.ts';

export const grants = ({ int }: Ddl): readonly string[] => [
  `create table right_grant (
    org text not null, id text not null, principal text not null, action text not null, kind text not null,
    resource text not null, effect text not null, created_by text not null, created_at ${int} not null,
    primary key (org, id))`,
  'create unique index right_grant_of on right_grant (org, principal, action, kind, resource, effect)',
];
