/**
 * An action's input as a request's address carries it: path parameters, and the query of GET and DELETE. All of it is text,
 * read as the input's schema says (numbers, booleans, lists by repetition); what can't be read so stays text, and a name
 * that is no field stays there, so that the action's own schema refuses both in the same words as it does in a body.
 */

import { type JsonSchema, objectSchema } from '../guard/action-schema.ts';
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { HttpPlace } from '../guard/http-place.ts';
import { SallyportError } from '../kernel/errors.ts';

type Scalar = 'text' | 'number' | 'boolean';
type Kind = Scalar | { readonly listOf: Scalar };

/** JSON's own numbers without an exponent: one spelling, so that `007` stays a text. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

export interface AddressInput {
  /** @param param a path parameter, decoded. @throws SallyportError `invalid_input` for a field that comes twice. */
  read(param: (name: string) => string, query: URLSearchParams): Record<string, unknown>;
}

/** @throws TypeError for an action that needs a field which no address can carry. */
export function addressInput({ action, schema }: CatalogueEntry, { method, params }: HttpPlace): AddressInput {
  const { properties, required = [] } = objectSchema(action.name, schema, 'input');
  const kinds = new Map(Object.entries(properties).map(([name, member]) => [name, kindOf(member)]));
  const carried = hasQuery(method) ? required : params;
  const lost = carried.find((name) => kinds.get(name) === null);
  if (lost !== undefined) throw new TypeError(`${action.name}: ${method} can't carry ${lost} in its address`);

  const fieldOf = (name: string, texts: readonly string[]): unknown => {
    const kind = kinds.get(name) ?? 'text';
    if (typeof kind === 'object') return texts.map((text) => scalar(kind.listOf, text));
    if (texts.length > 1) throw twice(kinds.has(name) ? name : 'query');
    return scalar(kind, texts[0] ?? '');
  };
  return {
    read(param, query) {
      const names = hasQuery(method) ? [...new Set(query.keys())] : [];
      const repeated = names.find((name) => params.includes(name));
      if (repeated !== undefined) throw twice(repeated);
      return Object.fromEntries([
        ...params.map((name) => [name, fieldOf(name, [param(name)])]),
        ...names.map((name) => [name, fieldOf(name, query.getAll(name))]),
      ]);
    },
  };
}

/** Whether the fields that are not in the path come in the query; otherwise they come in the body. */
export const hasQuery = (method: HttpPlace['method']): boolean => method === 'GET' || method === 'DELETE';

/** A field that the path has and the body or the query too: which one is meant would be a guess. */
export const twice = (path: string): SallyportError => {
  const message = 'must come once, in one place';
  return new SallyportError('invalid_input', `${path} ${message}.`, { issues: [{ path, message }] });
};

function scalar(kind: Scalar, text: string): unknown {
  if (kind === 'number' && NUMBER.test(text)) return Number(text);
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Null for what has no spelling in an address: objects, lists of lists. */
function kindOf(schema: JsonSchema): Kind | null {
  if (schema.type === 'array') {
    const item = isSchema(schema.items) ? kindOf(schema.items) : null;
    return item === null || typeof item === 'object' ? null : { listOf: item };
  }
  const kinds = [...new Set(scalars(schema))];
  if (kinds.includes(null) || kinds.length === 0) return null;
  return kinds.length === 1 ? (kinds[0] ?? null) : 'text';
}

function scalars(schema: JsonSchema): readonly (Scalar | null)[] {
  if (schema.anyOf !== undefined) return schema.anyOf.filter(isSchema).flatMap(scalars);
  if (schema.const !== undefined) return [ofValue(schema.const)];
  if (schema.enum !== undefined) return schema.enum.map(ofValue);
  switch (schema.type) {
    case 'string':
      return ['text'];
    case 'integer':
    case 'number':
      return ['number'];
    case 'boolean':
      return ['boolean'];
    case 'null':
      return []; // left out instead
    default:
      return [null];
  }
}

const ofValue = (value: unknown): Scalar =>
  typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
