/**
 * What those who watch a swarm are told, kept for an hour, and the counts that reads sum up. An event's place is the number of its
 * transaction, then its own: places are read in that order, and only up to where every transaction has ended
 * (`swarm_event_settled`), so that one which commits late is not passed over. Nothing in an event is personal; `mac` is keyed.
 */
import type { Ddl } from './ddl.ts';

export const swarmEvents = ({ int, clustered, serial, transaction, settled }: Ddl): readonly string[] => [
  `create table swarm_event (
    seq ${serial}, tx ${int} not null default ${transaction}, org text not null, id text not null, kind text not null,
    thread text, agents text not null, ref text, mac text, detail text not null, at ${int} not null)`,
  'create index swarm_event_by_place on swarm_event (org, tx, seq)',
  'create unique index swarm_event_by_id on swarm_event (org, id)',
  `create view swarm_event_settled as select * from swarm_event where ${settled}`,
  `create table swarm_usage (
    org text not null, day ${int} not null, thread text not null, name text not null, steps ${int} not null,
    calls ${int} not null, input_tokens ${int} not null, cached_tokens ${int} not null, output_tokens ${int} not null,
    cost ${int} not null, unpriced ${int} not null, primary key (org, day, thread, name))${clustered}`,
  `create table swarm_edge (
    org text not null, thread text not null, speaker text not null, listener text not null, calls ${int} not null,
    last_at ${int} not null, primary key (org, thread, speaker, listener))${clustered}`,
  `create table swarm_watch (
    org text not null primary key, node text not null, until ${int} not null, tx ${int} not null, seq ${int} not null)${clustered}`,
  `create table ws_ticket (
    hash text primary key, org text not null, person text not null, session text not null, network text not null,
    expires_at ${int} not null)${clustered}`,
  `create index frame_waiting on frame (org, name) where status = 'waiting'`,
  'create index thread_by_time on thread (org, updated_at)',
];
