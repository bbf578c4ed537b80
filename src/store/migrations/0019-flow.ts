/**
 * Whom an agent may write to although it has read untrusted content: who wrote, as far as the channel vouches for it, and whom
 * it was given before. What is already there is known as far as its messages tell.
 */
import type { Ddl } from './ddl.ts';

export const flow = ({ int }: Ddl): readonly string[] => [
  'alter table agent add column flow_policy text',
  `alter table message add column vouched ${int} not null default 0`,
  `update message set vouched = 1 where direction = 'inbound' and channel <> 'email'`,
  `create index message_inbound_by_id on message (org, id) where direction = 'inbound'`,
  `alter table relationship add column known_at ${int}`,
  'alter table relationship add column vouched_message text',
  `update relationship set known_at = first_outbound_at where first_outbound_at is not null and exists (
    select 1 from message m where m.org = relationship.org and m.agent = relationship.agent
    and m.contact = relationship.contact and m.channel = relationship.channel and m.direction = 'outbound'
    and m.label like '{"integrity":"trusted"%')`,
  `update relationship set vouched_message = (
    select max(m.id) from message m where m.org = relationship.org and m.agent = relationship.agent
    and m.contact = relationship.contact and m.channel = relationship.channel and m.vouched = 1)`,
];
