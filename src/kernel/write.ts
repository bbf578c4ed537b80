/** A write as data: its kind names one prepared statement of the store. Only the ledger applies writes, in its transaction. */
export interface Write<Kind extends string = string, Row = unknown> {
  readonly kind: Kind;
  readonly row: Row;
}

/** Typed constructor over a room's map of write kinds: `write<TenancyWrites>()('agent.put', row)`. */
export const writer =
  <Kinds>() =>
  <K extends keyof Kinds & string>(kind: K, row: Kinds[K]): Write<K, Kinds[K]> => ({ kind, row });
