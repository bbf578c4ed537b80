/** Copying and reaching into objects that came from outside, without touching a prototype (prototype pollution). */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export const isPrototypeKey = (key: string): boolean => PROTOTYPE_KEYS.has(key);

/** As `Object.assign`, for one source, and without the keys that reach a prototype. Shallow. */
export function safeAssign<T extends object, S extends object>(target: T, source: S): T & S {
  for (const [key, value] of Object.entries(source))
    if (!isPrototypeKey(key)) Object.defineProperty(target, key, { value, ...PLAIN });
  return target as T & S;
}

/** Defined, not assigned: an assignment would run a setter that the target inherits. */
const PLAIN = { writable: true, enumerable: true, configurable: true } as const;
