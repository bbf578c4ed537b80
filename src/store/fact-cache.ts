/**
 * Facts, loaded once. Within a group every guard sees the same ones; a write forgets those that it changes, so that the
 * next operation of the group sees its effect. Where no other process writes, they are kept from group to group.
 */
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { FactName, Loaders } from './facts.ts';
import type { Tx } from './statement.ts';

export interface FactAddress {
  readonly org: OrgId;
  readonly kind: FactName;
  readonly key: Json;
}

export interface FactCache {
  /** Facts are kept from group to group, because no other process writes. */
  readonly lasting: boolean;
  begin(): void;
  /** The facts at these addresses, in order, null where there is none; what is not here yet is loaded, one query a kind. */
  load(addresses: readonly FactAddress[]): Tx<readonly unknown[]>;
  /** Drops one fact, changed by a write. */
  forget(org: OrgId, kind: FactName, key: Json): void;
  forgetAll(): void;
}

const MAX_FACTS = 200_000;
/** Facts about what comes and goes: never kept from group to group. */
const FLEETING: ReadonlySet<FactName> = new Set(['own-messages', 'held']);

export function createFactCache(loaders: Loaders, exclusive: boolean): FactCache {
  const facts = factStore(MAX_FACTS);

  function* fill(addresses: readonly FactAddress[], values: unknown[]): Tx<void> {
    const missing = Map.groupBy(
      [...addresses.keys()].filter((i) => values[i] === undefined),
      (i) => addresses[i]!.kind,
    );
    for (const [kind, places] of missing) {
      const found = yield* loaders[kind](places.map((i) => addresses[i]!) as never);
      for (const [n, i] of places.entries()) {
        values[i] = found[n] ?? null;
        if (!FLEETING.has(kind)) facts.set(addresses[i]!, values[i]);
      }
    }
  }

  return {
    lasting: exclusive,
    begin() {
      if (!exclusive) facts.clear();
    },
    *load(addresses) {
      const values = addresses.map(facts.get);
      if (values.includes(undefined)) yield* fill(addresses, values);
      return values;
    },
    forget: (org, kind, key) => facts.delete({ org, kind, key }),
    forgetAll: () => facts.clear(),
  };
}

type Facts = Map<FactName, Map<OrgId, Map<string, unknown>>>;

const spelled = (key: Json): string => (typeof key === 'string' ? key : canonicalJson(key));

/**
 * Values by address, null where there is no such fact; of at most `max` addresses, those used last. In two generations, as
 * `boundedMap` is, but found without spelling kind, organisation and key into one text: it is asked a dozen times a call.
 */
function factStore(max: number) {
  let young: Facts = new Map();
  let old: Facts = new Map();
  let size = 0;

  const find = (facts: Facts, { kind, org, key }: FactAddress): unknown => facts.get(kind)?.get(org)?.get(spelled(key));
  const set = ({ kind, org, key }: FactAddress, value: unknown): void => {
    if (size >= max / 2) {
      old = young;
      young = new Map();
      size = 0;
    }
    const keys = young.getOrInsertComputed(kind, () => new Map()).getOrInsertComputed(org, () => new Map());
    const before = keys.size;
    keys.set(spelled(key), value);
    size += keys.size - before;
  };

  return {
    set,
    get(address: FactAddress): unknown {
      const value = find(young, address);
      if (value !== undefined) return value;
      const older = find(old, address);
      if (older !== undefined) set(address, older);
      return older;
    },
    delete({ kind, org, key }: FactAddress): void {
      const at = spelled(key);
      if (young.get(kind)?.get(org)?.delete(at) === true) size--;
      old.get(kind)?.get(org)?.delete(at);
    },
    clear(): void {
      young = new Map();
      old = new Map();
      size = 0;
    },
  };
}
