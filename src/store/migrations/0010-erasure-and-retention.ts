/**
 * Erasure and retention: what finds a person's messages and actions, whose answers under idempotency keys are sealed under the person's key,
 * receipts of erasures, and how far retention is. A salt whose input is not kept opens nothing and would only let a
 * commitment in the log be guessed at: it is dropped.
 */
import type { Ddl } from './ddl.ts';

export const erasureAndRetention = ({ int, clustered }: Ddl): readonly string[] => [
  `create index message_by_contact on message (org, contact) where contact <> ''`,
  'create index action_by_contact on action (org, contact) where contact is not null',
  `create index consent_revoked on consent_record (id) where event = 'revoked'`,
  'alter table idempotency add column contact text',
  'update action set salt = null where input is null',
  `create table erasure (
    org text not null, contact text not null, action text not null, at ${int} not null, reason text not null, kid text,
    counts text not null, primary key (org, contact))${clustered}`,
  `create table retention (
    id ${int} primary key, next_at ${int} not null, node text, lease_until ${int}, started_at ${int}, finished_at ${int},
    reached text not null, counts text not null)`,
  `insert into retention (id, next_at, reached, counts) values (1, 0, '{}', '{}')`,
];
