/** The swarm's secrets, and what people approved of the tools of outside servers. */
import type { Ddl } from './ddl.ts';

export const tools = ({ int, clustered }: Ddl): readonly string[] => [
  `create table swarm_secret (
    org text not null, name text not null, id text not null, sealed text not null, fingerprint text not null,
    created_by text not null, created_at ${int} not null, last_used_at ${int},
    primary key (org, name))${clustered}`,
  `create table tool_pin (
    org text not null, server text not null, tool text not null, state text not null,
    hash text, text text, seen_hash text not null, seen text not null, seen_at ${int} not null,
    approved_at ${int}, approved_by text,
    primary key (org, server, tool))${clustered}`,
];
