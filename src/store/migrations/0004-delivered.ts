/** Finds a message that came in by the provider's reference: a delivery is taken once, however long ago it was. */
import type { Ddl } from './ddl.ts';

export const delivered = (_: Ddl): readonly string[] => [
  "create index message_delivered on message (org, agent, provider_ref) where direction = 'inbound'",
];
