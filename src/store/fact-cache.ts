/**
 * Facts, loaded once. Within a group every guard sees the same ones; a write forgets those that it changes, so that the
 * next operation of the group sees its effect. Where no other process writes, they are kept from group to group.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
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
  const facts = boundedMap<string, unknown>(MAX_FACTS); // null where there is no such fact
  const name = (org: OrgId, kind: FactName, key: Json) =>
    `${kind}\n${org}\n${typeof key === 'string' ? key : canonicalJson(key)}`;

  function* fill(addresses: readonly FactAddress[], names: readonly string[], values: unknown[]): Tx<void> {
    const missing = new Map<FactName, Map<string, FactAddress>>();
    for (const [i, address] of addresses.entries()) {
      if (values[i] === undefined) missing.getOrInsertComputed(address.kind, () => new Map()).set(names[i]!, address);
    }
    const loaded = new Map<string, unknown>();
    for (const [kind, wanted] of missing) {
      const found = yield* loaders[kind]([...wanted.values()] as never);
      for (const [i, at] of [...wanted.keys()].entries()) {
        loaded.set(at, found[i] ?? null);
        if (!FLEETING.has(kind)) facts.set(at, found[i] ?? null);
      }
    }
    for (const [i, at] of names.entries()) if (values[i] === undefined) values[i] = loaded.get(at);
  }

  return {
    begin() {
      if (!exclusive) facts.clear();
    },
    *load(addresses) {
      const names = addresses.map(({ org, kind, key }) => name(org, kind, key));
      const values = names.map((at) => facts.get(at));
      if (values.includes(undefined)) yield* fill(addresses, names, values);
      return values;
    },
    forget: (org, kind, key) => facts.delete(name(org, kind, key)),
    forgetAll: () => facts.clear(),
  };
}
