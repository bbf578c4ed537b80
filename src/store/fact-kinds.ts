/** Every kind of fact that the store loads: of which rooms they are, and what a loader of one is. */
import type { commsFacts } from '../comms/facts.ts';
import type { Label } from '../guard/label.ts';
import type { guardFacts } from '../guard/writes.ts';
import type { identityFacts } from '../identity/facts.ts';
import type { Json } from '../kernel/canonical-json.ts';
import type { KeyOf, ValueOf } from '../kernel/fact.ts';
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { budgetFacts } from '../swarm/budgets/budget.ts';
import type { swarmConfigFacts } from '../swarm/config/facts.ts';
import type { swarmControlFacts } from '../swarm/control/facts.ts';
import type { swarmFacts } from '../swarm/facts.ts';
import type { toolFacts } from '../swarm/tools/facts.ts';
import type { tenancyFacts } from '../tenancy/facts.ts';
import type { Tx } from './statement.ts';

/** Facts that the ledger itself needs, besides those of the guards. */
interface LedgerFacts {
  /** A fence's epoch, by `of:id`; a contact's id is its keyed hash. */
  fence: { key: string; value: number };
  /** The label of everything that an agent has been told. */
  context: { key: AgentId; value: Label };
}

type Declared = typeof swarmFacts &
  typeof budgetFacts &
  typeof tenancyFacts &
  typeof identityFacts &
  typeof commsFacts &
  typeof guardFacts &
  typeof swarmConfigFacts &
  typeof swarmControlFacts &
  typeof toolFacts;
type DeclaredFacts = {
  [P in keyof Declared as Declared[P]['name']]: { key: KeyOf<Declared[P]>; value: ValueOf<Declared[P]> };
};
export type FactTable = DeclaredFacts & LedgerFacts;
export type FactName = keyof FactTable;

export interface Wanted<Key> {
  readonly org: OrgId;
  readonly key: Key;
}
/** @param put for what it finds besides. */
export type Loader<Key, Value> = (
  wanted: readonly Wanted<Key>[],
  put: (org: OrgId, kind: FactName, key: Json, value: unknown) => void,
) => Tx<readonly (Value | null)[]>;
export type Loaders = { readonly [N in FactName]: Loader<FactTable[N]['key'], FactTable[N]['value']> };
