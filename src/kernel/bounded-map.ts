/**
 * A map that forgets what was not used lately when it is full: a cache that outsiders can't grow. Two generations: what is
 * used moves to the young one; when that is full it becomes the old one, and what the former old one still held is gone.
 * A hit costs one look-up, without the reordering of a strict least-recently-used list.
 */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  clear(): void;
  /** How many entries are in memory: one that was used lately may count twice. Never more than `maxEntries`. */
  readonly size: number;
}

/** Holds at least the last `maxEntries / 2` keys used, and never more than `maxEntries`. */
export function boundedMap<K, V>(maxEntries: number): BoundedMap<K, V> {
  const generation = Math.max(1, Math.floor(maxEntries / 2));
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  const keep = (key: K, value: V): void => {
    if (young.size >= generation && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  };

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) keep(key, older);
      return older;
    },
    set(key, value) {
      keep(key, value);
    },
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
    clear() {
      young = new Map();
      old = new Map();
    },
    get size() {
      return young.size + old.size;
    },
  };
}
