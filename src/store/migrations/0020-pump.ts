/**
 * What the pump needs besides the rows: one root frame of an agent in a thread, one open thread of an agent and a person
 * outside, and messages of people outside on their way into the swarm.
 */
import type { Ddl } from './ddl.ts';

export const pump = ({ int, clustered }: Ddl): readonly string[] => [
  'create unique index frame_root on frame (org, thread, name) where caller is null',
  'drop index step_open',
  `create index step_open on step (org, action) where state in ('begun', 'waiting', 'unknown') and action is not null`,
  `create index step_unfinished on step (org, frame) where state <> 'done'`,
  'create index thread_message_waiting on thread_message (org, listener) where unread = 1',
  'alter table thread add column agent text',
  `create unique index thread_with_contact on thread (org, agent, contact) where contact is not null and status <> 'killed'`,
  'create index thread_updated on thread (updated_at, id)',
  `create table swarm_inbox (
    org text not null, message text not null, agent text not null, at ${int} not null, primary key (org, message))${clustered}`,
  'create index swarm_agent_bound on swarm_agent (org, agent)',
  'create index swarm_inbox_at on swarm_inbox (at)',
];
