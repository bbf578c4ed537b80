/**
 * Where the REST door has an action besides its own path: `{name}` parts of the path and, for GET and DELETE, the query are
 * fields of the input. Checked when the catalogue is made, so that no route hides another one, reads something that is not a
 * field, or changes anything by GET: a GET is repeated, fetched ahead and followed by whoever sees its address.
 */
import type * as z from 'zod';
import type { AnyAction } from './action.ts';

export const API = '/api/v1';

export interface HttpPlace {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From the root, `/api/v1/audit/proof/{index}`. */
  readonly path: string;
  /** The names in the path, in order. */
  readonly params: readonly string[];
}

const PATH = /^(?:\/(?:[a-z0-9]+(?:-[a-z0-9]+)*|\{[a-z][A-Za-z0-9]*\}))+$/;
/** Rooms of the address space in which no action lives: the ceremonies of people who are not signed in. */
const RESERVED = /^\/auth(?:\/|$)/;

/** Null for an action that names none. @throws TypeError for a place that is not safe to serve. */
export function httpPlace(action: AnyAction, schema: z.ZodObject): HttpPlace | null {
  const { http, name, effect, doors } = action;
  if (http === undefined) return null;
  const { method, path } = http;
  const wrong = (why: string) => new TypeError(`${name}: ${method} ${path} ${why}`);
  if (!doors.includes('rest')) throw wrong('is a path of an action that the REST door does not have');
  if (!PATH.test(path)) throw wrong('is not a path of words and {fields}');
  if (RESERVED.test(path)) throw wrong('is where people sign in');
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, param = '']) => param);
  if (new Set(params).size !== params.length) throw wrong('names a field twice');
  const unknown = params.find((param) => !(param in schema.shape));
  if (unknown !== undefined) throw wrong(`names ${unknown}, which is no field of the input`);
  if (method === 'GET' && (effect !== 'read' || action.first !== undefined))
    throw wrong('would change something by GET');
  return { method, path: `${API}${path}`, params };
}

interface Routed {
  readonly action: Pick<AnyAction, 'name'>;
  readonly path: string;
  readonly http: HttpPlace | null;
}

/** @throws TypeError when one request could be meant for two routes. */
export function checkRoutes(entries: readonly Routed[]): void {
  const route = (name: string, method: string, path: string) => ({ name, method, path, parts: path.split('/') });
  const routes = entries.flatMap(({ action: { name }, path, http }) => [
    route(name, 'POST', path),
    ...(http === null ? [] : [route(name, http.method, http.path)]),
  ]);
  const byLength = Map.groupBy(routes, ({ parts }) => parts.length);
  for (const of of byLength.values())
    for (const [i, one] of of.entries())
      for (const other of of.slice(i + 1)) {
        const apart = one.path === other.path && one.method !== other.method;
        if (!apart && overlap(one.parts, other.parts))
          throw new TypeError(
            `${one.method} ${one.path} (${one.name}) and ${other.method} ${other.path} (${other.name}) hide one another`,
          );
      }
}

const overlap = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((part, i) => part === b[i] || part.startsWith('{') || b[i]?.startsWith('{'));
