/**
 * Facts: what a guard needs to know of the world, declared as data. A guard names keys computed from the request alone;
 * the store loads each kind once for a whole group of requests. A key is looked up within the request's organisation.
 */
import type { AnyFactKind, KeyOf, ValueOf } from '../kernel/fact.ts';
import type { Request } from './request.ts';

export interface Need<I, K extends AnyFactKind> {
  readonly kind: K;
  /** Pure. `null`: this request doesn't need the fact. */
  key(request: Request<I>): KeyOf<K> | null;
}

// biome-ignore lint/suspicious/noExplicitAny: needs of any input; `guard()` gives the types back
export type Needs<I = any> = Readonly<Record<string, Need<I, AnyFactKind>>>;

/** What a guard with these needs gets to see: each fact, or null when there is none. */
export type Facts<N extends Needs> = { readonly [P in keyof N]: ValueOf<N[P]['kind']> | null };

/** The loaded facts of one request, by the need that asked for them. */
export interface FactSource {
  get(need: Need<never, AnyFactKind>): unknown;
}

/**
 * Declares a need with its key checked against the kind. Make it once and share it: a request's key is computed, and the
 * fact loaded, once for each need object.
 */
export const need =
  <I>() =>
  <K extends AnyFactKind>(kind: K, key: (request: Request<I>) => KeyOf<K> | null): Need<I, K> => ({ kind, key });

export function factsFor<N extends Needs>(needs: N, source: FactSource): Facts<N> {
  const facts: Record<string, unknown> = {};
  for (const name in needs) facts[name] = source.get(needs[name] as Need<never, AnyFactKind>);
  return facts as Facts<N>;
}
