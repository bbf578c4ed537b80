/**
 * A function that the platform runs by itself (`data_map`): it asks web services or compares texts, and the agent never hears of
 * the call. Texts may name values as `${args.city}`; the platform fills those in.
 */

import { jsonCopy } from './agent/json-copy.ts';
import { ConfigurationError } from './configuration-error.ts';
import { FunctionResult } from './function-result.ts';
import { fillReferences } from './tools/environment-references.ts';
import { isFunctionName } from './tools/function-name.ts';
import type { RawFunction } from './tools/function-table.ts';
import { platformParameters } from './tools/platform-schema.ts';

type Data = Readonly<Record<string, unknown>>;

const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'];
/** That the platform knows. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

export interface DataMapParameterOptions {
  readonly required?: boolean;
  readonly enum?: readonly unknown[];
}

export interface WebhookOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the body as a form, in this field. */
  readonly formParam?: string;
  /** Sends the arguments along. */
  readonly inputArgsAsParams?: boolean;
  /** Is asked only if these arguments are there. */
  readonly requireArgs?: readonly string[];
}

/** Texts made of the elements of a list: `append` for each, with `${this.field}`, as the value `output_key`. */
export interface ForeachConfig {
  readonly input_key: string;
  readonly output_key: string;
  readonly append: string;
  readonly max?: number;
}

export class DataMap {
  readonly functionName: string;
  #description: string;
  readonly #properties = new Map<string, Data>();
  readonly #required = new Set<string>();
  readonly #expressions: Data[] = [];
  readonly #webhooks: Record<string, unknown>[] = [];
  #fallback: Data | undefined;
  #errorKeys: readonly string[] | undefined;
  #isExpanded = false;
  #prefixes: readonly string[] | undefined;

  /** @throws ConfigurationError for what is no name of a function. */
  constructor(functionName: string) {
    if (!isFunctionName(functionName))
      throw new ConfigurationError(
        `${JSON.stringify(functionName)} is no name for a function: use letters, digits and underscores, not a digit first, at most 128.`,
      );
    this.functionName = functionName;
    this.#description = `Execute ${functionName}`;
  }

  /** By which the model decides when to call it. */
  purpose(description: string): this {
    this.#description = description;
    return this;
  }

  /** The same as `purpose()`. */
  description(description: string): this {
    return this.purpose(description);
  }

  /** @throws ConfigurationError for a type that there is not, or values of another type. */
  parameter(name: string, paramType: string, description: string, options: DataMapParameterOptions = {}): this {
    if (!TYPES.includes(paramType))
      throw new ConfigurationError(`The parameter ${name} must be of a type of ${TYPES.join(', ')}, not ${paramType}.`);
    const schema = jsonCopy({ type: paramType, description, enum: options.enum });
    const said = platformParameters({ type: 'object', properties: { [name]: schema } }).properties[name];
    if (schema.enum !== undefined && said?.['enum'] === undefined)
      throw new ConfigurationError(`The values of the parameter ${name} must be of its type, ${paramType}.`);
    this.#properties.set(name, schema);
    if (options.required === true) this.#required.add(name);
    else this.#required.delete(name);
    return this;
  }

