/**
 * Facts, loaded once. Within a group every guard sees the same ones; a write forgets those that it changes, so that the
 * next operation of the group sees its effect. Where no other process writes, they are kept from group to group.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { FactName, Loaders } from './fact-kinds.ts';
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
  /** What a write has made of a fact, where it knows all of it. */
  put(org: OrgId, kind: FactName, key: Json, value: unknown): void;
  /** The same for a count, if it is known here. */
  add(org: OrgId, kind: FactName, key: Json, more: number): void;
  /** Drops one fact, changed by a write. */
  forget(org: OrgId, kind: FactName, key: Json): void;
  forgetAll(): void;
}

const MAX_FACTS = 200_000;
/** Facts about what comes and goes: never kept from group to group. */
const FLEETING: ReadonlySet<FactName> = new Set([
  'own-messages',
  'vouched-sender',
  'held',
  'sender-holder',
  'sent-message',
  'delivered-message',
  'tried-code',
  'personal-data',
  'person',
  'person-by-mail',
  'active-owners',
  'open-sessions',
  'anybody',
  'principal',
  'grant',
  'pressure',
  'inbound',
  'step',
  'seen-thread',
  'open-threads',
  'open-calls',
  'budgets',
  'bound-agent',
  'message-number',
  'swarm-proposed',
  'swarm-bindable',
]);

/** Facts that never change once they are there: kept whoever else writes. */
const LASTING: ReadonlySet<FactName> = new Set(['callers']);

export function createFactCache(loaders: Loaders, exclusive: boolean): FactCache {
  const passing = boundedMap<string, unknown>(MAX_FACTS);
  const lasting = boundedMap<string, unknown>(MAX_FACTS);
  const factsOf = (kind: FactName): typeof passing => (LASTING.has(kind) ? lasting : passing);

  function* fill(addresses: readonly FactAddress[], values: unknown[]): Tx<void> {
    const missing = Map.groupBy(
      [...addresses.keys()].filter((i) => values[i] === undefined),
      (i) => addresses[i]!.kind,
    );
    for (const [kind, wanted] of missing) {
      // what came with another kind
      for (const i of wanted) values[i] = known(addresses[i]!);
      const places = wanted.filter((i) => values[i] === undefined);
      if (places.length === 0) continue;
      const found = yield* loaders[kind](places.map((i) => addresses[i]!) as never, put);
      for (const [n, i] of places.entries()) {
        values[i] = found[n] ?? null;
        if (!FLEETING.has(kind)) factsOf(kind).set(addressText(addresses[i]!), values[i]);
      }
    }
  }

  const known = (address: FactAddress): unknown => factsOf(address.kind).get(addressText(address));
  const put: FactCache['put'] = (org, kind, key, value) => factsOf(kind).set(addressText({ org, kind, key }), value);

  return {
    lasting: exclusive,
    begin() {
      if (!exclusive) passing.clear();
    },
    *load(addresses) {
      const values = addresses.map(known);
      if (values.includes(undefined)) yield* fill(addresses, values);
      return values;
    },
    put,
    add(org, kind, key, more) {
      const text = addressText({ org, kind, key });
      const count = factsOf(kind).get(text);
      if (typeof count === 'number') factsOf(kind).set(text, count + more);
    },
    forget: (org, kind, key) => factsOf(kind).delete(addressText({ org, kind, key })),
    forgetAll() {
      passing.clear();
      lasting.clear();
    },
  };
}

const spelled = (key: Json): string => (typeof key === 'string' ? key : canonicalJson(key));
/** Neither a fact's name nor an organisation's id holds a line break. */
const addressText = ({ kind, org, key }: FactAddress): string => `${kind}\n${org}\n${spelled(key)}`;
