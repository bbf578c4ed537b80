/**
 * The contexts of an agent: parts of a conversation, each with steps that the model is led through. What is built is checked as a
 * whole before it goes into a script.
 */
import { ScopeOwner } from './agent/call-scope.ts';
import { ConfigurationError } from './configuration-error.ts';
import { Context } from './context.ts';
import { type AgentFunctions, type Contexts, contextFaults } from './prompt/context-rules.ts';

export const MAX_CONTEXTS = 50;

const UNKNOWN: AgentFunctions = { names: [], areAll: false };

export class ContextBuilder {
  readonly #owner = new ScopeOwner();
  #contexts: readonly Context[] = [];
  #revision = 0;

  /** Goes up with every change here, in a context or in a step: what was made of an older one is stale. */
  get revision(): number {
    return this.#contexts.reduce((sum, context) => sum + context.revision, this.#revision);
  }

  /** @throws ConfigurationError for a name that is taken, and beyond 50 contexts. */
  addContext(name: string): Context {
    if (this.getContext(name) !== undefined)
      throw new ConfigurationError(`There is a context '${name}' already: give this one another name.`);
    if (this.#contexts.length >= MAX_CONTEXTS)
      throw new ConfigurationError(`There are ${MAX_CONTEXTS} contexts, the most that an agent may have.`);
    const context = new Context(name);
    this.#owner.assertIsHere();
    this.#contexts = [...this.#contexts, context];
    this.#revision++;
    return context;
  }

  getContext(name: string): Context | undefined {
    return this.#contexts.find((one) => one.name === name);
  }

  /** Removes every context. */
  reset(): this {
    this.#revision = this.revision + 1; // goes on from what they had added
    this.#owner.assertIsHere();
    this.#contexts = [];
    return this;
  }

  /**
   * @param functions those of the agent; without them nothing is checked against functions.
   * @throws ConfigurationError with all that is wrong, a line each.
   */
  validate(functions: AgentFunctions = UNKNOWN): void {
    this.toDict(functions);
  }

  /** As they stand in a script, in the order in which they were added. @throws ConfigurationError as `validate`. */
  toDict(functions: AgentFunctions = UNKNOWN): Contexts {
    const [only, ...others] = this.#contexts;
    if (only === undefined) throw new ConfigurationError('There are no contexts: call addContext().');
    if (others.length === 0 && only.name !== 'default')
      throw new ConfigurationError(`The only context must be called 'default', not '${only.name}'.`);
    const contexts = Object.fromEntries(this.#contexts.map((one) => [one.name, one.toDict()]));
    const faults = contextFaults(contexts, functions);
    if (faults.length > 0) throw new ConfigurationError(faults.join('\n'));
    return contexts;
  }

  /** A copy that shares nothing that can change. */
  clone(): ContextBuilder {
    const copy = new ContextBuilder();
    copy.#contexts = this.#contexts.map((one) => one.clone());
    copy.#revision = this.#revision;
    return copy;
  }
}
