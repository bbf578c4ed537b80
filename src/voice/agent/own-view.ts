/**
 * An agent as one request has it, to be handed to that request's code. Threat: a callback of a driver, a pool or an emitter runs in
 * whatever context its socket was made in; what it changes there would be every caller's, or another's. So whatever is done
 * through this view is done in the request's scope, from wherever it is called, and fields that are set on it are the request's
 * own. Code that goes past it (`this`, an agent that was captured) relies on the running context alone.
 */
import { isInScope, Scoped, thisScope } from './call-scope.ts';

const views = new WeakMap<object, Scoped<object | null>>();

/** The same one throughout a request; the agent itself outside any. */
export function ownView<T extends object>(agent: T): T {
  if (!isInScope()) return agent;
  const known = views.get(agent) ?? new Scoped<object | null>(null);
  views.set(agent, known);
  known.change((view) => view ?? makeView(agent));
  return known.value as T;
}

function makeView<T extends object>(agent: T): T {
  const inScope = thisScope();
  const fields = new Map<PropertyKey, unknown>();
  const view: T = new Proxy(agent, {
    get(_, key) {
      if (fields.has(key)) return fields.get(key);
      const value: unknown = inScope(() => Reflect.get(agent, key, agent));
      return typeof value === 'function' ? new Proxy(value, { apply }) : value;
    },
    set(_, key, value) {
      if (hasSetter(agent, key)) return inScope(() => Reflect.set(agent, key, value, agent));
      fields.set(key, value);
      return true;
    },
    has: (_, key) => fields.has(key) || key in agent,
    deleteProperty: (_, key) => fields.delete(key),
    defineProperty: () => false,
    setPrototypeOf: () => false,
  });
  // methods need the agent itself, as it has private fields
  const apply = (method: (...given: unknown[]) => unknown, self: unknown, given: unknown[]): unknown => {
    const answer = inScope(() => Reflect.apply(method, self === view ? agent : self, given));
    return answer === agent ? view : answer;
  };
  return view;
}

function hasSetter(of: object, key: PropertyKey): boolean {
  for (let at: object | null = of; at !== null; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, key);
    if (found !== undefined) return found.set !== undefined;
  }
  return false;
}
