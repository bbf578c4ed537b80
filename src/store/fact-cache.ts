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
  /** Loads those that are not here yet, one query a kind. */
  load(addresses: readonly FactAddress[]): Tx<void>;
  /** A loaded fact; null when there is none. @throws when it was not loaded: a guard reads a fact that it didn't declare. */
  get(org: OrgId, kind: FactName, key: Json): unknown;
  /** Drops one fact, changed by a write. */
  forget(org: OrgId, kind: FactName, key: Json): void;
  clear(): void;
}

const MAX_FACTS = 200_000;

export function createFactCache(loaders: Loaders, exclusive: boolean): FactCache {
  const facts = boundedMap<string, { readonly value: unknown }>(MAX_FACTS);
  const name = (org: OrgId, kind: FactName, key: Json) => `${kind}\n${org}\n${typeof key === 'string' ? key : canonicalJson(key)}`;

  return {
    begin() {
      if (!exclusive) facts.clear();
    },
    *load(addresses) {
      const missing = new Map<FactName, Map<string, FactAddress>>();
      for (const address of addresses) {
        const at = name(address.org, address.kind, address.key);
        if (facts.get(at) === undefined) missing.getOrInsertComputed(address.kind, () => new Map()).set(at, address);
      }
      for (const [kind, wanted] of missing) {
        const values = yield* loaders[kind]([...wanted.values()] as never);
        let i = 0;
        for (const at of wanted.keys()) facts.set(at, { value: values[i++] ?? null });
      }
    },
    get(org, kind, key) {
      const fact = facts.get(name(org, kind, key));
      if (fact === undefined) throw new TypeError(`the fact ${kind} was not declared`);
      return fact.value;
    },
    forget: (org, kind, key) => facts.delete(name(org, kind, key)),
    clear: () => facts.clear(),
  };
}
