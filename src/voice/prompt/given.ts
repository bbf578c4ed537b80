/** What a builder's method was given, checked where it is given: most of it comes from JavaScript without types. */

/** @throws TypeError for anything but text. */
export function textOf(given: unknown, what: string): string {
  if (typeof given === 'string') return given;
  throw new TypeError(`${what} must be a string.`);
}

/** A frozen copy. @throws TypeError for anything but a list of strings. */
export function textsOf(given: unknown, what: string): readonly string[] {
  if (Array.isArray(given) && given.every((one) => typeof one === 'string')) return Object.freeze([...given]);
  throw new TypeError(`${what} must be a list of strings.`);
}

/**
 * The name of a context, a step or an answer: text on one line.
 * @throws TypeError for anything else.
 */
export function nameOf(given: unknown, what: string): string {
  if (typeof given === 'string' && given.trim() !== '' && !/\p{Cc}|\u2028|\u2029/u.test(given)) return given;
  throw new TypeError(`${what} must be text on one line, and not empty.`);
}
