/**
 * What a function may be called with: a schema of Zod or the like, a whole JSON Schema, or a bare map of properties, made into one check that
 * runs before the handler. What comes in was chosen by a language model that a stranger talks to.
 */
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import { err, ok, type Result } from '../../kernel/result.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { isStandardSchema, issueText, jsonSchemaOf, type StandardSchema } from './standard-schema.ts';

/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;
/** A bare map of properties: `{ city: { type: 'string' } }`. */
export type PropertyMap = Readonly<Record<string, JsonSchema>>;
export type ParametersGiven = StandardSchema | JsonSchema | PropertyMap;

export type Arguments = Record<string, unknown>;
/** What is wrong, one sentence each, in words that the model can act on. */
export type Checked = Result<Arguments, readonly string[]>;

export interface Parameters {
  readonly schema: JsonSchema;
  /** Arguments as the handler gets them: without what was not declared, and as the schema made them. */
  check(given: Arguments): Checked | Promise<Checked>;
}

const MAX_PROBLEMS = 5;

/**
 * @param required names that must be given, where `given` is a map of properties.
 * @throws ConfigurationError for what is no schema of an object.
 */
export function parametersOf(given: ParametersGiven = {}, required: readonly string[] = []): Parameters {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw notParameters();
  if (isStandardSchema(given)) return standardParameters(given);
  if (given['type'] === 'object') return schemaParameters(structuredClone(given));
  // a whole schema without its type would else be taken for a map, and check nothing
  if (Object.values(given).some((one) => typeof one !== 'boolean' && !isObject(one))) throw notParameters();
  const unknown = required.filter((name) => !Object.hasOwn(given, name));
  if (unknown.length > 0) throw new ConfigurationError(`required names what is no parameter: ${unknown.join(', ')}.`);
  return schemaParameters({
    type: 'object',
    properties: structuredClone(given),
    ...(required.length > 0 && { required: [...required] }),
  });
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const notParameters = () =>
  new ConfigurationError('The parameters must be a map of schemas, or a schema with `type: "object"`.');

function standardParameters(type: StandardSchema): Parameters {
  let schema: JsonSchema;
  try {
    schema = jsonSchemaOf(type);
  } catch (fault) {
    throw new ConfigurationError(`The parameters can't be written as a JSON Schema: ${text(fault)}.`);
  }
  if (schema['type'] !== 'object') throw new ConfigurationError('The parameters of a function must be an object.');
  return {
    schema,
    async check(given) {
      const checked = await type['~standard'].validate(given);
      if (checked.issues !== undefined) return err(checked.issues.slice(0, MAX_PROBLEMS).map(issueText));
      return ok(checked.value as Arguments); // what takes something else than an object was refused above
    },
  };
}

function schemaParameters(schema: JsonSchema): Parameters {
  let validator: Validator;
  try {
    validator = new Validator(schema, '2020-12', false);
    validator.validate({}); // a reference to nowhere, a pattern that is none: told now, not during a call
  } catch (fault) {
    throw new ConfigurationError(`The parameters are no JSON Schema: ${text(fault)}.`);
  }
  const declared = onlyDeclared(schema);
  return {
    schema,
    check(given) {
      const args =
        declared === null ? given : Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
      const { valid, errors } = validator.validate(args);
      if (valid) return ok(args);
      const said = errors.filter(({ keyword }) => !SAID_BELOW.has(keyword));
      const problems = (said.length > 0 ? said : errors).map(problemText);
      return err(problems.slice(0, MAX_PROBLEMS));
    },
  };
}

/** That something within does not fit; what, is told of itself. */
const SAID_BELOW: ReadonlySet<string> = new Set(['properties', 'items', 'prefixItems', 'allOf', '$ref']);

const problemText = ({ instanceLocation, error }: OutputUnit): string =>
  `${instanceLocation.replace(/^#\/?/, '') || 'arguments'}: ${error.replace(/\.$/, '')}`;

/** The names that may be given; null where the schema itself says what else may. */
export function onlyDeclared(schema: JsonSchema): ReadonlySet<string> | null {
  const elsewhere = [
    'additionalProperties',
    'patternProperties',
    'unevaluatedProperties',
    'allOf',
    'anyOf',
    'oneOf',
    '$ref',
    'if',
  ];
  if (elsewhere.some((keyword) => keyword in schema)) return null;
  return new Set(Object.keys((schema['properties'] as object | undefined) ?? {}));
}

const text = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));
