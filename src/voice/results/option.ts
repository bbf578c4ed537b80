/** Options of an action, looked at before they go out: the platform would drop the call over one that it can't mean. */

/** @throws TypeError that lists what is allowed. */
export function oneOf<T extends string>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}.`);
}

/** @throws TypeError */
export function someText(name: string, value: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(`${name} must be a text that is not empty.`);
}

/** @throws TypeError */
export function wholeNumber(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new TypeError(`${name} must be a whole number ${range}, not ${JSON.stringify(value)}.`);
}
