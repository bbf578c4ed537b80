/** Where an action's input has text, and putting something there. */
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import type { FieldKind } from '../../src/guard/input/fields.ts';
import type { FieldSpec } from '../../src/guard/input/inspect.ts';

export type Step = FieldSpec['path'][number];

export const pathsOf = (entry: CatalogueEntry, kind: FieldKind): readonly (readonly Step[])[] =>
  entry.fields.filter((field) => field.kind === kind).map(({ path }) => path);

export const spelled = (path: readonly Step[]): string =>
  path.map((step) => ('member' in step ? step.member : '*')).join('.');

/** The input with `value` at `path`; what is missing on the way is made, a list gets one item. */
export function put(input: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  if ('member' in step) {
    const object = typeof input === 'object' && input !== null ? input : {};
    return { ...object, [step.member]: put(Reflect.get(object, step.member), rest, value) };
  }
  if (step.each === 'key') throw new Error('no action takes a record yet: say here how to put a key into one');
  return [put(Array.isArray(input) ? input[0] : undefined, rest, value)];
}
