/** When a part of the swarm last went on after a pause: what waited meanwhile is not counted as time of work. */
import type { Ddl } from './ddl.ts';

export const swarmResumed = ({ int, clustered }: Ddl): readonly string[] => [
  `create table swarm_resumed (
    org text not null, subject text not null, at ${int} not null, primary key (org, subject))${clustered}`,
  'drop index thread_message_input',
];
