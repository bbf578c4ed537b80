/**
 * An action's input as command-line options, derived from its schema: text, numbers, flags, lists by repetition, members of
 * objects by dotted names (`--limits.per-minute 5`). What has no such form is given by `--json`. Pure.
 *
 * Threat: a command line is read by every user of the machine (`ps`) and kept in the shell's history. A secret field has no
 * option: `--json -` takes it from standard input.
 */
import * as z from 'zod';
import { type CatalogueEntry, ENVELOPE_FIELDS } from '../guard/catalogue.ts';
import type { FieldKind } from '../guard/input/fields.ts';

/** `json`: any JSON, and what is none is text. */
type InputKind = 'text' | 'number' | 'flag' | 'json';

export interface InputOption {
  /** Where the value belongs in the input. */
  readonly path: readonly string[];
  /** Without the dashes: `limits.per-minute`. */
  readonly name: string;
  readonly kind: InputKind;
  /** May be repeated; the value is the list. */
  readonly many: boolean;
  readonly nullable: boolean;
  readonly required: boolean;
  readonly choices: readonly string[] | null;
  readonly says: string;
  /** As the schema has it; undefined when there is none. */
  readonly fallback: unknown;
  /** One of those that every action has. */
  readonly common: boolean;
}

/** The part of JSON Schema that the catalogue's inputs use. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `payload`: any JSON, see `payloadField`. */
  readonly field?: FieldKind | 'payload';
}

const schemaOf = ({ schema }: Pick<CatalogueEntry, 'schema'>): Schema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;

export const inputOptions = (entry: Pick<CatalogueEntry, 'schema'>): readonly InputOption[] =>
  members(schemaOf(entry), [], true);

/** The fields, by their paths, that have no option because they are secret. */
export const secretFields = (entry: Pick<CatalogueEntry, 'schema'>): readonly string[] =>
  secretsIn(schemaOf(entry), []);

const secretsIn = ({ field, properties = {} }: Schema, path: readonly string[]): readonly string[] =>
  field === 'secret'
    ? [path.join('.')]
    : Object.entries(properties).flatMap(([name, schema]) => secretsIn(schema, [...path, name]));

function members({ properties = {}, required = [] }: Schema, path: readonly string[], within: boolean): InputOption[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    optionsOf(schema, [...path, name], within && required.includes(name)),
  );
}

const KINDS: Readonly<Record<string, InputKind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'flag',
};

function optionsOf(schema: Schema, path: readonly string[], required: boolean): InputOption[] {
  if (schema.field === 'payload') return [payloadOption(schema, path)];
  const types = schema.anyOf ?? [schema];
  const nullable = types.some(({ type }) => type === 'null');
  const [only, ...others] = types.filter(({ type }) => type !== 'null');
  if (only === undefined || others.length > 0) return [];
  if (only.type === 'object') return members(only, path, required);
  if (only.field === 'secret' || schema.field === 'secret') return [];
  const many = only.type === 'array';
  const value = many ? (only.items ?? {}) : only;
  const kind = KINDS[value.type ?? ''];
  if (kind === undefined || (many && kind === 'flag')) return [];
  const choices = value.enum?.filter((choice) => typeof choice === 'string') ?? null;
  return [
    {
      path,
      name: flagName(path),
      kind,
      many,
      nullable,
      required,
      choices,
      says: schema.description ?? only.description ?? '',
      fallback: schema.default,
      common: ENVELOPE_FIELDS.some((name) => path.length === 1 && name === path[0]),
    },
  ];
}

const payloadOption = ({ description = '' }: Schema, path: readonly string[]): InputOption => ({
  ...{ path, name: flagName(path), kind: 'json', many: false, nullable: false, required: true },
  ...{ choices: null, says: description || 'JSON; what is no JSON is text', fallback: undefined, common: false },
});

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const flagName = (path: readonly string[]): string => path.map(kebab).join('.');

/** A path of an issue as the option that sets it: `limits.perMinute` → `--limits.per-minute`; else the path itself. */
export function optionFor(options: readonly InputOption[], issuePath: string): string {
  const found = options.find(({ path }) => issuePath === path.join('.') || issuePath.startsWith(`${path.join('.')}.`));
  if (found !== undefined) return `--${found.name}`;
  const isAbove = options.some(({ path }) => path.join('.').startsWith(`${issuePath}.`));
  return isAbove ? `--${flagName(issuePath.split('.'))}.…` : issuePath;
}

type Tree = { [name: string]: unknown };

/** The input: `base` with the values that were given put in their places. `base` is left as it is. */
export function inputFrom(
  base: Readonly<Tree>,
  given: Iterable<readonly [path: readonly string[], value: unknown]>,
): Tree {
  const input: Tree = structuredClone(base);
  for (const [path, value] of given) {
    let at: Tree = input;
    for (const name of path.slice(0, -1)) {
      const inner = at[name];
      at = at[name] = isTree(inner) ? inner : {};
    }
    at[path.at(-1)!] = value;
  }
  return input;
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
