/**
 * What belongs to one request and to no other. Inside `inOwnScope` a change to a `Scoped` value is seen by that request alone,
 * by whatever way the code got hold of its owner: the agent that a callback was handed, one that it had captured, `this`.
 * So nothing that is configured for one caller can reach the next.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ConfigurationError } from '../configuration-error.ts';

const scope = new AsyncLocalStorage<Map<Scoped<unknown>, unknown>>();

/** Runs `run`, and all that it waits for, in a scope that begins with what is outside any scope. */
export const inOwnScope = <T>(run: () => T): T => scope.run(new Map(), run);

/** Runs what it is given in the scope that runs now, from wherever that is called later. */
export function thisScope(): <T>(run: () => T) => T {
  const own = scope.getStore();
  return (run) => (own === undefined || scope.getStore() === own ? run() : scope.run(own, run));
}

/** Runs `run` outside any scope: for what is every caller's, and is only made when the first one comes. */
export const outsideScopes = <T>(run: () => T): T => scope.exit(run);

export const isInScope = (): boolean => scope.getStore() !== undefined;

/** An immutable value: what is outside any scope, until a scope changes it for itself. */
export class Scoped<State> {
  #base: State;

  constructor(base: State) {
    this.#base = base;
  }

  get value(): State {
    const own = scope.getStore();
    return own?.has(this) ? (own.get(this) as State) : this.#base;
  }

  /** @param next never changes its argument. */
  change(next: (state: State) => State): void {
    const own = scope.getStore();
    if (own === undefined) this.#base = next(this.#base);
    else own.set(this, next(this.value));
  }

  /** For a value that changes in itself: the scope's own copy, made by `copy` when first asked for. */
  own(copy: (state: State) => State): State {
    const own = scope.getStore();
    if (own === undefined) return this.#base;
    if (!own.has(this)) own.set(this, copy(this.#base));
    return own.get(this) as State;
  }

  /** True where the running scope has a value of its own. */
  get isOwn(): boolean {
    return scope.getStore()?.has(this) ?? false;
  }
}

/** For what changes in itself: only the scope that made it may change it; what was made outside any, nothing inside one. */
export class ScopeOwner {
  readonly #madeIn = scope.getStore();

  /** @throws ConfigurationError */
  assertIsHere(): void {
    if (scope.getStore() !== this.#madeIn)
      throw new ConfigurationError(
        'This belongs to all calls, or to another one: configure a call on a copy (clone(), getBuilder(), getContextBuilder()).',
      );
  }
}
