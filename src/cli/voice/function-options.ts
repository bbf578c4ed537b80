/** Options of the command line as a function's arguments: what each may be is told by the function's parameters. Pure. */
import { misused } from '../command-failure.ts';
import { jsonOf } from '../json-input.ts';
import { visible } from '../render.ts';

type Schema = Readonly<Record<string, unknown>>;
type Arguments = Record<string, unknown>;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export interface ParameterOption {
  /** As the function has it. */
  readonly name: string;
  readonly required: boolean;
  /** What its value is, in a word or two: `number`, `text, several`. */
  readonly kind: string;
  readonly schema: Schema;
}

/** @param parameters JSON Schema of an object, as it is in a script. */
export function parameterOptions(parameters: Schema): readonly ParameterOption[] {
  const required = new Set(list(parameters['required']));
  return Object.entries(record(parameters['properties'])).map(([name, schema]) => ({
    name,
    required: required.has(name),
    kind: kindOf(record(schema)),
    schema: record(schema),
  }));
}

/**
 * @param words `--name value`, `--name=value`, `--flag`, `--no-flag`; lists by repeating. Case, dashes and underscores of a name
 * don't matter. @throws CommandFailure that names the option and what it wants.
 */
export function argumentsFrom(words: readonly string[], parameters: Schema): Arguments {
  const options = parameterOptions(parameters);
  const args: Arguments = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [, spelt = '', inline] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const option = options.find(({ name }) => folded(name) === folded(spelt));
    if (option === undefined) {
      const off = /^no-(.+)$/.exec(spelt)?.[1];
      const flag = options.find(
        ({ name, schema }) => off !== undefined && folded(name) === folded(off) && isFlag(schema),
      );
      if (flag === undefined || inline !== undefined) throw unknownWord(word, options);
      args[flag.name] = false;
      continue;
    }
    const next = words[i + 1];
    const isAlone = isFlag(option.schema) && inline === undefined && next !== 'true' && next !== 'false';
    if (inline === undefined && !isAlone) i++;
    const text = inline ?? (isAlone ? 'true' : next);
    if (text === undefined || (inline === undefined && text.startsWith('--')))
      throw misused(`--${option.name} wants a value; one that begins with -- is given as --${option.name}=--….`);
    args[option.name] = optionValue(text, option, args[option.name]);
  }
  return args;
}

function optionValue(text: string, { name, kind, schema }: ParameterOption, before: unknown): unknown {
  const one = converted(text, schema);
  if (one !== undefined) return one;
  if (typesOf(schema).includes('array')) {
    const item = converted(text, record(schema['items']));
    if (item !== undefined) return [...(Array.isArray(before) ? before : []), item];
  }
  throw misused(`--${name} wants a ${kind}, not ${JSON.stringify(visible(text))}.`);
}

/** Undefined: the text is no such value. */
function converted(text: string, schema: Schema): unknown {
  const types = typesOf(schema);
  const may = (type: string) => types.includes(type);
  if ((may('number') || may('integer')) && NUMBER.test(text)) return Number(text);
  if (may('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (may('null') && text === 'null') return null;
  const json = may('array') || may('object') || types.length === 0 ? jsonOf(text) : undefined;
  if (types.length === 0) return json ?? text;
  if (json !== undefined && json !== null && typeof json === 'object' && may(Array.isArray(json) ? 'array' : 'object'))
    return json;
  return may('string') ? text : undefined;
}

/** Every type that the schema may have; none: any. */
function typesOf(schema: Schema): readonly string[] {
  const { type, anyOf, oneOf, enum: values } = schema;
  if (type !== undefined) return list(type);
  const choices = [anyOf, oneOf].flatMap((of) => (Array.isArray(of) ? of : []));
  if (choices.length > 0) return [...new Set(choices.flatMap((one) => typesOf(record(one))))];
  return Array.isArray(values) ? [...new Set(values.map((value) => (value === null ? 'null' : typeof value)))] : [];
}

const isFlag = (schema: Schema): boolean => typesOf(schema).join() === 'boolean';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  array: 'list (JSON, or repeat the option)',
  object: 'JSON object',
};

function kindOf(schema: Schema): string {
  const { enum: values } = schema;
  if (Array.isArray(values)) return `choice (${values.map(String).join(', ')})`;
  const types = typesOf(schema).filter((type) => type !== 'null');
  return types.length === 0 ? 'value' : types.map((type) => KINDS[type] ?? type).join(' or ');
}

function unknownWord(word: string, options: readonly ParameterOption[]) {
  const names = options.map(({ name }) => `--${name}`).join(', ');
  const has = options.length === 0 ? 'The function has no parameters.' : `The function's parameters are ${names}.`;
  return misused(`${visible(word)} is no option here. ${has}`);
}

const folded = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');
const record = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {});
const list = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : [value].flatMap((one) => (typeof one === 'string' ? [one] : []));
