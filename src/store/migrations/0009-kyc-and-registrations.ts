/** The review of organisations, how many agents they may have, and registrations of their senders. */
import type { Ddl } from './ddl.ts';

export const kycAndRegistrations = ({ int, clustered }: Ddl): readonly string[] => [
  `alter table organization add column kyc text not null default 'none'`,
  // who decided before there was anything to submit has decided
  `update organization set kyc = 'approved' where mode = 'production'`,
  `alter table organization add column max_agents ${int}`,
  `create index agent_place on agent (org) where status <> 'deprovisioned'`,
  `create table kyc_record (
    org text not null references organization(id), id text not null, what text not null, details text, note text,
    "by" text not null, action text not null, at ${int} not null, primary key (org, id))${clustered}`,
  `create table registration (
    org text not null references organization(id), id text not null, country text not null, kind text not null,
    status text not null, details text not null, note text, expires_at ${int}, "by" text not null, action text not null,
    at ${int} not null, status_at ${int} not null, primary key (org, id))${clustered}`,
];
