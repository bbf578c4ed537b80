/**
 * What will go out as JSON, copied as it will go out: members without a value are gone, what has `toJSON` is what that says, and
 * nobody who kept a reference can change it later.
 *
 * @throws TypeError for what no JSON can say: nothing at all, a function, a circle, a bigint, a number without an end.
 */
export function jsonCopy<T>(value: T): T {
  const text = JSON.stringify(value, refuseEndless);
  if (text === undefined) throw new TypeError(`A value was expected that JSON can say, not ${typeof value}.`);
  return JSON.parse(text);
}

/** JSON would say null for them. */
function refuseEndless(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${key === '' ? 'The value' : JSON.stringify(key)} is ${value}, which JSON can't say.`);
  return value;
}
