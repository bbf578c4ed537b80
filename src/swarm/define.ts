/**
 * A swarm written in TypeScript: the same fields as `swarm.yaml`, with Zod in the place of JSON Schema and functions in the
 * place of handlers' names. `export default defineSwarm({…})` in the module that SWARM_FILE names. This file is what
 * authors import; it knows nothing of the house.
 */
import * as z from 'zod';
import type { ThreadId } from '../kernel/ids.ts';
import type { SwarmSource } from './config/schema.ts';

/** What a handler is given. It may be run again from its start: calls that were answered before answer the same at once. */
export interface HandlerContext {
  /** Asks a peer and waits for its answer. @throws CallFailed when the peer may not be addressed or fails. */
  call(peer: string, payload: unknown): Promise<unknown>;
  /** Uses a tool. @throws CallFailed when it may not be used or fails. */
  tool(name: string, args: unknown): Promise<unknown>;
  readonly thread: ThreadId;
  /** The agent's own name. */
  readonly name: string;
  /** Ms since the epoch; the same each time that the handler is run again. */
  now(): number;
  /** Aborted when the thread is killed. */
  readonly signal: AbortSignal;
}

/** `input` is what the agent's input schema made of the payload. The answer is checked against the output schema. */
export type Handler<I = unknown, O = unknown> = (context: HandlerContext, input: I) => Promise<O> | O;

/** A handler as it is registered: `input` has not been parsed by its Zod schema yet. */
export type AnyHandler = (context: HandlerContext, input: unknown) => Promise<unknown> | unknown;

/** A call was refused or failed; the message is what it answered. */
export class CallFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CallFailed';
  }
}

type AgentSource = SwarmSource['agents'][number];

interface Described extends Omit<AgentSource, 'input' | 'output' | 'kind'> {
  readonly kind?: AgentSource['kind'];
}

/** What `defineAgent` made; hand it to `defineSwarm`. */
export interface AgentDefinition {
  readonly source: AgentSource;
  readonly handler: AnyHandler | null;
}

export function defineAgent<I extends z.ZodType = z.ZodUnknown, O extends z.ZodType = z.ZodUnknown>(
  definition: Described & {
    readonly input?: I;
    readonly output?: O;
    readonly handler?: Handler<z.output<I>, z.input<O>>;
  },
): AgentDefinition {
  const { input, output, handler, ...described } = definition;
  if (handler !== undefined && described.kind !== 'handler')
    throw new TypeError(`The agent ${described.name} has a handler: give it kind: 'handler'.`);
  if (handler === undefined && described.kind === 'handler')
    throw new TypeError(`The agent ${described.name} is of kind handler: give it a handler.`);
  return {
    source: {
      ...described,
      ...(input === undefined ? {} : { input: jsonSchema(input, 'input') }),
      ...(output === undefined ? {} : { output: jsonSchema(output, 'output') }),
    },
    handler:
      handler === undefined
        ? null
        : async (context, raw) => {
            const parsed = input === undefined ? raw : input.parse(raw);
            const answer = await handler(context, parsed as z.output<I>);
            return output === undefined ? answer : output.parse(answer);
          },
  };
}

/** What a module exports as its default. Known by a mark, as the module may have its own copy of this file. */
export interface SwarmDefinition {
  readonly [SWARM]: true;
  readonly source: SwarmSource;
  readonly handlers: ReadonlyMap<string, AnyHandler>;
}
const SWARM: unique symbol = Symbol.for('sallyport.swarm') as never;

export function defineSwarm({
  agents,
  ...rest
}: Omit<SwarmSource, 'agents'> & { readonly agents: readonly AgentDefinition[] }): SwarmDefinition {
  return {
    [SWARM]: true,
    source: { ...rest, agents: agents.map(({ source }) => source) },
    handlers: new Map(agents.flatMap(({ source, handler }) => (handler === null ? [] : [[source.name, handler]]))),
  };
}

export const isSwarmDefinition = (value: unknown): value is SwarmDefinition =>
  typeof value === 'object' && value !== null && SWARM in value;

/** Zod spells formats as patterns too, which look ahead; the format says the same and is checked in bounded time. */
const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const {
    $schema: _,
    '~standard': __,
    ...made
  } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema: one }) {
      if (one.format !== undefined) delete one.pattern;
    },
  }) as Record<string, unknown>;
  return made;
};
