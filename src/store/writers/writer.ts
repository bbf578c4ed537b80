/**
 * What every writer has: the group that it writes in, sealing, and the fences' rows. A writer seals what is personal and
 * tells the fact cache what it made stale.
 */
import { SallyportError } from '../../kernel/errors.ts';
import type { Ids, OrgId } from '../../kernel/ids.ts';
import type { PumpTold } from '../../swarm/ports.ts';
import type { Group } from '../group.ts';
import type { Meters } from '../meters.ts';
import type { Remembering } from '../remembering.ts';
import type { Sealing } from '../sealing.ts';
import type { Tx } from '../statement.ts';
import type { Telling } from '../swarm-telling.ts';
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
  readonly ids: Ids;
  /** Told after a commit that made a frame of the swarm ready. */
  readonly onReady: () => void;
  /** Told after a commit that brought a message for an agent of the swarm. */
  readonly onInbound: () => void;
  /** Told after a commit that left the outcome of an agent's call unknown: a person has to look. */
  readonly onUnknown: PumpTold['onUnknown'];
  /** Told after a commit that may have changed what somebody who has come in may do. */
  readonly onRights: () => void;
  readonly telling: Telling;
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
