/**
 * Every payload against its schema (JSON Schema 2020-12; older drafts where `$schema` names one), both ways: what a model
 * writes to a tool or a peer, what a person injects, what a peer answers. The answer says where and what, so that a model can
 * mend it.
 *
 * Schemas come from strangers (MCP servers) and values from models: both are hostile. Neither is turned into code; sizes are
 * bounded before anything walks them; and as a pattern or a nest of references can take longer than the world lasts, the check
 * runs under a time limit and what is not decided by then does not fit. What the validator would silently ignore (references
 * to elsewhere, `$dynamicRef`, dialects that it does not know) makes the schema unusable: nothing passes by being unknown.
 */
import { createContext, Script } from 'node:vm';
import { dereference, type OutputUnit, type Schema, type SchemaDraft, validate } from '@cfworker/json-schema';
import type { Issue } from '../../kernel/errors.ts';
import { beyondBounds } from './json-bounds.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export const VALUE_BOUNDS = { depth: 64, nodes: 20_000, chars: 1_000_000 } as const;
export const SCHEMA_BOUNDS = { depth: 40, nodes: 5_000, chars: 100_000 } as const;
/**
 * By the clock, attempt by attempt: what was cut off is tried again, as memory may have been cleared up meanwhile; and a third
 * time unless this thread had the processor for nearly all of the second.
 */
const ATTEMPTS_MS = [100, 200, 1_600] as const;
const NEARLY_ALL = 0.9;
const MAX_ISSUES = 20;
const MAX_PATH = 200;
const MAX_MESSAGE = 300;

const DIALECTS: Readonly<Record<string, SchemaDraft>> = {
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'http://json-schema.org/draft-07/schema': '7',
  'http://json-schema.org/draft-06/schema': '7',
  'http://json-schema.org/draft-04/schema': '4',
};

type Lookup = Readonly<Record<string, Schema | boolean>>;
type Compiled =
  | { readonly schema: Schema; readonly draft: SchemaDraft; readonly lookup: Lookup }
  | { readonly fault: string };
/** By the schema's own identity: schemas are values that nobody changes. */
const compiled = new WeakMap<object, Compiled>();

/** Why nothing can be checked against this schema, as the end of a sentence about it; null: it can be used. */
export function schemaFault(schema: JsonSchema): string | null {
  const made = compile(schema);
  return 'fault' in made ? made.fault : null;
}

/** What is wrong with the value, at most 20 things; empty: it fits. Never throws. */
export function checkPayload(schema: JsonSchema, value: unknown): readonly Issue[] {
  const beyond = beyondBounds(value, VALUE_BOUNDS);
  if (beyond !== null) return [{ path: '', message: `The value ${beyond}.` }];
  const made = compile(schema);
  if ('fault' in made) return [{ path: '', message: `The schema can not be used: it ${made.fault}.` }];
  const { draft, lookup } = made;
  const result = inTime(() => validate(value, made.schema, draft, lookup, false));
  if (result === null)
    return [{ path: '', message: 'The value took too long to check against its schema. Make it shorter and simpler.' }];
  return result.valid ? [] : issuesOf(result.errors);
}

function compile(schema: JsonSchema): Compiled {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = compileAnew(schema);
  compiled.set(schema, made);
  return made;
}

function compileAnew(schema: JsonSchema): Compiled {
  const beyond = beyondBounds(schema, SCHEMA_BOUNDS);
  if (beyond !== null) return { fault: beyond };
  const draft = dialectOf(schema);
  if (draft === undefined) return { fault: 'is written in a dialect that is not known here' };
  const own = structuredClone(schema) as Schema; // the validator writes notes into it
  const lookup: Lookup | null = inTime(() => dereference(own));
  if (lookup === null) return { fault: 'has names or references that lead nowhere' };
  const fault = Object.values(lookup)
    .map((node) => (typeof node === 'object' ? nodeFault(node, lookup) : null))
    .find((one) => one !== null);
  return fault === undefined ? { schema: own, draft, lookup } : { fault };
}

function dialectOf({ $schema = 'https://json-schema.org/draft/2020-12/schema' }: JsonSchema): SchemaDraft | undefined {
  const name = typeof $schema === 'string' ? $schema.replace(/#$/, '') : '';
  return Object.hasOwn(DIALECTS, name) ? DIALECTS[name] : undefined;
}

function nodeFault(node: Schema, lookup: Lookup): string | null {
  const { $ref, $dynamicRef, $recursiveRef, pattern, patternProperties } = node;
  if ($dynamicRef !== undefined || $recursiveRef !== undefined) return 'has references that are resolved dynamically';
  if ($ref !== undefined && (typeof $ref !== 'string' || lookup[node.__absolute_ref__ ?? ''] === undefined))
    return 'refers to a schema that is not in it';
  const patterns = [...(pattern === undefined ? [] : [pattern]), ...Object.keys(patternProperties ?? {})];
  return patterns.every(isPattern) ? null : 'has a pattern that is no regular expression (ECMA-262 with the u flag)';
}

function isPattern(pattern: unknown): boolean {
  if (typeof pattern !== 'string') return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const clockwork = createContext({ check: null as (() => unknown) | null });
const wind = new Script('check()');

/** Null when it did not come to an end in time, or threw: a schema with members of the wrong kind makes the validator throw. */
function inTime<T>(work: () => T): T | null {
  for (const [nth, timeout] of ATTEMPTS_MS.entries()) {
    const before = process.threadCpuUsage();
    clockwork['check'] = work;
    try {
      return wind.runInContext(clockwork, { timeout }) as T;
    } catch (failure) {
      const { user, system } = process.threadCpuUsage(before);
      const hadItsTime = nth > 0 && (user + system) / 1_000 >= timeout * NEARLY_ALL;
      if (!isTimeout(failure) || hadItsTime) return null;
    } finally {
      clockwork['check'] = null;
    }
  }
  return null;
}

const isTimeout = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && failure.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Those that only say that something within them is wrong. */
const OUTER = new Set(['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'items']);
const ALSO_OUTER = new Set([
  'prefixItems',
  'additionalItems',
  'unevaluatedItems',
  '$ref',
  'allOf',
  'if',
  'dependentSchemas',
]);

function issuesOf(errors: readonly OutputUnit[]): readonly Issue[] {
  const issues = new Map<string, Issue>();
  for (const unit of errors) {
    if (OUTER.has(unit.keyword) || ALSO_OUTER.has(unit.keyword)) continue;
    const issue = issueOf(unit);
    issues.set(`${issue.path}\n${issue.message}`, issue);
    if (issues.size === MAX_ISSUES) break;
  }
  return issues.size > 0 ? [...issues.values()] : [{ path: '', message: 'The value does not fit its schema.' }];
}

function issueOf({ instanceLocation, keyword, error }: OutputUnit): Issue {
  const path = pathOf(instanceLocation);
  if (keyword === 'false') return { path, message: 'This member is not known here. Leave it out.' };
  const missing = keyword === 'required' ? /property "(.*)"\.$/s.exec(error)?.[1] : undefined;
  if (missing !== undefined)
    return { path: short(path === '' ? missing : `${path}.${missing}`, MAX_PATH), message: 'This member is required.' };
  return { path, message: short(error.replace(/^(?:Instance|String)\b/, 'The value'), MAX_MESSAGE) };
}

/** `#/to/0` as `to.0`, as the house writes paths. */
function pathOf(location: string): string {
  const steps = location.split('/').slice(1);
  return short(steps.map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')).join('.'), MAX_PATH);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

const short = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`);
