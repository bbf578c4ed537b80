/** Programs that come by themselves: with an API key, a certificate, or tokens that they sign; and which tokens were used. */
import type { Ddl } from './ddl.ts';

export const services = ({ int, clustered }: Ddl): readonly string[] => [
  `create table api_key (
    org text not null, id text not null, hash text not null unique, ${columns(int)}, revoked_at ${int},
    primary key (org, id))`,
  `create table service (
    org text not null, id text not null unique, san text, jwk text, kid text, ${columns(int)}, removed_at ${int},
    primary key (org, id), check ((san is null) <> (jwk is null)))`,
  // a name is of one service on the whole server, and free again when that is removed
  'create unique index service_by_san on service (san) where san is not null and removed_at is null',
  `create table used_number (
    org text not null, service text not null, number text not null, forget_at ${int} not null,
    primary key (org, service, number))${clustered}`,
  'create index used_number_by_forget on used_number (forget_at)',
];

const columns = (int: string): string => `name text not null, scopes text not null, actions text not null,
    cidrs text not null, requests_per_minute ${int}, created_by text not null, created_at ${int} not null,
    expires_at ${int}, last_used_at ${int}`;
