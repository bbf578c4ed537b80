/** Looking into a vendor's answer, which may be of any shape. Members are own members: `__proto__` finds nothing. */
import type { Json } from '../../kernel/canonical-json.ts';

/** The member of an object; null when there is none, or when it is no object. */
export function field(json: Json | undefined, name: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || !Object.hasOwn(json, name)) return null;
  return (json as { readonly [key: string]: Json | undefined })[name] ?? null;
}

/** A member that is a text, or null. */
export function textField(json: Json | undefined, name: string): string | null {
  const value = field(json, name);
  return typeof value === 'string' ? value : null;
}

/** A member that is a list; empty when it is not. */
export function listField(json: Json | undefined, name: string): readonly Json[] {
  const value = field(json, name);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
