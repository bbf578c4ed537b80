/**
 * People, how they prove who they are, and their sessions. Names, addresses and seeds are sealed under the organisation's
 * data key; an address is found by its hash under the platform's key, so that one is of one person on the whole server.
 */
import type { Ddl } from './ddl.ts';

export const people = ({ int, clustered }: Ddl): readonly string[] => [
  `create table person (
    org text not null, id text not null unique, email_ref text unique, email text not null, name text not null,
    role text not null, status text not null, password text, totp text, totp_step ${int}, created_at ${int} not null,
    signed_in_at ${int}, primary key (org, id))`,
  `create table passkey (
    org text not null, id text not null, person text not null, credential text not null unique,
    public_key text not null, counter ${int} not null, transports text not null, backup_eligible ${int} not null,
    backed_up ${int} not null, name text not null, created_at ${int} not null, used_at ${int}, primary key (org, id),
    foreign key (org, person) references person (org, id))`,
  'create index passkey_of on passkey (org, person)',
  `create table recovery_code (
    org text not null, person text not null, hash text not null, primary key (org, person, hash),
    foreign key (org, person) references person (org, id))${clustered}`,
  `create table oidc_link (
    ref text primary key, org text not null, person text not null, created_at ${int} not null,
    foreign key (org, person) references person (org, id))${clustered}`,
  'create index oidc_link_of on oidc_link (org, person)',
  `create table known_device (
    hash text primary key, org text not null, person text not null, failures ${int} not null, retry_at ${int} not null,
    expires_at ${int} not null, foreign key (org, person) references person (org, id))${clustered}`,
  'create index known_device_of on known_device (org, person)',
  `create table account_throttle (
    name text primary key, failures ${int} not null, retry_at ${int} not null, forget_at ${int} not null)${clustered}`,
  'create index account_throttle_by_forget on account_throttle (forget_at)',
  `create table link (
    hash text primary key, kind text not null, org text not null, person text, created_at ${int} not null,
    expires_at ${int} not null)${clustered}`,
  'create index link_of on link (org, person)',
  `create table ceremony (
    hash text primary key, kind text not null, org text not null, person text, data text not null, tries ${int} not null,
    expires_at ${int} not null)${clustered}`,
  'create index ceremony_by_expiry on ceremony (expires_at)',
  `create table session (
    org text not null, id text not null unique, person text not null, created_at ${int} not null,
    used_at ${int} not null, expires_at ${int} not null, refresh_no ${int} not null, refreshed_at ${int} not null,
    stepped_up_at ${int}, factors text not null, device text not null, ended_at ${int}, primary key (org, id),
    foreign key (org, person) references person (org, id))`,
  'create index session_of on session (org, person)',
  'create index session_by_expiry on session (expires_at)',
  `create table access_token (
    hash text primary key, org text not null, session text not null, expires_at ${int} not null)${clustered}`,
  'create index access_token_of on access_token (org, session)',
  'create index access_token_by_expiry on access_token (expires_at)',
];
