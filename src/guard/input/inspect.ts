/**
 * The input policy: every text field of an action is inspected for what it is (OWASP: SQL injection, XSS, CRLF injection,
 * path traversal, command injection). Structural fields (names, addresses, subjects, URLs …) that look like an attack are
 * refused; prose is delivered as it came and flagged, or refused too under the strict policy. Nothing is altered here.
 *
 * The schema is walked once, when the catalogue is built; what can't be inspected stops the start there.
 */
import type * as z from 'zod';
import { globalRegistry } from 'zod';
import type { Issue } from '../../kernel/errors.ts';
import { type Threat, threatsIn } from './detectors.ts';
import { FIELD_KINDS, type FieldKind, isFieldKind, type OnHit } from './fields.ts';

export type InputPolicy = 'standard' | 'strict';

/** A step into a value: a member's name, or every item of an array or value of a record, or every key of a record. */
type Step = { readonly member: string } | { readonly each: 'value' | 'key' };

export interface FieldSpec {
  readonly path: readonly Step[];
  readonly kind: FieldKind;
}

export interface Inspection {
  /** For the caller: refuse with `unsafe_input`. */
  readonly rejected: readonly Issue[];
  /** For the log: delivered all the same. Never carries the text. */
  readonly flagged: readonly { readonly path: string; readonly pattern: Threat }[];
}

/** @throws TypeError for a string without a kind, two kinds in one place, or a schema through which a string could pass unseen. */
export function textFields(schema: z.ZodType): readonly FieldSpec[] {
  const kinds = new Map<string, FieldSpec>();
  for (const spec of walk(schema, [])) {
    const place = JSON.stringify(spec.path); // not spelled out: a member may be named `a.b`
    const other = kinds.get(place);
    if (other !== undefined && other.kind !== spec.kind)
      throw new TypeError(`input ${spell(spec.path)} is both ${other.kind} and ${spec.kind}`);
    kinds.set(place, spec);
  }
  return [...kinds.values()];
}

const KEY = '{key}';

const spell = (path: readonly Step[]) =>
  path.length === 0
    ? '(itself)'
    : path.map((step) => ('member' in step ? step.member : step.each === 'key' ? KEY : '*')).join('.');

function walk(schema: z.core.$ZodType, path: readonly Step[]): readonly FieldSpec[] {
  // Zod's own way to narrow a schema by its definition (zod.dev/library-authors).
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const each: Step = { each: 'value' };
  switch (def.type) {
    case 'string':
    case 'template_literal':
      return [{ path, kind: declaredKind(schema, path) }];
    case 'enum':
    case 'literal':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'null':
    case 'undefined':
    case 'never':
    case 'void':
    case 'nan':
    case 'date':
      return [];
    case 'object':
      return [
        ...Object.entries(def.shape).flatMap(([name, member]) => walk(member, [...path, { member: name }])),
        ...(def.catchall === undefined ? [] : refuseText(walk(def.catchall, [...path, each]))),
      ];
    case 'record':
      return [...walk(def.keyType, [...path, { each: 'key' }]), ...walk(def.valueType, [...path, each])];
    case 'array':
      return walk(def.element, [...path, each]);
    case 'union':
      return def.options.flatMap((option) => walk(option, path));
    case 'intersection':
      return [...walk(def.left, path), ...walk(def.right, path)];
    case 'optional':
    case 'nonoptional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return walk(def.innerType, path);
    case 'unknown':
      // what another schema says, of the agent or tool that it is for; it is never part of a header, a path or a query
      if (globalRegistry.get(schema)?.['field'] === 'payload') return [];
      break;
  }
  throw new TypeError(`input ${spell(path)}: text within a ${def.type} can't be inspected; use plain fields`);
}

/** What is left over would be inspected beside the named members, as two kinds at once. */
function refuseText(leftOver: readonly FieldSpec[]): readonly FieldSpec[] {
  const [first] = leftOver;
  if (first !== undefined)
    throw new TypeError(`input ${spell(first.path)}: text in unnamed members; use a record beside the others`);
  return leftOver;
}

function declaredKind(schema: z.core.$ZodType, path: readonly Step[]): FieldKind {
  const kind = globalRegistry.get(schema)?.['field'];
  if (!isFieldKind(kind))
    throw new TypeError(`input ${spell(path)} is text without a kind; use a constructor of field.*`);
  return kind;
}

/** A text of an input: in which place of the schema, of what kind. */
export interface TextAt {
  /** As the schema spells it (`vars.*`): a record's keys are the caller's own words. */
  readonly path: string;
  readonly kind: FieldKind;
  readonly text: string;
}

/** Every text of an input that is of one of the kinds. @param input as parsed by the schema that `fields` came from. */
export function* textsIn(
  fields: readonly FieldSpec[],
  kinds: ReadonlySet<FieldKind>,
  input: unknown,
): Generator<TextAt> {
  for (const { path, kind } of fields) {
    if (kinds.has(kind)) for (const { text } of texts(input, path, [])) yield { path: spell(path), kind, text };
  }
}

/** @param input as parsed by the schema that `fields` came from. */
export function inspectInput(fields: readonly FieldSpec[], input: unknown, policy: InputPolicy): Inspection {
  const rejected: Issue[] = [];
  const flagged: { path: string; pattern: Threat }[] = [];
  for (const { path, kind } of fields) {
    const onHit = action(kind, policy);
    if (onHit === 'ignore') continue;
    for (const { at, text } of texts(input, path, [])) {
      const where = at.join('.');
      for (const pattern of threatsIn(text)) {
        if (onHit === 'flag') flagged.push({ path: where, pattern });
        else
          rejected.push({
            path: where,
            message: `looks like ${SAY[pattern]}; write it differently or put it in a field for prose`,
          });
      }
    }
  }
  return { rejected, flagged };
}

function action(kind: FieldKind, policy: InputPolicy): OnHit {
  const { onHit } = FIELD_KINDS[kind];
  return onHit === 'flag' && policy === 'strict' ? 'reject' : onHit;
}

const SAY: Readonly<Record<Threat, string>> = {
  'sql-injection': 'an SQL injection',
  xss: 'a script injection',
  crlf: 'a header injection',
  'path-traversal': 'a path traversal',
  'command-injection': 'a shell command',
};

interface Found {
  readonly at: readonly string[];
  readonly text: string;
}

/** Every string of `value` at `path`. Absent members and other alternatives of a union have none. */
function* texts(value: unknown, path: readonly Step[], at: readonly string[]): Generator<Found> {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (typeof value === 'string') yield { at, text: value };
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if ('member' in step) {
    if (Object.hasOwn(value, step.member)) yield* texts(Reflect.get(value, step.member), rest, [...at, step.member]);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (step.each === 'key') yield { at: [...at, KEY], text: key };
    else yield* texts(item, rest, [...at, key]);
  }
}
