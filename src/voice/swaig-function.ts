/**
 * A function that the voice platform calls during a call (SWAIG), and how it stands in a script. The handler runs only with
 * arguments that fit its parameters; that the call may run it at all is checked before (tools/run-function.ts).
 */
import { ownCopy } from './agent/own-copy.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { BoundArguments } from './session-manager.ts';
import { isFunctionName } from './tools/function-name.ts';
import {
  type Arguments,
  type Checked,
  type JsonSchema,
  onlyDeclared,
  type Parameters,
  type ParametersGiven,
  type PropertyMap,
  parametersOf,
} from './tools/parameters.ts';
import { type PlatformParameters, platformParameters } from './tools/platform-schema.ts';
import type { OutputOf, StandardSchema } from './tools/standard-schema.ts';

/** The body that the platform posts: `function`, `call_id`, `argument`, `meta_data`, `global_data` and more, as it came. */
export type SwaigRequest = Readonly<Record<string, unknown>>;

/**
 * What a handler may give back: a `FunctionResult`, an object with `response` (sent as it is), any other object (sent to the
 * model as JSON) or a primitive (as text).
 */
export type HandlerAnswer = unknown;

/** @param agent the agent as this call has it, with what was configured for this call alone. */
export type SwaigHandler<Args = Arguments, Agent = unknown> = (
  args: Args,
  rawData: SwaigRequest,
  agent: Agent,
) => HandlerAnswer | Promise<HandlerAnswer>;

export interface SwaigErrorContext {
  readonly functionName: string;
  readonly args: Arguments;
  readonly rawData: SwaigRequest;
}
/** May give back what is said instead of the apology. */
export type SwaigErrorHandler = (fault: unknown, context: SwaigErrorContext) => HandlerAnswer | Promise<HandlerAnswer>;

/** Phrases by language, such as `{ 'en-US': ['One moment.'] }`. */
export type Fillers = Readonly<Record<string, readonly string[]>>;

export interface SwaigFunctionOptions<Args = Arguments, Agent = unknown> {
  /** A letter or underscore, then letters, digits and underscores; at most 128 characters. */
  readonly name: string;
  /** By which the model decides when to call it. */
  readonly description: string;
  readonly parameters?: ParametersGiven;
  /** Parameters that must be given, where `parameters` is a bare map. */
  readonly required?: readonly string[];
  readonly handler: SwaigHandler<Args, Agent>;
  /** Only calls whose script named the function may run it, with a token for that; true unless said. */
  readonly secure?: boolean;
  /** A token runs it once. */
  readonly singleUse?: boolean;
  /** Values that the token fixes: the model neither sees nor chooses these parameters. */
  readonly boundArguments?: BoundArguments;
  readonly fillers?: Fillers;
  /** Address of a sound that is played while it runs. */
  readonly waitFile?: string;
  readonly waitFileLoops?: number;
  /** The function is served there, by somebody else. */
  readonly webhookUrl?: string;
  /** More fields for its definition in the script, such as `meta_data`. */
  readonly extraFields?: Readonly<Record<string, unknown>>;
  readonly onError?: SwaigErrorHandler;
  /** What is said when the handler fails. */
  readonly errorMessage?: string;
}

/** The arguments of a handler by its parameters: exact for a Zod schema, by type for a bare map, open for a JSON Schema. */
export type ArgumentsOf<P> = P extends StandardSchema
  ? OutputOf<P>
  : P extends { readonly type: 'object' }
    ? Arguments
    : P extends PropertyMap
      ? { readonly [Name in keyof P]?: ValueOf<P[Name]> }
      : Arguments;

type ValueOf<S> = S extends { readonly type: 'string' }
  ? string
  : S extends { readonly type: 'number' | 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : unknown;

export class SwaigFunction {
  readonly name: string;
  readonly description: string;
  readonly secure: boolean;
  readonly singleUse: boolean;
  readonly boundArguments: BoundArguments | undefined;
  readonly webhookUrl: string | undefined;
  readonly errorMessage: string | undefined;
  readonly onError: SwaigErrorHandler | undefined;
  /** How it stands in a script, without the address. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly #parameters: Parameters;
  readonly #options: SwaigFunctionOptions<never, never>;

  /** @throws ConfigurationError for a definition that can't be meant. */
  constructor(options: SwaigFunctionOptions<never, never>) {
    const { name, description, secure = true, singleUse = false, boundArguments } = options;
    if (!isFunctionName(name))
      throw new ConfigurationError(
        `${JSON.stringify(name)} is no name for a function: use letters, digits and underscores, not a digit first, at most 128.`,
      );
    const of = `The function ${name}`;
    if (typeof options.handler !== 'function') throw new ConfigurationError(`${of} has no handler.`);
    if (!secure && (singleUse || boundArguments !== undefined))
      throw new ConfigurationError(
        `${of} is not secure, so that it has no token that could be used once or fix arguments.`,
      );
    this.name = name;
    this.description = description;
    this.secure = secure;
    this.singleUse = singleUse;
    this.boundArguments = boundArguments === undefined ? undefined : structuredClone(boundArguments);
    this.webhookUrl = options.webhookUrl;
    this.errorMessage = options.errorMessage;
    this.onError = options.onError;
    this.#options = options;
    this.#parameters = parametersOf(options.parameters, options.required);
    const declared = this.#declared();
    const strange = Object.keys(boundArguments ?? {}).filter((one) => declared !== null && !declared.has(one));
    if (strange.length > 0)
      throw new ConfigurationError(`${of} has no parameter ${strange.join(', ')} that could be fixed: declare it.`);
    this.definition = ownCopy(this.#define(options));
  }

  /** JSON Schema 2020-12 of the arguments that a caller gives. */
  get parameters(): JsonSchema {
    return this.#parameters.schema;
  }

  check(args: Arguments): Checked | Promise<Checked> {
    return this.#parameters.check(args);
  }

  /** Runs the handler, unchecked. @param args as `check` gave them back. */
  execute(args: Arguments, rawData: SwaigRequest, agent: unknown): HandlerAnswer | Promise<HandlerAnswer> {
    return this.#options.handler(args as never, rawData, agent as never); // `check` made them what the handler's type says
  }

  /** The same function, with more arguments fixed. */
  bind(more: BoundArguments): SwaigFunction {
    return new SwaigFunction({ ...this.#options, boundArguments: { ...this.boundArguments, ...more } });
  }

  /** Null where not all names are known. What is not strict takes no other names, either. */
  #declared(): ReadonlySet<string> | null {
    const { additionalProperties: others, ...schema } = this.parameters;
    return others === undefined || others === false ? onlyDeclared(schema) : null;
  }

  #define({ description, fillers, waitFile, waitFileLoops, extraFields }: SwaigFunctionOptions<never, never>) {
    const hidden = new Set(Object.keys(this.boundArguments ?? {}));
    const parameters: PlatformParameters = platformParameters(this.#parameters.schema, hidden);
    return {
      function: this.name,
      description,
      parameters,
      ...(fillers !== undefined && { fillers }),
      ...(waitFile !== undefined && { wait_file: waitFile }),
      ...(waitFileLoops !== undefined && { wait_file_loops: waitFileLoops }),
      ...extraFields,
    };
  }
}
