/**
 * A JSON Schema in the words that a call script may use (SWML's `FunctionParameters`): the platform refuses a script with any
 * other keyword. What can't be said there (bounds, lengths, patterns of keys) is said in the description, so that the model
 * hears of it, and is checked in full before a handler runs.
 */
import type { JsonSchema } from './parameters.ts';

type Said = Readonly<Record<string, unknown>>;

export interface PlatformParameters extends Said {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Said>>;
  readonly required?: readonly string[];
}

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'date_time',
  date_time: 'date_time',
  time: 'time',
  date: 'date',
  duration: 'duration',
  email: 'email',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  uri: 'uri',
  uuid: 'uuid',
};

/** How a bound reads in a description, by its keyword. */
const BOUNDS: Readonly<Record<string, (value: unknown) => string>> = {
  minimum: (value) => `at least ${value}`,
  maximum: (value) => `at most ${value}`,
  exclusiveMinimum: (value) => `more than ${value}`,
  exclusiveMaximum: (value) => `less than ${value}`,
  multipleOf: (value) => `a multiple of ${value}`,
  minLength: (value) => `at least ${value} characters`,
  maxLength: (value) => `at most ${value} characters`,
  minItems: (value) => `at least ${value} items`,
  maxItems: (value) => `at most ${value} items`,
};
/** What zod writes for any whole number; it says nothing. */
const NO_BOUND = new Set<unknown>([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/** @param hidden properties that a token fixes: the model neither sees nor gives them. */
export function platformParameters(schema: JsonSchema, hidden: ReadonlySet<string> = new Set()): PlatformParameters {
  for (let depth = MAX_DEPTH; depth > 1; depth--) {
    const said = parametersTo(depth, MAX_PARTS, schema, hidden);
    if (said !== null) return said;
  }
  return parametersTo(1, Number.POSITIVE_INFINITY, schema, hidden)!; // as many parts as were written
}

/** Null where that takes more than `maxParts`. */
function parametersTo(
  depth: number,
  maxParts: number,
  schema: JsonSchema,
  hidden: ReadonlySet<string>,
): PlatformParameters | null {
  const budget: Budget = { left: maxParts };
  const defs = { ...record(schema['definitions']), ...record(schema['$defs']) };
  const { properties: written, required: needed } = flattened(schema, defs);
  const properties = Object.fromEntries(
    Object.entries(written)
      .filter(([name]) => !hidden.has(name))
      .map(([name, property]) => [name, say(property, defs, depth, budget)]),
  );
  if (budget.left < 0) return null;
  const required = needed.filter((name) => Object.hasOwn(properties, name));
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/**
 * An object's own members, and those of what it refers to or is put together of: the platform takes one flat object. Which of
 * several alternatives was meant is checked before the handler runs.
 */
function flattened(schema: unknown, defs: Said, depth = MAX_DEPTH): { properties: Said; required: readonly string[] } {
  if (depth === 0) return { properties: {}, required: [] };
  const all = resolve(schema, defs);
  const partsOf = (keyword: string) =>
    (Array.isArray(all[keyword]) ? all[keyword] : []).map((one) => flattened(one, defs, depth - 1));
  const every = partsOf('allOf');
  const some = ['anyOf', 'oneOf'].flatMap(partsOf);
  return {
    properties: Object.assign(
      {},
      ...[...some, ...every].map(({ properties }) => properties),
      record(all['properties']),
    ),
    required: [...new Set([...strings(all['required']), ...every.flatMap(({ required }) => required)])],
  };
}

/** Schemas that refer to themselves have no end; the platform is told so much of them. */
const MAX_DEPTH = 8;
/** One that refers to itself at many places would grow beyond memory on the way there: it is told less deeply. */
const MAX_PARTS = 2_000;
interface Budget {
  left: number;
}
const ANYTHING: Said = { type: 'string' };

function say(schema: unknown, defs: Said, depth: number, budget: Budget): Said {
  if (--budget.left < 0) return ANYTHING;
  const all = resolve(schema, defs);
  const type = all['type'];
  if (depth === 0) return type === 'object' ? { type } : ANYTHING;
  const inner = (one: unknown): Said => say(one, defs, depth - 1, budget);
  for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
    const options = all[keyword];
    if (Array.isArray(options)) return sayUnion(keyword, options, all, defs, inner);
  }
  if ('const' in all) return { const: all['const'] };
  if (Array.isArray(type)) return sayTypes(type, all, inner);
  switch (type) {
    case 'string': {
      const format = FORMATS[String(all['format'])];
      return {
        ...common(all, 'string'),
        ...listed(all, (value) => typeof value === 'string'),
        ...kept(all, 'default', (value) => typeof value === 'string'),
        ...kept(all, 'pattern', (value) => typeof value === 'string'),
        ...(format !== undefined && { format }),
      };
    }
    case 'integer':
    case 'number': {
      const fits = (value: unknown) => (type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value));
      return { ...common(all, type), ...listed(all, fits), ...kept(all, 'default', fits) };
    }
    case 'boolean':
      return { ...common(all, 'boolean'), ...kept(all, 'default', (value) => typeof value === 'boolean') };
    case 'array':
      return {
        ...common(all, 'array'),
        ...kept(all, 'default', Array.isArray),
        items: inner(all['items'] ?? ANYTHING),
      };
    case 'null':
      return { type: 'null', description: String(all['description'] ?? 'nothing') };
    case 'object':
      return sayObject(all, inner);
    default:
      if (all['properties'] !== undefined) return sayObject(all, inner);
      return sayListed(all);
  }
}

function sayObject(all: Said, inner: (one: unknown) => Said): Said {
  const properties = record(all['properties']);
  const required = strings(all['required']);
  return {
    ...common(all, 'object'),
    ...kept(all, 'default', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
    ...(Object.keys(properties).length > 0 && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])),
    }),
    ...(required.length > 0 && { required }),
  };
}

