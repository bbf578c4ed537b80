/**
 * The functions of a service: those that the platform may call, with the tokens by which a call may run them. What runs one is
 * tools/run-function.ts; how they are reached is the door's matter.
 */
import { Scoped } from './agent/call-scope.ts';
import { ownView } from './agent/own-view.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Logger } from './logger.ts';
import type { SessionManager } from './session-manager.ts';
import {
  type ArgumentsOf,
  SwaigFunction,
  type SwaigFunctionOptions,
  type SwaigHandler,
  type SwaigRequest,
} from './swaig-function.ts';
import {
  type FunctionSummary,
  type FunctionTable,
  type RawFunction,
  summaryOf,
  withFunction,
  withoutFunction,
} from './tools/function-table.ts';
import type { Arguments, ParametersGiven } from './tools/parameters.ts';
import { type OnToolCall, type Ran, runFunction } from './tools/run-function.ts';

export interface FunctionHostParts {
  readonly log: Logger;
  readonly sessionManager: SessionManager;
  readonly onToolCall: OnToolCall | undefined;
}

/** A function whose handler's arguments follow from `parameters`. */
export type ToolOptions<P, Agent> = Omit<SwaigFunctionOptions, 'parameters' | 'handler'> & {
  readonly parameters?: P;
  readonly handler: SwaigHandler<ArgumentsOf<P>, Agent>;
};

/** A function whose handler takes its arguments one by one, in the order of `parameters`. */
export type TypedToolOptions = Omit<SwaigFunctionOptions, 'handler'> & {
  readonly parameters: ParametersGiven;
  readonly handler: (...args: never[]) => unknown;
};

export abstract class FunctionHost {
  readonly log: Logger;
  readonly sessionManager: SessionManager;
  readonly #onToolCall: OnToolCall | undefined;
  readonly #functions = new Scoped<FunctionTable>(new Map());

  constructor({ log, sessionManager, onToolCall }: FunctionHostParts) {
    this.log = log;
    this.sessionManager = sessionManager;
    this.#onToolCall = onToolCall;
  }

  /** A function that the platform may call. Types of the arguments follow from `parameters`. */
  defineTool<const P extends ParametersGiven = Record<never, never>>(options: ToolOptions<P, this>): this {
    return this.registerSwaigFunction(new SwaigFunction(options as SwaigFunctionOptions<never, never>));
  }

  /** The same for a handler that takes its arguments one by one, in the order of `parameters`. */
  defineTypedTool(options: TypedToolOptions): this {
    const { handler, ...rest } = options;
    const tool: SwaigFunction = new SwaigFunction({
      ...rest,
      handler: (args: Arguments) => {
        const names = Object.keys(propertiesOf(tool));
        return handler(...(names.map((name) => (Object.hasOwn(args, name) ? args[name] : undefined)) as never[]));
      },
    } as SwaigFunctionOptions<never, never>);
    return this.registerSwaigFunction(tool);
  }

  /** A function, or a definition as it stands in a script for one that runs elsewhere (such as a `DataMap`). */
  registerSwaigFunction(entry: SwaigFunction | Readonly<Record<string, unknown>>): this {
    this.#functions.change((table) => withFunction(table, entry));
    return this;
  }

  /** Fixes arguments of a function: its token carries them, and the model neither sees nor chooses them. */
  bindArguments(name: string, bound: Parameters<SwaigFunction['bind']>[0]): this {
    const entry = this.getTool(name);
    if (entry === undefined) throw new ConfigurationError(`There is no function ${name} to bind arguments of.`);
    return this.registerSwaigFunction(entry.bind(bound));
  }

  get functions(): FunctionTable {
    return this.#functions.value;
  }

  /** The running request has configured something for itself. */
  protected get isConfiguredForCall(): boolean {
    return this.#functions.isOwn;
  }

  hasTool(name: string): boolean {
    return this.functions.has(name);
  }

  /** The same of what has been defined so far: for constructors, which come before a subclass's own hooks can run. */
  isNameTaken(name: string): boolean {
    return this.#functions.value.has(name);
  }

  hasFunction(name: string): boolean {
    return this.hasTool(name);
  }

  getFunction(name: string): SwaigFunction | RawFunction | undefined {
    return this.functions.get(name);
  }

  getAllFunctions(): Record<string, SwaigFunction | RawFunction> {
    return Object.fromEntries(this.functions);
  }

  /** False when there was none. */
  removeFunction(name: string): boolean {
    const had = this.hasTool(name);
    this.#functions.change((table) => withoutFunction(table, name));
    return had;
  }

  listToolNames(): string[] {
    return [...this.functions.keys()];
  }

  getRegisteredTools(): FunctionSummary[] {
    return [...this.functions.values()].map(summaryOf);
  }

  /** The functions that this service runs itself. */
  getTools(): SwaigFunction[] {
    return [...this.functions.values()].filter((entry) => entry instanceof SwaigFunction);
  }

  getTool(name: string): SwaigFunction | undefined {
    const entry = this.functions.get(name);
    return entry instanceof SwaigFunction ? entry : undefined;
  }

  /** A token for the function and call; empty where there can be none. */
  createToolToken(name: string, callId: string): string {
    try {
      return this.sessionManager.createToolToken(name, callId, this.getTool(name)?.boundArguments);
    } catch {
      return '';
    }
  }

  /** False for a function that there is not, true for one that is not secure. */
  validateToolToken(name: string, token: string, callId: string): boolean {
    const entry = this.functions.get(name);
    if (entry === undefined) return false;
    if (entry instanceof SwaigFunction && !entry.secure) return true;
    const bound = entry instanceof SwaigFunction ? entry.boundArguments : undefined;
    return this.sessionManager.validateToolToken(name, token, callId, bound);
  }

  /** Answers a call of a function in place of its handler, unless it gives back nothing. Runs after every check. */
  onFunctionCall(_name: string, _args: Arguments, _rawData: SwaigRequest): unknown {
    return undefined;
  }

  /** Checks and runs a function, by whatever way it was called. */
  protected runFunction(
    name: unknown,
    call: { callId: string; token: string; bound: string | null; args: Arguments; rawData: SwaigRequest },
  ): Promise<Ran> {
    return runFunction(
      { name, ...call },
      {
        find: (wanted) => this.getTool(wanted) ?? null,
        sessions: this.sessionManager,
        log: this.log,
        agent: ownView(this),
        intercept: (wanted, args, rawData) => this.onFunctionCall(wanted, args, rawData),
        onToolCall: this.#onToolCall,
      },
    );
  }
}

const propertiesOf = ({ parameters }: SwaigFunction): object => (parameters['properties'] as object | undefined) ?? {};
