/** Encryption keys by name: since when each is known, and how far sealing anew is under the active one. */
import type { Ddl } from './ddl.ts';

export const vault = ({ int, clustered }: Ddl): readonly string[] => [
  `create table vault_key (kid text primary key, since ${int} not null, rewrap text, finished_at ${int})${clustered}`,
];
