/** Where an action's input has text, and putting something there. */
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { FieldKind } from '../../src/guard/input/fields.ts';
import type { FieldSpec } from '../../src/guard/input/inspect.ts';

export type Step = FieldSpec['path'][number];

export const pathsOf = (entry: CatalogueEntry, kind: FieldKind): readonly (readonly Step[])[] =>
  entry.fields.filter((field) => field.kind === kind).map(({ path }) => path);

export const spelled = (path: readonly Step[]): string =>
  path.map((step) => ('member' in step ? step.member : '*')).join('.');

/** Members that are no lists: a value goes under some key. */
const RECORDS: ReadonlySet<string> = new Set(['templateVars']);

/** The input with `value` at `path`; what is missing on the way is made, a list gets one item. */
export function put(input: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  if ('member' in step) {
    const object = typeof input === 'object' && input !== null ? input : {};
    const [inner] = rest;
    if (RECORDS.has(step.member) && inner !== undefined && 'each' in inner)
      return { ...object, [step.member]: inner.each === 'key' ? { [String(value)]: 'x' } : { key: value } };
    return { ...object, [step.member]: put(Reflect.get(object, step.member), rest, value) };
  }
  if (step.each === 'key') throw new Error('say in RECORDS which member this is a key of');
  return [put(Array.isArray(input) ? input[0] : undefined, rest, value)];
}
