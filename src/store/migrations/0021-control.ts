/**
 * Hands on the swarm: what was stopped and when, with what was under way then; threads that are forks; an index on what is at
 * work; an agent whose work was killed begins anew in the same thread. `found` is JSON of ids and names, nothing personal.
 */
import type { Ddl } from './ddl.ts';

export const control = ({ int, clustered }: Ddl): readonly string[] => [
  `create table swarm_stop (
    org text not null, id text not null, subject text not null, agent text not null, "by" text not null,
    at ${int} not null, finished_at ${int}, found text not null, primary key (org, id))${clustered}`,
  'create index swarm_stop_at on swarm_stop (at)',
  'create index swarm_stop_open on swarm_stop (at) where finished_at is null',
  `create index frame_busy on frame (org, thread) where status in ('ready', 'running', 'waiting')`,
  'alter table thread add column fork text',
  'drop index frame_root',
  `create unique index frame_root on frame (org, thread, name) where caller is null and status <> 'killed'`,
];
