/**
 * Which fields a form has for what an agent takes (JSON Schema 2020-12), where that is an object of texts, numbers, yes-or-no and
 * choices; anything else is written as JSON. The server checks it by the whole schema in any case. Pure.
 */

export interface PayloadField {
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly required: boolean;
  readonly kind: 'text' | 'number' | 'integer' | 'yes-no' | 'choice';
  /** Of a choice. */
  readonly options: readonly string[];
}

export type PayloadShape =
  | { readonly is: 'text' }
  | { readonly is: 'fields'; readonly fields: readonly PayloadField[] }
  | { readonly is: 'json' };

/** What a schema may say besides and still be a form; what is not here is not understood, and so it is JSON. */
const OF_OBJECTS = new Set([
  '$schema',
  '$id',
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
]);
const OF_FIELDS = new Set([
  ...['type', 'title', 'description', 'default', 'examples', 'enum', 'format', 'pattern'],
  ...['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);
const MOST_FIELDS = 20;

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const within = (schema: Schema, known: ReadonlySet<string>): boolean =>
  Object.keys(schema).every((key) => known.has(key));

/** @param schema null: the agent says nothing, and takes a text. */
export function payloadShape(schema: unknown): PayloadShape {
  if (schema === null) return { is: 'text' };
  if (!isSchema(schema)) return { is: 'json' };
  if (schema['type'] === 'string' && schema['enum'] === undefined && schema['const'] === undefined)
    return { is: 'text' };
  const properties = schema['properties'];
  if (schema['type'] !== 'object' || !isSchema(properties) || !within(schema, OF_OBJECTS)) return { is: 'json' };
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const fields = Object.entries(properties).map(([name, of]) => fieldOf(name, of, required.includes(name)));
  const all = required.every((name) => Object.hasOwn(properties, String(name)));
  if (!all || fields.length === 0 || fields.length > MOST_FIELDS || fields.includes(null)) return { is: 'json' };
  return { is: 'fields', fields: fields as readonly PayloadField[] };
}

function fieldOf(name: string, of: unknown, required: boolean): PayloadField | null {
  if (!isSchema(of) || !within(of, OF_FIELDS)) return null;
  const kind = kindOf(of);
  if (kind === null) return null;
  return {
    ...{ name, required, kind },
    label: typeof of['title'] === 'string' ? of['title'] : name,
    hint: typeof of['description'] === 'string' ? of['description'] : null,
    options: kind === 'choice' ? (of['enum'] as readonly string[]) : [],
  };
}

function kindOf({ type, enum: options }: Schema): PayloadField['kind'] | null {
  if (options !== undefined)
    return Array.isArray(options) && options.every((one) => typeof one === 'string') ? 'choice' : null;
  switch (type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return type;
    case 'boolean':
      return 'yes-no';
    default:
      return null;
  }
}

/** What was typed, by field. */
export type Typed = Readonly<Record<string, string>>;

/** The payload; what is empty and not required is left out. */
export function payloadOf(fields: readonly PayloadField[], typed: Typed): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind, required }): [string, unknown][] => {
      const text = typed[name] ?? '';
      if (kind === 'yes-no') return text === '' && !required ? [] : [[name, text === 'yes']];
      if (text === '' && !(required && kind === 'text')) return [];
      return [[name, kind === 'number' || kind === 'integer' ? Number(text) : text]];
    }),
  );
}

/** What is wrong with a text that should be JSON, with its place where the browser tells it; null: nothing. */
export function jsonFault(text: string): string | null {
  if (text.trim() === '') return 'Write the message as JSON.';
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const says = error instanceof Error ? error.message : '';
    const at = /position (\d+)/.exec(says);
    if (at === null) return `This is no JSON: ${says}.`;
    const before = text.slice(0, Number(at[1])).split('\n');
    return `This is no JSON: line ${before.length}, column ${before.at(-1)!.length + 1}.`;
  }
}
