/** What agents and strangers did lately, the alerts that came of it, and their way to whoever is told. */
import type { Ddl } from './ddl.ts';

export const alerts = ({ int, clustered }: Ddl): readonly string[] => [
  `alter table agent add column anomaly_policy text not null default '{"onAnomaly":"alert","kinds":null}'`,
  `create table activity (
    org text not null, subject text not null, label text not null, state text not null, due_at ${int},
    forget_at ${int} not null, primary key (org, subject))${clustered}`,
  'create index activity_due on activity (due_at) where due_at is not null',
  'create index activity_by_forget on activity (forget_at)',
  `create table alert (
    org text not null, id text not null, kind text not null, severity text not null, subject text not null,
    say text not null, detail text not null, count ${int} not null, since ${int} not null, at ${int} not null,
    primary key (org, id))`,
  'create index alert_by_id on alert (id)',
  'create index alert_by_time on alert (at)',
  `create table alert_delivery (
    org text not null, id text not null, alert_org text not null, alert text not null, route text not null,
    target text not null, state text not null, attempts ${int} not null, next_at ${int} not null, code text,
    created_at ${int} not null, ended_at ${int}, primary key (org, id),
    foreign key (alert_org, alert) references alert (org, id))`,
  'create index alert_delivery_of on alert_delivery (alert, alert_org)',
  `create index alert_delivery_due on alert_delivery (next_at) where state = 'waiting'`,
  `create table alert_route (
    org text not null primary key, email text, webhook text, secret text, min_severity text not null)${clustered}`,
];
