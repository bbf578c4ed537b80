/**
 * Whether a JSON Schema (2020-12) of a payload can be relied on: every keyword is known and has the form that it should, so
 * that a typing mistake is no missing limit; nothing is fetched; no schema stands for itself without end; and whatever a
 * stranger sends is checked within bounded time. Does not check payloads: that is `swarm/rules/payload.ts`.
 */
import { error, type Fault, type Path } from '../problem.ts';
import { patternFault } from './safe-pattern.ts';

const MAX_DEPTH = 20;
const MAX_SCHEMAS = 500;
/** Schemas that apply to one and the same value, each way of coming to them counted. */
const MAX_APPLIED = 200;
/** They are compared each with each. */
const MAX_UNIQUE_ITEMS = 1_000;

type Schema = boolean | Readonly<Record<string, unknown>>;
type Form = 'schema' | 'schemas' | 'schemaMap' | 'text' | 'texts' | 'count' | 'number' | 'flag' | 'any' | 'list';

const FORMS: Readonly<Record<string, Form>> = {
  $schema: 'text',
  $comment: 'text',
  $defs: 'schemaMap',
  $ref: 'text',
  title: 'text',
  description: 'text',
  default: 'any',
  examples: 'list',
  deprecated: 'flag',
  readOnly: 'flag',
  writeOnly: 'flag',
  type: 'any',
  enum: 'list',
  const: 'any',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  not: 'schema',
  if: 'schema',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: 'schema',
  else: 'schema',
  properties: 'schemaMap',
  patternProperties: 'schemaMap',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  required: 'texts',
  dependentRequired: 'any',
  dependentSchemas: 'schemaMap',
  minProperties: 'count',
  maxProperties: 'count',
  unevaluatedProperties: 'schema',
  items: 'schema',
  prefixItems: 'schemas',
  contains: 'schema',
  minContains: 'count',
  maxContains: 'count',
  minItems: 'count',
  maxItems: 'count',
  uniqueItems: 'flag',
  unevaluatedItems: 'schema',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
  minLength: 'count',
  maxLength: 'count',
  pattern: 'text',
  format: 'text',
  contentEncoding: 'text',
  contentMediaType: 'text',
};
/** These are about the same value as the schema that they stand in. */
const IN_PLACE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']);
const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']);
const FORMATS = new Set(
  'date-time date time duration email hostname ipv4 ipv6 uri uri-reference uuid json-pointer'.split(' '),
);
const DRAFT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/** @param at where the schema stands in the configuration. */
export function schemaFaults(schema: Schema, at: Path): readonly Fault[] {
  const faults: Fault[] = [];
  const fault = (path: Path, say: string) => void faults.push(error(path, say));
  /** What a reference may point to: all else was not looked at. */
  const seen = new Set<unknown>();
  const refs: { readonly path: Path; readonly target: unknown }[] = [];
  let schemas = 0;
  let deepest = 0;

  const visit = (one: unknown, path: Path, depth: number): void => {
    if (typeof one === 'boolean') return;
    if (!isObject(one)) {
      fault(path, 'must be a schema: an object, true or false.');
      return;
    }
    seen.add(one);
    deepest = Math.max(deepest, depth);
    if (depth > MAX_DEPTH || ++schemas > MAX_SCHEMAS) return;
    for (const [name, value] of Object.entries(one)) {
      const here = [...path, name];
      const form = Object.hasOwn(FORMS, name) ? FORMS[name] : undefined;
      // a name that nobody knows may be a piece of text that slipped
      if (form === undefined)
        faults.push({
          ...error(path, 'has a keyword that JSON Schema 2020-12 does not have, or that is not taken here.'),
          found: here,
        });
      else if (!FITS[form](value)) fault(here, `must be ${NAMED[form]}.`);
      else {
        for (const [step, inner] of innerOf(form, value)) visit(inner, [...here, ...step], depth + 1);
        const more = MORE[name]?.(value, one) ?? null;
        if (more !== null) fault(here, more);
        if (name === '$ref') refs.push({ path: here, target: resolve(schema, String(value)) });
      }
    }
  };
  visit(schema, at, 0);
  for (const { path, target } of refs) if (typeof target !== 'boolean' && !seen.has(target)) fault(path, ELSEWHERE);
  if (deepest > MAX_DEPTH) fault(at, `has schemas within schemas more than ${MAX_DEPTH} deep; make it flatter.`);
  else if (schemas > MAX_SCHEMAS) fault(at, `has more than ${MAX_SCHEMAS} schemas within; make it smaller.`);
  else if (faults.length === 0 && appliedTo(schema) > MAX_APPLIED)
    fault(at, 'refers to itself without end, or has too many alternatives within alternatives.');
  return faults;
}

