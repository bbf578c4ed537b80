/** Organisations, agents, credentials, consent, suppression, meters, actions, messages, and the log. */
import type { Ddl } from './ddl.ts';

export const firstDoor = ({ int, blob, clustered, serial }: Ddl): readonly string[] => [
  `create table organization (
    id text primary key, slug text not null unique, name text not null, status text not null, mode text not null,
    tier text not null, zone text not null, created_at ${int} not null)${clustered}`,
  `create table org_key (org text primary key, ref_key text not null, data_key text not null)${clustered}`,
  `create table agent (
    org text not null references organization(id), id text not null, name text not null, status text not null,
    senders text not null, limits text not null, approval_policy text not null, country text not null, context text,
    created_at ${int} not null, primary key (org, id))${clustered}`,
  'create index agent_by_id on agent (id)',
  `create table agent_tokens (
    hash text primary key, id text not null, org text not null, agent text not null, created_at ${int} not null,
    expires_at ${int}, revoked_at ${int}, foreign key (org, agent) references agent (org, id))${clustered}`,
  'create unique index agent_tokens_by_agent on agent_tokens (org, agent, id)',
  `create table admin_tokens (
    hash text primary key, id text not null unique, org text not null, kind text not null, created_at ${int} not null)${clustered}`,
  `create table fence (org text not null, subject text not null, epoch ${int} not null, primary key (org, subject))${clustered}`,
  `create table contact (
    org text not null, ref text not null, key text not null, address text not null, created_at ${int} not null,
    primary key (org, ref))${clustered}`,
  `create table relationship (
    org text not null, agent text not null, contact text not null, channel text not null, consents text not null,
    last_inbound_at ${int}, first_outbound_at ${int}, primary key (org, agent, contact, channel),
    foreign key (org, agent) references agent (org, id))${clustered}`,
  'create index relationship_by_contact on relationship (org, contact)',
  `create table consent_record (
    org text not null, id text not null, agent text, contact text not null, channel text, event text not null, type text,
    source text, proof text, notes text, "by" text not null, action text not null, at ${int} not null,
    primary key (org, id))${clustered}`,
  'create index consent_record_by_contact on consent_record (org, contact, id)',
  `create table suppression (
    org text not null, contact text not null, channel text not null, reason text not null, id text not null,
    source text, "by" text not null, action text not null, at ${int} not null,
    primary key (org, contact, channel, reason))${clustered}`,
  'create index suppression_by_id on suppression (org, id)',
  `create table meter (org text not null, id text not null, used ${int} not null, at ${int} not null, primary key (org, id))${clustered}`,
  `create table take (
    org text not null, meter text not null, cum ${int} not null, action text not null, at ${int} not null,
    primary key (org, meter, cum, action))${clustered}`,
  `create table action (
    org text not null, id text not null, name text not null, version ${int} not null, agent text, by_id text not null,
    by_kind text not null, state text not null, code text, why text, contact text, input text,
    salt text, frozen text, cost ${int} not null, ref text,
    attempt ${int} not null, node text, lease_until ${int}, idempotency text, created_at ${int} not null,
    held_until ${int}, approved_by text, note text, settled_at ${int}, primary key (id, org))`,
  `create index action_open on action (state, org, agent, created_at) where state in ('ready', 'claimed', 'held')`,
  `create table message (
    org text not null, id text not null, agent text not null, direction text not null, channel text not null,
    contact text not null, sender text not null, recipient text not null, body text, purpose text, status text not null,
    error_code text, segments ${int} not null, cost ${int} not null, opt_out text, label text not null, action text not null,
    provider_ref text, at ${int} not null, waiting ${int} not null, acknowledged_at ${int}, primary key (org, agent, id),
    foreign key (org, agent) references agent (org, id))${clustered}`,
  'create index message_waiting on message (org, agent, id) where waiting = 1',
  `create table idempotency (
    org text not null, principal text not null, name text not null, key text not null, args text not null,
    action text not null, output text, secret ${int} not null, expires_at ${int} not null,
    primary key (org, principal, name, key))${clustered}`,
  'create index idempotency_expiry on idempotency (expires_at)',
  `create table refusal_count (
    org text not null, caller text not null, name text not null, code text not null, since ${int} not null,
    count ${int} not null, primary key (org, caller, name, code))${clustered}`,
  `create table log_entry (
    idx ${int} primary key, org text not null, action text, at ${int} not null, type text not null, body text not null)`,
  'create index log_entry_by_org on log_entry (org, idx)',
  'create index log_entry_by_action on log_entry (action) where action is not null',
  `create table log_inbox (
    seq ${serial}, org text not null, action text, at ${int} not null, type text not null, body text not null)`,
  `create table log_tile (level ${int} not null, n ${int} not null, hashes ${blob} not null, root ${blob} not null, primary key (level, n))`,
  `create table log_head (
    id ${int} primary key, size ${int} not null, frontier ${blob} not null, checkpoint text not null, signed_at ${int} not null)`,
];
