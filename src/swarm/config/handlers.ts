/**
 * The handlers in this process: code that came with a module which SWARM_FILE names. A configuration runs with the handlers
 * that came with it. One that came otherwise (put through a door, rolled back to) runs with those of the last module whose
 * configuration was in use, and not with those of a module that was refused.
 */
import type { AnyHandler } from '../define.ts';
import { configHash, textHash } from './rules/hash.ts';
import type { SwarmConfig } from './schema.ts';

export interface SwarmHandlers {
  /** Null: there is none of that name in this process. */
  get(config: SwarmConfig, name: string): AnyHandler | null;
}

export interface HandlerRegistry extends SwarmHandlers {
  /** @param source the configuration's text, by which it is known while it is judged. */
  offer(source: string, config: SwarmConfig | null, handlers: ReadonlyMap<string, AnyHandler>): void;
  /** The names that a configuration may use: of the module that it came with, or of the one in use. */
  names(source: string | null): ReadonlySet<string>;
}

/** Of modules that were read one after the other; older ones are run by nobody any more. */
const MAX_MODULES = 20;

interface Offered {
  readonly source: string;
  readonly hash: string | null;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
}

export function createHandlers(): HandlerRegistry {
  let offered: readonly Offered[] = [];
  let inUse: Offered | undefined;
  const hashes = new WeakMap<SwarmConfig, string>();

  const hashOf = (config: SwarmConfig): string => {
    const known = hashes.get(config) ?? configHash(config);
    hashes.set(config, known);
    return known;
  };
  const current = () => inUse ?? offered[0];

  return {
    offer(source, config, handlers) {
      const one = { source: textHash(source), hash: config === null ? null : hashOf(config), handlers };
      offered = [one, ...offered.filter((other) => other.source !== one.source)].slice(0, MAX_MODULES);
      if (inUse?.source === one.source) inUse = one;
    },
    names(source) {
      const own = source === null ? undefined : offered.find((one) => one.source === textHash(source));
      return new Set((own ?? current())?.handlers.keys());
    },
    get(config, name) {
      const own = offered.find(({ hash }) => hash === hashOf(config));
      if (own !== undefined) inUse = own;
      return (own ?? current())?.handlers.get(name) ?? null;
    },
  };
}
