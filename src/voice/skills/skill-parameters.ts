/**
 * A skill's parameters against its schema, before it does anything: a limit that is a text, a name that is spelled wrong, a secret
 * that is missing. Says what a parameter must be and never what it is: it may be a secret.
 */
import { Validator } from '@cfworker/json-schema';
import { ConfigurationError } from '../configuration-error.ts';
import type { SkillConfig } from './skill-tool.ts';

export interface ParameterSchemaEntry {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array';
  readonly description: string;
  readonly default?: unknown;
  readonly required?: boolean;
  /** A secret: shown to nobody, in no script. */
  readonly hidden?: boolean;
  /** Variable that it is taken from where it is not given. */
  readonly env_var?: string;
  readonly enum?: readonly unknown[];
  /** Of a number its value, of a text or list its length. */
  readonly min?: number;
  readonly max?: number;
  /** JSON Schema of a list's items. */
  readonly items?: Readonly<Record<string, unknown>>;
}

export type ParameterSchema = Readonly<Record<string, ParameterSchemaEntry>>;

/**
 * The parameters with their defaults, copied and frozen.
 *
 * @param isClosed refuses names that the schema has not.
 * @throws ConfigurationError with a sentence for each that is wrong.
 */
export function checkedParameters(
  skill: string,
  schema: ParameterSchema,
  given: SkillConfig,
  isClosed: boolean,
  environment: (name: string) => string | undefined,
): SkillConfig {
  const problems: string[] = [];
  const known = Object.entries(schema).flatMap(([name, entry]): [string, unknown][] => {
    const value = given[name] ?? fromEnvironment(entry, environment) ?? entry.default;
    if (value === undefined || value === null) {
      if (entry.required === true) problems.push(`${name} is missing${orSet(entry)}`);
      return [];
    }
    const problem = problemOf(value, entry);
    if (problem !== null) problems.push(`${name} ${problem}`);
    return [[name, value]];
  });
  const others = Object.entries(given).filter(([name]) => !Object.hasOwn(schema, name));
  if (isClosed && others.length > 0) {
    const names = others.map(([name]) => name).join(', ');
    problems.push(`${names}: no such parameter; there are ${Object.keys(schema).join(', ')}`);
  }
  if (problems.length > 0) throw new ConfigurationError(`The skill ${skill}: ${problems.join('; ')}.`);
  return Object.freeze(Object.fromEntries([...others, ...known]));
}

const orSet = ({ env_var: variable }: ParameterSchemaEntry): string =>
  variable === undefined ? '' : `: give it, or set ${variable}`;

/** As the entry's type says; what can't be read is left as text, and refused for that. */
function fromEnvironment(
  { env_var: variable, type }: ParameterSchemaEntry,
  environment: (name: string) => string | undefined,
): unknown {
  const text = variable === undefined ? undefined : environment(variable);
  if (text === undefined || text === '') return undefined;
  if (type === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const BOUNDS: Readonly<Record<ParameterSchemaEntry['type'], readonly [min: string, max: string, of: string]>> = {
  number: ['minimum', 'maximum', ''],
  integer: ['minimum', 'maximum', ''],
  string: ['minLength', 'maxLength', ' characters'],
  array: ['minItems', 'maxItems', ' items'],
  object: ['minProperties', 'maxProperties', ' members'],
  boolean: ['minimum', 'maximum', ''],
};

/** What the value must be, where it is not; null: it is. */
function problemOf(value: unknown, entry: ParameterSchemaEntry): string | null {
  const { type, min, max, items } = entry;
  const [least, most, unit] = BOUNDS[type];
  const outer = {
    type,
    ...(entry.enum !== undefined && { enum: entry.enum }),
    ...(min !== undefined && { [least]: min }),
    ...(max !== undefined && { [most]: max }),
  };
  if (!valid(value, outer)) {
    const listed = entry.enum === undefined ? '' : `, one of ${entry.enum.join(', ')}`;
    const from = min === undefined ? '' : `, at least ${min}${unit}`;
    const to = max === undefined ? '' : `, at most ${max}${unit}`;
    return `must be of type ${type}${listed}${from}${to}`;
  }
  if (items === undefined || !Array.isArray(value)) return null;
  const wrong = value.findIndex((item) => !valid(item, items));
  return wrong === -1 ? null : `[${wrong}] must fit ${JSON.stringify(items)}`;
}

const valid = (value: unknown, schema: object): boolean => new Validator(schema, '2020-12').validate(value).valid;
