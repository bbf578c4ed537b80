/**
 * Data that was given from outside, made the agent's own: copied as JSON would say it and frozen, so that nobody changes it from
 * elsewhere later. What is the agent's own already is taken as it is, so that adding one thing copies one thing.
 */
const own = new WeakSet<object>();
const MAX_DEPTH = 64;

/** @throws TypeError for what no JSON can say: a function, a circle, a bigint, a number without an end. */
export function ownCopy<T>(given: T): T {
  return copy(given, MAX_DEPTH) as T;
}

function copy(given: unknown, depth: number): unknown {
  if (typeof given === 'string' || typeof given === 'boolean' || given === null) return given;
  if (typeof given === 'number' && Number.isFinite(given)) return given;
  if (typeof given !== 'object') throw new TypeError(`A value was expected that JSON can say, not ${String(given)}.`);
  if (own.has(given)) return given;
  if (depth === 0) throw new TypeError('The data is nested too deeply, or holds itself.');
  if ('toJSON' in given && typeof given.toJSON === 'function') return copy(given.toJSON(), depth - 1);
  const made = Array.isArray(given)
    ? given.map((one) => copy(one, depth - 1))
    : Object.fromEntries(
        Object.entries(given)
          .filter(([, one]) => one !== undefined)
          .map(([name, one]) => [name, copy(one, depth - 1)]),
      );
  own.add(made);
  return Object.freeze(made);
}
