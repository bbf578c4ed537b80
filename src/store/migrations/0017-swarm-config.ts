/**
 * Swarms' configurations: every version there ever was, which one is live, the agents behind the names, and what waits for a
 * second person. Contents and notes are sealed under the organisation's data key.
 */
import type { Ddl } from './ddl.ts';

export const swarmConfigs = ({ int, clustered }: Ddl): readonly string[] => [
  `create table swarm (org text not null primary key, active ${int} not null, name text not null)${clustered}`,
  `create table swarm_config (
    org text not null, version ${int} not null, hash text not null, content text not null, "by" text not null,
    at ${int} not null, note text, source text not null, primary key (org, version))`,
  `create table swarm_agent (
    org text not null, name text not null, agent text not null, status text not null, primary key (org, name),
    foreign key (org, agent) references agent (org, id))${clustered}`,
  `create table swarm_proposal (
    org text not null primary key, id text not null, base ${int} not null, hash text not null, content text not null,
    "by" text not null, at ${int} not null, note text, source text not null)`,
];
