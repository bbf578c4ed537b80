/**
 * What the swarm asks of a model, whichever vendor serves it: one conversation in, one reply out. Adapters translate
 * (`providers/models`), the router chooses key and provider (`models/router.ts`); neither adds or drops a message.
 */
import type { OrgId } from '../../kernel/ids.ts';
import type { Micros } from '../../kernel/money.ts';

/**
 * One call of a tool that a model asks for. `args` is what it wrote, parsed: always an object, not checked against the tool's
 * schema. What it wrote that is no JSON object comes as `{"$unparsed": "<its text>"}`: whoever checks arguments asks
 * `unparsedArgs` (rules/parse-args.ts) first, since a loose schema would let that through, and tells the model.
 */
export interface ToolCall {
  /** The model's own id of the call, unique within its step. */
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
}

/** In the order of the conversation. Every system message reaches the model, in each vendor's own form. */
export type ModelMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | {
      readonly role: 'tool';
      readonly call: string;
      readonly name: string;
      readonly text: string;
      readonly isError: boolean;
    };

export interface ModelTool {
  /** `[a-zA-Z0-9_-]{1,64}`, as every vendor takes it. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments, an object. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly maxOutputTokens: number;
  readonly signal: AbortSignal;
  /** Text as it comes, for those who watch; the reply holds all of it. */
  onText?(delta: string): void;
}

export interface ModelUsage {
  readonly inputTokens: number;
  /** Of the input, read from the vendor's cache. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

export interface ModelReply {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly finish: 'stop' | 'calls' | 'length' | 'filter';
  /** As the vendor counted it; null when it did not say, as with a stream that was cut. */
  readonly usage: ModelUsage | null;
  /** What it cost by the model's price; null where there is no price. */
  readonly cost: Micros | null;
  /** Who served it: the model's alias in the configuration, the key's name, the vendor's own id of the answer. */
  readonly servedBy: { readonly alias: string; readonly key: string; readonly ref: string };
}

/** Micro-units of US dollars per million tokens. */
export interface ModelPrice {
  readonly inputPerMillion: Micros;
  readonly cachedInputPerMillion?: Micros;
  readonly outputPerMillion: Micros;
}

/** What a step may use up at most: reserved before it is made. `cost` null: the price is not known. */
export interface ModelEstimate {
  readonly tokens: number;
  readonly cost: Micros | null;
}

/** Why a step failed. `retryable`: another try, later or elsewhere, may do. `sent`: the vendor may have worked (and charged). */
export class ModelFailure extends Error {
  readonly code: 'model_unavailable' | 'model_refused' | 'model_timeout' | 'model_too_large' | 'model_key_retired';
  readonly retryable: boolean;
  readonly sent: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ModelFailure['code'],
    message: string,
    more: { retryable: boolean; sent: boolean; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'ModelFailure';
    this.code = code;
    this.retryable = more.retryable;
    this.sent = more.sent;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** The router: serves an alias with whichever key and provider is well. @throws ModelFailure */
export interface Models {
  /**
   * Before anything is sent: what to reserve, by the model of this alias and its fallbacks whose count is highest. The cost is
   * null as soon as one of them has no price. @throws ModelFailure `model_too_large` for what no key could ever serve.
   */
  estimate(alias: string, request: Pick<ModelRequest, 'messages' | 'tools' | 'maxOutputTokens'>): ModelEstimate;
  generate(alias: string, request: ModelRequest): Promise<ModelReply>;
}

/** Whose models: an organisation's, and what a version of its configuration that work still runs under names besides. */
export interface ModelsOf {
  of(org: OrgId, version: number): Promise<Models>;
}
