/**
 * JSON Schema as the page shows it: an object's members as rows, and an example. Covers what zod publishes of our fields; of
 * anything else it says less, never something wrong.
 */
import type { JsonSchema } from '../../guard/action-schema.ts';

export interface FieldRow {
  /** `limits.perDay`, `ids[]` */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  /** Lengths, bounds, patterns; empty where there are none. */
  readonly limits: readonly string[];
  /** As JSON, or null. */
  readonly fallback: string | null;
  readonly says: string;
}

/** The members of an object, each followed by its own. */
export function fieldRows(schema: JsonSchema, before = ''): readonly FieldRow[] {
  return members(schema).flatMap(([name, member]) => {
    const path = `${before}${name}`;
    const row = {
      path,
      type: typeOf(member),
      required: schema.required?.includes(name) ?? false,
      limits: limitsOf(member),
      fallback: member.default === undefined ? null : JSON.stringify(member.default),
      says: member.description ?? '',
    };
    const item = itemOf(member);
    return [row, ...fieldRows(member, `${path}.`), ...(item === null ? [] : fieldRows(item, `${path}[].`))];
  });
}

/** Those of its branches too. */
const members = (schema: JsonSchema): readonly (readonly [string, JsonSchema])[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    isSchema(member) ? [[name, member] as const] : [],
  ),
  ...branches(schema).flatMap(members),
];

const branches = ({ anyOf }: JsonSchema): readonly JsonSchema[] => (anyOf ?? []).filter(isSchema);

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const itemOf = ({ items }: JsonSchema): JsonSchema | null => (isSchema(items) ? items : null);

/** `string`, `one of sms, email`, `list of string`, `integer or null` */
function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  const item = itemOf(schema);
  if (item !== null) return `list of ${typeOf(item)}`;
  if (schema.anyOf !== undefined) return branches(schema).map(typeOf).join(' or ');
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  return schema.type ?? 'anything';
}

/** Zod's bounds of an integer that has none of its own. */
const isSafeBound = (bound: number): boolean => Math.abs(bound) === Number.MAX_SAFE_INTEGER;

function limitsOf(schema: JsonSchema): readonly string[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, pattern, format } = schema;
  const patterns = [pattern, ...(schema.allOf ?? []).map((one) => (isSchema(one) ? one.pattern : undefined))];
  const item = itemOf(schema);
  return [
    ...range(minLength, maxLength, 'characters'),
    ...range(minItems, maxItems, 'entries'),
    ...range(
      minimum === undefined || isSafeBound(minimum) ? undefined : minimum,
      maximum === undefined || isSafeBound(maximum) ? undefined : maximum,
      '',
    ),
    ...patterns.flatMap((one) => one ?? []),
    ...(format === undefined ? [] : [format]),
    ...branches(schema).flatMap(limitsOf),
    ...(item === null ? [] : limitsOf(item).map((limit) => `each ${limit}`)),
  ];
}

function range(min: number | undefined, max: number | undefined, of: string): readonly string[] {
  const unit = of === '' ? '' : ` ${of}`;
  if (min !== undefined && max !== undefined) return [`${min} to ${max}${unit}`];
  if (max !== undefined) return [`at most ${max}${unit}`];
  return min === undefined ? [] : [`at least ${min}${unit}`];
}
