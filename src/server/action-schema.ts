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
  if (!isObjectSchema(made)) throw new TypeError(`the ${io} of ${name} is not an object with named members`);
  return made;
}

const isObjectSchema = (schema: object): schema is ObjectSchema =>
  'type' in schema && schema.type === 'object' && 'properties' in schema;
