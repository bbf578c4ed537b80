/** Budgets of the swarm that were raised, and when a pause that a budget made is over. */
import type { Ddl } from './ddl.ts';

export const swarmBudgets = ({ int }: Ddl): readonly string[] => [
  `create table swarm_budget (
    org text not null, scope text not null, subject text not null, kind text not null, cap ${int} not null,
    until ${int} not null, by text not null, at ${int} not null, primary key (org, scope, subject, kind))`,
  `alter table swarm_pause add column until ${int}`,
  'create index swarm_pause_over on swarm_pause (until) where until is not null',
  `create index thread_message_input on thread_message (org, thread, at) where kind in ('inject', 'inbound')`,
  `create index thread_budget on thread (org) where because = 'budget'`,
];