  /**
   * Answers if a text matches; the first that does counts.
   *
   * @param pattern a regular expression; of a `RegExp` the source alone, as the platform has no flags.
   */
  expression(
    testValue: string,
    pattern: string | RegExp,
    output: FunctionResult,
    nomatchOutput?: FunctionResult,
  ): this {
    this.#expressions.push({
      string: testValue,
      pattern: typeof pattern === 'string' ? pattern : pattern.source,
      output: outputOf(output),
      ...(nomatchOutput !== undefined && { 'nomatch-output': outputOf(nomatchOutput) }),
    });
    return this;
  }

  /** Another web service, that is asked if those before it failed. @throws ConfigurationError for an unknown method. */
  webhook(method: string, url: string, options: WebhookOptions = {}): this {
    const upper = method.toUpperCase();
    if (!METHODS.includes(upper))
      throw new ConfigurationError(`A webhook is asked by ${METHODS.join(', ')}, not ${JSON.stringify(method)}.`);
    const { headers, formParam, inputArgsAsParams, requireArgs } = options;
    this.#webhooks.push(
      jsonCopy({
        url,
        method: upper,
        headers,
        form_param: formParam,
        input_args_as_params: inputArgsAsParams,
        require_args: requireArgs,
      }),
    );
    return this;
  }

  /** Compared with the last webhook's answer. */
  webhookExpressions(expressions: readonly Data[]): this {
    return this.#ofWebhook('expressions', expressions);
  }

  /** Of the last webhook's request. */
  body(data: Data): this {
    return this.#ofWebhook('body', data);
  }

  /** Of the last webhook's request. */
  params(data: Data): this {
    return this.#ofWebhook('params', data);
  }

  /** Over a list in the last webhook's answer. */
  foreach(config: ForeachConfig): this {
    for (const key of ['input_key', 'output_key', 'append'] as const)
      if (typeof config[key] !== 'string') throw new ConfigurationError(`foreach() needs ${key}, a text.`);
    return this.#ofWebhook('foreach', config);
  }

  /** What is answered when the last webhook did. */
  output(result: FunctionResult): this {
    return this.#ofWebhook('output', outputOf(result));
  }

  /** What is answered when every webhook failed. */
  fallbackOutput(result: FunctionResult): this {
    this.#fallback = outputOf(result);
    return this;
  }

  /** Members by which an answer is a failure: the last webhook's, or every one's while there is none. */
  errorKeys(keys: readonly string[]): this {
    return this.#webhooks.length === 0 ? this.globalErrorKeys(keys) : this.#ofWebhook('error_keys', keys);
  }

  globalErrorKeys(keys: readonly string[]): this {
    this.#errorKeys = [...keys];
    return this;
  }

  /** Fills in `${ENV.NAME}` from this machine's environment, in what leaves it. */
  enableEnvExpansion(enabled = true): this {
    this.#isExpanded = enabled;
    return this;
  }

  /** What variables' names must begin with, in place of those for every definition. None: nothing is filled in. */
  setAllowedEnvPrefixes(prefixes: readonly string[]): this {
    this.#prefixes = [...prefixes];
    return this;
  }

  /** As it stands in a script. */
  toSwaigFunction(): RawFunction & { readonly data_map: Data } {
    const definition = jsonCopy({
      function: this.functionName,
      description: this.#description,
      parameters: platformParameters({
        type: 'object',
        properties: Object.fromEntries(this.#properties),
        required: [...this.#required],
      }),
      data_map: {
        expressions: this.#expressions.length === 0 ? undefined : this.#expressions,
        webhooks: this.#webhooks.length === 0 ? undefined : this.#webhooks,
        output: this.#fallback,
        error_keys: this.#errorKeys,
      },
    });
    return this.#isExpanded ? fillReferences(definition, this.#prefixes) : definition;
  }

  /** @throws ConfigurationError while it would do nothing, which the platform refuses. */
  registerWithAgent(agent: { registerSwaigFunction(definition: RawFunction): unknown }): this {
    if (this.#webhooks.length === 0 && this.#expressions.length === 0 && this.#fallback === undefined)
      throw new ConfigurationError(
        `The function ${this.functionName} does nothing: give it a webhook(), an expression() or a fallbackOutput().`,
      );
    agent.registerSwaigFunction(this.toSwaigFunction());
    return this;
  }

  #ofWebhook(name: string, value: unknown): this {
    const last = this.#webhooks.at(-1);
    if (last === undefined)
      throw new ConfigurationError(`Must add webhook() before what is said of it (${name}): it is of the last one.`);
    last[name] = jsonCopy(value);
    return this;
  }
}

/** An answer of a data map always has a text, be it an empty one. */
const outputOf = (result: FunctionResult): Data => ({ response: '', ...jsonCopy(result.toDict()) });

export interface SimpleParameter {
  readonly type?: string;
  readonly description?: string;
  readonly required?: boolean;
}

export interface SimpleApiTool {
  readonly name: string;
  readonly url: string;
  /** Such as `It is ${temp} degrees.`, of the service's answer. */
  readonly responseTemplate: string;
  readonly parameters?: Readonly<Record<string, SimpleParameter>>;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Data;
  readonly errorKeys?: readonly string[];
}

/** One web service, asked and told of. */
export function createSimpleApiTool(options: SimpleApiTool): DataMap {
  const { name, url, responseTemplate, parameters, method = 'GET', headers, body, errorKeys } = options;
  const map = withParameters(new DataMap(name), parameters).webhook(method, url, headers && { headers });
  if (body !== undefined) map.body(body);
  if (errorKeys !== undefined) map.errorKeys(errorKeys);
  return map.output(new FunctionResult(responseTemplate));
}

export interface ExpressionTool {
  readonly name: string;
  /** By the text that is compared: `{ '${args.word}': ['^yes', result] }`. */
  readonly patterns: Readonly<Record<string, readonly [pattern: string | RegExp, result: FunctionResult]>>;
  readonly parameters?: Readonly<Record<string, SimpleParameter>>;
}

/** Texts compared, and nothing else. */
export function createExpressionTool({ name, patterns, parameters }: ExpressionTool): DataMap {
  const map = withParameters(new DataMap(name), parameters);
  for (const [value, [pattern, result]] of Object.entries(patterns)) map.expression(value, pattern, result);
  return map;
}

function withParameters(map: DataMap, parameters: Readonly<Record<string, SimpleParameter>> = {}): DataMap {
  for (const [name, { type = 'string', description = `${name} parameter`, required }] of Object.entries(parameters))
    map.parameter(name, type, description, required === true ? { required } : {});
  return map;
}
