/**
 * A kind of fact: a name that binds it to the store's loader, and the types of its key and value. Here and not with the
 * guards, so that every room can say which facts it knows.
 */
import type { Json } from './canonical-json.ts';

export interface FactKind<Name extends string, Key extends Json, Value> {
  readonly name: Name;
  /** Phantom: carries the types. Never set. */
  readonly types?: { readonly key: Key; readonly value: Value };
}

export const factKind =
  <Key extends Json, Value>() =>
  <Name extends string>(name: Name): FactKind<Name, Key, Value> => ({ name });

// biome-ignore lint/suspicious/noExplicitAny: a kind of any key and value; KeyOf and ValueOf give the types back
export type AnyFactKind = FactKind<string, any, any>;

export type KeyOf<K> = K extends FactKind<string, infer Key, unknown> ? Key : never;
export type ValueOf<K> = K extends FactKind<string, Json, infer Value> ? Value : never;
