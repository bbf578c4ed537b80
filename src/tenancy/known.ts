/**
 * What an earlier guard has made sure of (the agent named, its row, an address that can be read), without a null check in
 * each rule and action. In a guard the throw denies; in an action it is a fault of its definition.
 */
export function known<T>(value: T | null, what: string): T {
  if (value === null) throw new TypeError(`no ${what}: an earlier guard should have refused`);
  return value;
}
