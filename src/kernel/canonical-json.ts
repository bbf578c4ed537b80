/**
 * Canonical JSON (RFC 8785, JCS): one byte sequence per value, so that a hash or a signature over it means one thing.
 * Keys sort by UTF-16 code units, numbers print as ECMAScript does, no white space. What JSON can't carry faithfully
 * (NaN, infinities, lone surrogates, undefined in arrays, functions, bigint) throws a `TypeError` instead of changing silently.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** @throws TypeError for a value without one canonical form. Members that are `undefined` are left out. */
export function canonicalJson(value: Json): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('canonical JSON has no NaN or infinity');
      return JSON.stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : members(value);
    default:
      throw new TypeError(`canonical JSON has no ${typeof value}`);
  }
}

function members(object: { readonly [key: string]: Json | undefined }): string {
  let out = '';
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value !== undefined) out += `${out === '' ? '' : ','}${text(key)}:${canonicalJson(value)}`;
  }
  return `{${out}}`;
}

/** Text that JSON spells as it is: most of it, and several times cheaper told by one test than spelled by the engine. */
const PLAIN = /^[ !#-[\]-~]*$/;

function text(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (!value.isWellFormed()) throw new TypeError('canonical JSON has no lone surrogate');
  return JSON.stringify(value);
}

const isArray = (value: object): value is readonly Json[] => Array.isArray(value);
