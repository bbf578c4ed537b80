/** Providers' credentials, bound senders, and what a message has to be asked about. */
import type { Ddl } from './ddl.ts';

export const providers = ({ int, clustered }: Ddl): readonly string[] => [
  `alter table agent add column bound text not null default '{}'`,
  'alter table message add column callback text',
  'alter table message add column subject text',
  `alter table message add column ask_at ${int}`,
  `alter table message add column asked ${int} not null default 0`,
  'create index message_to_ask on message (ask_at) where ask_at is not null',
  `create index action_unknown on action (settled_at) where state = 'unknown'`,
  `create table attachment (
    org text not null, message text not null, n ${int} not null, filename text not null, content_type text not null,
    size ${int} not null, content text not null, primary key (org, message, n))`,
  `create table provider_credential (
    org text not null, provider text not null, id text not null, account text not null, sealed text not null,
    "by" text not null, created_at ${int} not null, primary key (org, provider))${clustered}`,
  `create table bound_sender (
    channel text not null, address text not null, org text not null, agent text not null, provider text not null,
    credential_org text not null, state text not null, ref text not null, secret text not null, nonce text not null,
    action text not null, created_at ${int} not null, primary key (channel, address),
    foreign key (org, agent) references agent (org, id))${clustered}`,
  'create index bound_sender_by_agent on bound_sender (org, agent)',
];
