/**
 * An action's input and output as JSON Schema 2020-12, as every description of it publishes them: the MCP tool list, OpenAPI
 * and the documentation page.
 */
import * as z from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
export type ObjectSchema = JsonSchema & {
  readonly type: 'object';
  readonly properties: Record<string, JsonSchema>;
};

/** @throws TypeError for what is not an object with named members. */
export function objectSchema(name: string, schema: z.ZodType, io: 'input' | 'output'): ObjectSchema {
  const { $schema: _default, ...made } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      delete jsonSchema['field']; // the kind of a text field is the guard's own affair
      // a member that a later version adds must not fail a client that validates against an older list
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const portable = oneTypeEach(made);
  if (!isObjectSchema(portable)) throw new TypeError(`the ${io} of ${name} is not an object with named members`);
  return portable;
}

const isObjectSchema = (schema: object): schema is ObjectSchema =>
  'type' in schema && schema.type === 'object' && 'properties' in schema;

/** Keywords whose value is data, not a schema. */
const DATA = new Set(['default', 'enum', 'const', 'examples', 'required']);

/** Several types at once become branches: the same to a validator, and understood by clients that know one type a schema. */
function oneTypeEach<Node>(node: Node): Node;
function oneTypeEach(node: unknown): unknown {
  if (Array.isArray(node)) return node.map((item) => oneTypeEach(item));
  if (typeof node !== 'object' || node === null) return node;
  const made = Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, DATA.has(name) ? value : oneTypeEach(value)]),
  );
  const { type: types, description, default: fallback, ...limits } = made;
  if (!Array.isArray(types)) return made;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: types.map((type) => (type === 'null' ? { type } : { type, ...limits })),
  };
}
