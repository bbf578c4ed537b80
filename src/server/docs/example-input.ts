/** An input that an action's schema takes, for the example calls: what is required, and enough to do something. */
import type * as z from 'zod';
import { type FieldKind, isFieldKind } from '../../guard/input/fields.ts';

/** By the kind of a text field. Numbers are ones of the sandbox (`providers/simulator.ts` answers them). */
const TEXTS: Readonly<Record<Exclude<FieldKind, 'id'>, string>> = {
  name: 'Front desk',
  address: '+14155550100',
  subject: 'Your order',
  url: 'https://example.com/hook',
  filename: 'letter.pdf',
  code: 'acme',
  prose: 'Your order has arrived.',
  inbound: 'Thank you',
  search: 'order',
  secret: 'an-example-not-a-secret',
  html: '<p>Your order has arrived.</p>',
  source: 'swarm: {name: front-office}\nagents: []\n',
  bytes: 'aGVsbG8=',
};

/** The shape of an id (kernel/ids.ts); of nobody. */
const ID_TAIL = '01K9ZEXAMPLE0000000000000A';

type Schema = z.core.JSONSchema.BaseSchema;

/** @param schema as zod publishes it, with the kinds of its text fields (`field`); `examples` in it go first. */
export function exampleOf(schema: Schema): unknown {
  const [given] = schema.examples ?? [];
  if (given !== undefined) return given;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return exampleObject(schema);
    case 'array':
      return isSchema(schema.items) ? [exampleOf(schema.items)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(60, schema.maximum ?? 60));
    case 'string':
      return exampleText(schema);
    default: {
      const [first] = (schema.anyOf ?? []).filter(isSchema);
      return first === undefined ? null : exampleOf(first);
    }
  }
}

function exampleObject({ properties = {}, required = [] }: Schema): Readonly<Record<string, unknown>> {
  const nested = required.length === 0; // such as capabilities: an empty one is a call for nothing
  const shown = nested ? Object.keys(properties).slice(0, 1) : required;
  return Object.fromEntries(
    shown.flatMap((name) => {
      const member = properties[name];
      return isSchema(member) ? [[name, exampleOf(member)]] : [];
    }),
  );
}

function exampleText(schema: Schema): string {
  const prefix = /^\^\(?([a-z]{3})[_|]/.exec(schema.pattern ?? '')?.[1]; // the first of several
  if (prefix !== undefined) return `${prefix}_${ID_TAIL}`;
  if (schema['format'] === 'date-time') return '2026-11-30T12:00:00Z';
  const kind = schema['field'];
  const text = isFieldKind(kind) && kind !== 'id' ? TEXTS[kind] : 'text';
  return text.slice(0, schema.maxLength ?? text.length);
}

/** The whole input: an action that requires nothing is called with nothing. */
export const exampleInput = (schema: Schema): unknown =>
  (schema.required ?? []).length === 0 ? {} : exampleOf(schema);

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
