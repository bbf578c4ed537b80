/** The answers that STOP, START and HELP call for, and senders that were let go of and may still be written to. */
import type { Ddl } from './ddl.ts';

export const optOutConfirmations = ({ int, clustered }: Ddl): readonly string[] => [
  `create table opt_out_answer (
    org text not null, contact text not null, said text not null, message text not null, agent text not null,
    channel text not null, sender text not null, language text not null, state text not null, at ${int} not null,
    primary key (org, contact, said))${clustered}`,
  "create index opt_out_answer_due on opt_out_answer (at) where state = 'due'",
  `create table former_sender (
    org text not null, agent text not null, channel text not null, address text not null, provider text not null,
    credential_org text not null, secret text not null, nonce text not null, until ${int} not null,
    primary key (org, agent, channel, address))${clustered}`,
];