/** One that is null beside one other is that other, nullable. */
function sayUnion(
  keyword: string,
  options: readonly unknown[],
  all: Said,
  defs: Said,
  inner: (one: unknown) => Said,
): Said {
  const others = options.filter((option) => resolve(option, defs)['type'] !== 'null');
  const [only] = others;
  const description = all['description'] === undefined ? {} : { description: all['description'] };
  if (others.length === 1 && others.length < options.length) {
    const said = inner({ ...resolve(only, defs), ...description });
    return 'type' in said && said['type'] !== 'null' ? { ...said, nullable: true } : said;
  }
  if (others.length === 1) return inner({ ...resolve(only, defs), ...description });
  return { [keyword]: options.map(inner) };
}

function sayTypes(types: readonly unknown[], all: Said, inner: (one: unknown) => Said): Said {
  const others = types.filter((type) => type !== 'null');
  const each = others.map((type) => inner({ ...all, type }));
  const [only = inner({ type: 'null' })] = each;
  if (each.length > 1) return { anyOf: each };
  return others.length < types.length && 'type' in only ? { ...only, nullable: true } : only;
}

/** Values without a type: that of the values, where they have one in common. */
function sayListed(all: Said): Said {
  const values = Array.isArray(all['enum']) ? all['enum'] : [];
  const types = new Set(values.map((value) => (value === null ? 'null' : typeof value)));
  if (types.size === 1 && types.has('string')) return { ...common(all, 'string'), enum: values };
  if (types.size === 1 && types.has('number')) return { ...common(all, 'number'), enum: values };
  if (values.length > 0) return { anyOf: values.map((value) => ({ const: value })) };
  return common(all, 'string');
}

function common(all: Said, type: string): Said {
  const bounds = Object.entries(BOUNDS).flatMap(([keyword, says]) =>
    all[keyword] === undefined || NO_BOUND.has(all[keyword]) ? [] : [says(all[keyword])],
  );
  const written = typeof all['description'] === 'string' ? all['description'] : '';
  const description = bounds.length === 0 ? written : `${written}${written === '' ? '' : ' '}(${bounds.join(', ')})`;
  return {
    ...(description !== '' && { description }),
    ...(typeof all['nullable'] === 'boolean' && { nullable: all['nullable'] }),
    type,
  };
}

const kept = (all: Said, keyword: string, fits: (value: unknown) => boolean): Said =>
  fits(all[keyword]) ? { [keyword]: all[keyword] } : {};

const listed = (all: Said, fits: (value: unknown) => boolean): Said => {
  const values = all['enum'];
  return Array.isArray(values) && values.every(fits) ? { enum: values } : {};
};

/** The schema that a reference names, with what stands beside the reference. */
function resolve(schema: unknown, defs: Said, seen: ReadonlySet<string> = new Set()): Said {
  const all = record(schema);
  const name = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(String(all['$ref']))?.[1];
  if (name === undefined || seen.has(name)) return all;
  const { $ref: _, ...beside } = all;
  return { ...resolve(defs[name], defs, new Set([...seen, name])), ...beside };
}

const record = (value: unknown): Said => (typeof value === 'object' && value !== null ? (value as Said) : {});
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
