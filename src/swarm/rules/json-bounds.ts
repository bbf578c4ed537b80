/**
 * How large and how deep a JSON value may be before anybody walks it. Measured without recursion: a value a million levels
 * deep is refused here, before it overflows the stack of something that is not ready for it.
 */
export interface JsonBounds {
  readonly depth: number;
  /** Values of any kind, members and elements included. */
  readonly nodes: number;
  /** Characters of all texts and names together. */
  readonly chars: number;
}

/** What is wrong with it as JSON, as the end of a sentence about the value; null when it is within bounds. */
export function beyondBounds(value: unknown, bounds: JsonBounds): string | null {
  let nodes = 0;
  let chars = 0;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++nodes > bounds.nodes) return `has more than ${bounds.nodes} values`;
    const { value, depth } = next;
    if (typeof value === 'string') chars += value.length;
    else if (typeof value === 'object' && value !== null) {
      if (depth >= bounds.depth) return `is more than ${bounds.depth} levels deep`;
      const inner = Array.isArray(value) ? value : Object.values(value);
      if (nodes + open.length + inner.length > bounds.nodes) return `has more than ${bounds.nodes} values`;
      if (!Array.isArray(value)) {
        if (!isPlain(value)) return 'is not JSON';
        // an own member of this name sets the prototype of whatever it is copied to
        if (Object.hasOwn(value, '__proto__')) return 'has a member named __proto__, which is not taken';
        for (const name of Object.keys(value)) chars += name.length;
      }
      for (const one of inner) open.push({ value: one, depth: depth + 1 });
    } else if (typeof value === 'number' ? !Number.isFinite(value) : typeof value !== 'boolean' && value !== null)
      return 'is not JSON';
    if (chars > bounds.chars) return `has more than ${bounds.chars} characters`;
  }
  return null;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
