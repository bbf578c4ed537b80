/**
 * What every writer has: the group that it writes in, sealing, and the fences' rows. A writer seals what is personal and
 * tells the fact cache what it made stale.
 */
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { Group, Remembering } from '../group.ts';
import type { Meters } from '../meters.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../statement.ts';
import * as sql from './statements.ts';

/** Changes the tables for one write of an organisation. */
type Writer<R> = (group: Group, org: OrgId, row: R) => Tx<void>;
/** One for every kind of a room's writes. */
export type WritersOf<Writes> = { readonly [K in keyof Writes]: Writer<Writes[K]> };

export interface WriterParts {
  readonly sealing: Sealing;
  readonly meters: Meters;
  /** What is remembered of credentials; forgotten at every write to one, within the transaction. */
  readonly tokens: Remembering;
  /** What is remembered of people's access tokens; forgotten at every write about people. */
  readonly people: Remembering;
  /** What is remembered of API keys and services; forgotten at every write about them. */
  readonly services: Remembering;
}

/** Adds one to a fence. @param subject `of:id`. */
export function* bump(group: Group, org: OrgId, subject: string): Tx<void> {
  yield* sql.bumpFence.run({ org, subject });
  group.facts.forget(org, 'fence', subject);
}

/** @throws SallyportError `conflict` where nothing was there to change. */
export function must(changed: number, say: string): void {
  if (changed === 0) throw new SallyportError('conflict', say);
}
