/** Lock-outs of address groups: kept until they can't matter any more, half an hour at most. */
import type { Ddl } from './ddl.ts';

export const lockOut = ({ int, clustered }: Ddl): readonly string[] => [
  `create table lock_out (
    name text primary key, failures text not null, locked_until ${int}, forget_at ${int} not null)${clustered}`,
  'create index lock_out_by_end on lock_out (locked_until) where locked_until is not null',
  'create index lock_out_by_forget on lock_out (forget_at)',
];
