/** What the ledger's three files are made from. */
import type { WorldAction } from '../guard/action.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Entropy } from '../kernel/entropy.ts';
import type { Ids } from '../kernel/ids.ts';
import type { BudgetWatch } from './budget-watch.ts';
import type { Committer } from './committer.ts';
import type { Idempotency } from './idempotency.ts';
import type { Meters } from './meters.ts';
import type { Sealing } from './sealing.ts';
import type { Unauthenticated } from './unauthenticated.ts';
import type { Writers } from './writers/index.ts';

export interface LedgerParts {
  readonly committer: Committer;
  readonly catalogue: Catalogue;
  readonly sealing: Sealing;
  readonly meters: Meters;
  readonly budgets: BudgetWatch;
  readonly writers: Writers;
  readonly idempotency: Idempotency;
  readonly unauthenticated: Unauthenticated;
  readonly entropy: Entropy;
  readonly ids: Ids;
  /** This process, among those that claim. */
  readonly node: string;
  /** No other process claims: what another node holds is abandoned. */
  readonly alone: boolean;
  /** Told after a commit that made a frame of the swarm ready. */
  readonly onReady: () => void;
  /** Told of a row that could not be dealt with. */
  readonly onFault: (fault: unknown) => void;
}

/** @throws TypeError for an action that is not there or not of that kind. */
export function worldAction(catalogue: Catalogue, name: string): WorldAction {
  const action = catalogue.byName(name)?.action;
  if (action?.effect !== 'world') throw new TypeError(`${name} is not a world action`);
  return action;
}
