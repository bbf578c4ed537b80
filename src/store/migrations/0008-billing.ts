/**
 * What is billed: usage by agent, day and channel, kept apart from messages, which are forgotten sooner; an organisation's
 * markup; and which budgets a person was told about. What was sent before is counted once, by UTC days, in the mode that its
 * organisation is in now, without a markup.
 */
import { DAY_MS } from '../../kernel/time.ts';
import type { Ddl } from './ddl.ts';

export const billing = ({ int, clustered }: Ddl): readonly string[] => [
  `create table usage (
    org text not null, agent text not null, day ${int} not null, channel text not null, mode text not null,
    messages ${int} not null, cost ${int} not null, billed ${int} not null,
    primary key (org, agent, day, channel, mode))${clustered}`,
  'create index usage_by_day on usage (org, day)',
  `create table billing_config (
    org text primary key, markup_percent ${int} not null, billing_email text)${clustered}`,
  `create table budget_alert (
    org text not null, meter text not null, level ${int} not null, at ${int} not null, primary key (org, meter, level))${clustered}`,
  'create index budget_alert_by_time on budget_alert (at)',
  `alter table agent add column granted text not null default '[]'`,
  `insert into usage (org, agent, day, channel, mode, messages, cost, billed)
    select m.org, m.agent, m.at / ${DAY_MS}, m.channel, o.mode, count(*), sum(m.cost), sum(m.cost)
    from message m join organization o on o.id = m.org
    where m.direction = 'outbound' and m.status <> 'queued'
    group by m.org, m.agent, m.at / ${DAY_MS}, m.channel, o.mode`,
];
