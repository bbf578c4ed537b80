/**
 * The swarm's work: threads, frames, steps, messages. What was said and thought is sealed: under the key of the person outside
 * whose thread it is, else under the organisation's data key. `contact` holds a keyed hash.
 */
import type { Ddl } from './ddl.ts';

export const threads = ({ int }: Ddl): readonly string[] => [
  `create table thread (
    org text not null, id text not null, owner text not null, contact text, visibility text not null,
    status text not null, because text, seq ${int} not null, created_at ${int} not null, updated_at ${int} not null,
    primary key (org, id))`,
  'create index thread_of on thread (org, owner)',
  'create index thread_by_contact on thread (org, contact)',
  `create table frame (
    org text not null, id text not null, thread text not null, caller text, caller_step ${int}, name text not null,
    agent text not null, depth ${int} not null, selfs ${int} not null, status text not null, label text not null, version ${int} not null,
    attempt ${int} not null, failures ${int} not null, node text, lease_until ${int}, ready_at ${int} not null,
    created_at ${int} not null, primary key (org, id))`,
  'create index frame_of on frame (org, thread)',
  `create index frame_ready on frame (ready_at) where status = 'ready'`,
  `create index frame_running on frame (org, name) where status = 'running'`,
  `create table step (
    org text not null, frame text not null, n ${int} not null, kind text not null, state text not null,
    call text, name text, action text, child text, message text, body text, label text not null, usage text,
    at ${int} not null, ended_at ${int}, primary key (org, frame, n))`,
  `create index step_open on step (org, action) where state in ('begun', 'waiting') and action is not null`,
  `create table thread_message (
    org text not null, thread text not null, seq ${int} not null, id text not null, frame text, kind text not null,
    speaker text not null, listener text not null, body text not null, label text not null, version ${int} not null,
    unread ${int} not null, at ${int} not null, primary key (org, thread, seq))`,
  'create unique index thread_message_by_id on thread_message (org, id)',
  'create index thread_message_unread on thread_message (org, frame, seq) where unread = 1',
  `create table swarm_pause (
    org text not null, subject text not null, because text not null, by text not null, at ${int} not null,
    primary key (org, subject))`,
];