const ELSEWHERE = 'must be a schema within this very one, such as #/$defs/address: nothing is fetched.';

/** What a keyword asks besides the form of its value. */
const MORE: Readonly<Record<string, (value: unknown, schema: Readonly<Record<string, unknown>>) => string | null>> = {
  $schema: (value) => (DRAFT.test(String(value)) ? null : 'must be draft 2020-12, or be left out.'),
  type: (value) =>
    [value].flat().length > 0 && [value].flat().every((one) => TYPES.has(one as string))
      ? null
      : `must be of ${[...TYPES].join(', ')}.`,
  format: (value) => (FORMATS.has(String(value)) ? null : `must be one of ${[...FORMATS].join(', ')}.`),
  pattern: (value) => patternFault(String(value)),
  patternProperties: (value) =>
    Object.keys(value as object)
      .map(patternFault)
      .find((one) => one !== null) ?? null,
  multipleOf: (value) => (Number(value) > 0 ? null : 'must be more than 0.'),
  uniqueItems: (value, { maxItems }) =>
    value === true && !(typeof maxItems === 'number' && maxItems <= MAX_UNIQUE_ITEMS)
      ? `needs maxItems of at most ${MAX_UNIQUE_ITEMS} beside it.`
      : null,
  dependentRequired: (value) =>
    isObject(value) && Object.values(value).every(FITS_TEXTS) ? null : 'must be lists of names.',
};

function FITS_TEXTS(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const FITS: Readonly<Record<Form, (value: unknown) => boolean>> = {
  schema: () => true, // told where it is visited
  schemas: (value) => Array.isArray(value) && value.length > 0,
  schemaMap: isObject,
  text: (value) => typeof value === 'string',
  texts: FITS_TEXTS,
  count: isCount,
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  flag: (value) => typeof value === 'boolean',
  any: () => true,
  list: (value) => Array.isArray(value) && value.length > 0,
};
const NAMED: Readonly<Record<Form, string>> = {
  schema: 'a schema',
  schemas: 'a list of schemas',
  schemaMap: 'schemas by name',
  text: 'text',
  texts: 'a list of names',
  count: 'a whole number from 0',
  number: 'a number',
  flag: 'true or false',
  any: 'anything',
  list: 'a list with something in it',
};

const innerOf = (form: Form, value: unknown): readonly (readonly [step: Path, schema: unknown])[] => {
  if (form === 'schema') return [[[], value]];
  if (form === 'schemas') return (value as unknown[]).map((one, i) => [[i], one] as const);
  if (form === 'schemaMap') return Object.entries(value as object).map(([name, one]) => [[name], one] as const);
  return [];
};

/** How many schemas apply to one value at the most; without end where one applies to what it applies to itself. */
function appliedTo(root: Schema): number {
  const known = new Map<unknown, number>();
  const count = (one: unknown): number => {
    if (!isObject(one)) return 1;
    const before = known.get(one);
    if (before !== undefined) return before;
    known.set(one, Number.POSITIVE_INFINITY); // until it is counted: who comes here again meanwhile comes for ever
    let applied = 1;
    for (const [name, value] of Object.entries(one)) {
      if (name === '$ref') applied += count(resolve(root, String(value)));
      else if (IN_PLACE.has(name)) for (const [, inner] of innerOf(FORMS[name]!, value)) applied += count(inner);
    }
    known.set(one, applied);
    return applied;
  };
  const most = (one: unknown): number =>
    isObject(one)
      ? Math.max(
          count(one),
          ...Object.entries(one).flatMap(([name, value]) =>
            innerOf(FORMS[name]!, value).map(([, inner]) => most(inner)),
          ),
        )
      : 1;
  return most(root);
}

/** A part by its JSON pointer (RFC 6901) as a fragment; undefined for what is not there or somewhere else. */
function resolve(root: Schema, ref: string): unknown {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const part of ref.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return isObject(at) || typeof at === 'boolean' ? at : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
