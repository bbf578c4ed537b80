/** One-time codes: at most one open a purpose, as a keyed hash, with the attempts at it. */
import type { Ddl } from './ddl.ts';

export const oneTimeCodes = ({ int, clustered }: Ddl): readonly string[] => [
  `create table one_time_code (
    org text not null, agent text not null, contact text not null, purpose text not null, id text not null,
    mac text not null, attempts ${int} not null, used ${int} not null, at ${int} not null, expires_at ${int} not null,
    primary key (org, agent, contact, purpose), foreign key (org, agent) references agent (org, id))${clustered}`,
  'create index one_time_code_by_contact on one_time_code (org, contact)',
  'create index one_time_code_by_end on one_time_code (expires_at)',
];
