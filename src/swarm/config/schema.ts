/**
 * A swarm as it is written: `swarm.yaml`, or the same by `defineSwarm` in TypeScript. Unknown fields are refused: a limit with
 * a typing mistake is no limit. What one part says of another (peers, models, tools) is checked in `check.ts`.
 */
import * as z from 'zod';
import type { AgentId } from '../../kernel/ids.ts';

/** Of agents, models and tools: as people write and vendors take them. */
export const NAME = /^[a-z][a-z0-9_-]{0,47}$/;
const name = z.string().regex(NAME, 'must be lower-case letters, digits, _ and -, at most 48, and begin with a letter');
const sentence = z.string().trim().min(1).max(1_000);
const DOLLARS = 'must be US dollars such as "2.50", with at most six decimals';
/** US dollars as people write them, `"2.50"` or 2.5; at most six decimals. */
const usd = z.union([z.string().regex(/^\d{1,7}(?:\.\d{1,6})?$/, DOLLARS), z.number().min(0).max(9_999_999)], {
  error: DOLLARS,
});
const count = (max: number) => z.int().min(1).max(max);
/** The name of an environment variable. */
const variable = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'must be the name of an environment variable');
const url = z.url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' });
const jsonSchema = z.record(z.string(), z.unknown());
/** Where a secret comes from: a variable of the server's environment, or the name under which it was put into the vault. */
const secretSource = z.union([z.strictObject({ env: variable }), z.strictObject({ secret: name })], {
  error: 'must name one source, {env: VARIABLE} or {secret: name}; the value itself does not belong here',
});

const agentLimits = z.strictObject({
  /** Messages that may wait for it. */
  queueDepth: count(10_000).default(100),
  /** Turns of it at once. */
  concurrency: count(1_000).default(8),
  /** Steps of thinking within one turn, and messages to itself in a row. */
  maxSteps: count(1_000).default(20),
  /** How long a handler may run until it answers or asks for something. */
  handlerMs: count(600_000).default(60_000),
  tokensPerThread: count(1_000_000_000).optional(),
  tokensPerDay: count(1_000_000_000).optional(),
  usdPerThread: usd.optional(),
  usdPerDay: usd.optional(),
});

const agent = z.strictObject({
  name,
  description: sentence,
  kind: z.enum(['llm', 'handler', 'remote']).default('llm'),
  /** Of kind llm. */
  prompt: z.string().min(1).max(100_000).optional(),
  model: name.optional(),
  /** Of kind remote: where its worker listens, and the secret that signs what is said. */
  worker: z.strictObject({ url, secret: secretSource, timeoutMs: count(600_000).default(60_000) }).optional(),
  /** Nobody unless said. */
  peers: z.array(name).max(200).default([]),
  /** Actions (`comms.send_message`), tools of an MCP server (`files.read`, `files.*`), HTTP tools (`weather`). */
  tools: z.array(z.string().min(1).max(120)).max(200).default([]),
  input: jsonSchema.optional(),
  output: jsonSchema.optional(),
  limits: agentLimits.prefault({}),
  /** An agent that was provisioned before, with its channels; without it one is made that has none. */
  agentId: z.templateLiteral(['agt_', z.string().regex(/^[0-9A-Za-z]{1,40}$/)]).optional(),
});

const model = z.strictObject({
  alias: name,
  provider: z.enum(['openai-compatible', 'anthropic', 'scripted']),
  model: z.string().min(1).max(200),
  baseUrl: url.optional(),
  keys: z
    .array(
      z.strictObject({
        name,
        apiKeyEnv: variable.optional(),
        secret: name.optional(),
        /** When it was made, RFC 3339 date: for the alert on keys older than 30 days. */
        since: z.iso.date().optional(),
        /** From when and until when it is used, RFC 3339: a rotation with overlap. */
        from: z.iso.datetime().optional(),
        until: z.iso.datetime().optional(),
        tokensPerMinute: count(1_000_000_000).optional(),
        requestsPerMinute: count(1_000_000).optional(),
      }),
    )
    .max(100)
    .default([]),
  /** Of every key that says nothing else. */
  tokensPerMinute: count(1_000_000_000).optional(),
  requestsPerMinute: count(1_000_000).optional(),
  maxConcurrent: count(10_000).default(16),
  timeoutMs: count(600_000).default(60_000),
  maxOutputTokens: count(1_000_000).default(4_096),
  contextTokens: count(10_000_000).default(128_000),
  price: z
    .strictObject({ inputPerMillion: usd, outputPerMillion: usd, cachedInputPerMillion: usd.optional() })
    .optional(),
  /** Served by these, in order, when none of its own keys is well. */
  fallback: z.array(name).max(10).default([]),
  /** Of provider scripted: what it answers, for tests and the tour. */
  script: z.string().max(200).optional(),
});

const mcpTool = z.strictObject({
  name,
  kind: z.literal('mcp'),
  /** A program on this machine, or a server over HTTP. */
  command: z.array(z.string().min(1).max(1_000)).min(1).max(50).optional(),
  url: url.optional(),
  /** Variables for the program; only these, and none of the server's own. */
  env: z.record(variable, secretSource).default({}),
  credential: secretSource.optional(),
  /** Tools that may be repeated when it is not known what became of a call. */
  idempotent: z.array(z.string().min(1).max(120)).max(200).default([]),
  timeoutMs: count(600_000).default(60_000),
});
const httpTool = z.strictObject({
  name,
  kind: z.literal('http'),
  description: sentence,
  /** `api.example.com`, `*.example.com`; nothing else is reached, redirects included. */
  domains: z.array(z.string().min(1).max(253)).min(1).max(100),
  methods: z
    .array(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']))
    .min(1)
    .default(['GET']),
  credential: z
    .strictObject({
      header: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/)
        .default('authorization'),
      value: secretSource,
      prefix: z.string().max(20).default('Bearer '),
    })
    .optional(),
  idempotent: z.boolean().default(false),
  maxBytes: count(10_000_000).default(1_000_000),
  timeoutMs: count(120_000).default(15_000),
});

const toDo = z.enum(['allow', 'hold', 'deny']);
const policies = z.strictObject({
  /** What an agent that has read untrusted content may not do by itself. */
  flow: z
    .strictObject({
      newRecipient: z.enum(['hold', 'deny']).default('hold'),
      newLink: z.enum(['hold', 'deny']).default('hold'),
      control: z.enum(['hold', 'deny']).default('hold'),
      spendAbove: usd.default('1.00'),
      spend: z.enum(['hold', 'deny']).default('hold'),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      /** Tools that a person approves each time: `comms.send_message`, `files.*`. */
      tools: z.array(z.string().min(1).max(120)).max(200).default([]),
      /** Whoever asked may not approve. */
      otherPerson: z.boolean().default(true),
      ttlMs: count(7 * 86_400_000).default(900_000),
    })
    .prefault({}),
  /** Of what leaves the swarm: links that nobody labelled. */
  unlabelledLinks: toDo.default('hold'),
  /** A new prompt holds at once, or once a second person has confirmed it. */
  promptEdits: z.enum(['owner', 'second-person']).default('owner'),
});

export const swarmConfig = z.strictObject({
  swarm: z.strictObject({
    name,
    description: sentence.optional(),
    limits: z
      .strictObject({
        /** Threads that one person may have at work. */
        threadsPerUser: count(10_000).default(50),
        /** Calls of peers within calls of peers. */
        depth: count(100).default(8),
        /** Calls of peers that one frame may have open. */
        fanOut: count(1_000).default(16),
        /** Wall time of a thread, from one input to its answer. */
        threadMs: count(30 * 86_400_000).default(86_400_000),
        /** All agents of a thread together, as long as it lives; calls are of models, tools and peers. */
        tokensPerThread: count(100_000_000_000).optional(),
        usdPerThread: usd.optional(),
        callsPerThread: count(1_000_000_000).optional(),
        tokensPerDay: count(100_000_000_000).optional(),
        usdPerDay: usd.optional(),
        tokensPerUserPerDay: count(100_000_000_000).optional(),
        usdPerUserPerDay: usd.optional(),
      })
      .prefault({}),
    /** Who sees a thread besides its owner unless said: everybody who may look, or administrators alone. */
    visibility: z.enum(['organization', 'private']).default('organization'),
  }),
  agents: z.array(agent).min(1).max(1_000),
  models: z.array(model).max(100).default([]),
  tools: z
    .array(z.discriminatedUnion('kind', [mcpTool, httpTool]))
    .max(200)
    .default([]),
  policies: policies.prefault({}),
});

export type SwarmConfig = z.output<typeof swarmConfig>;
/** As it is written: what has a default may be left out. */
export type SwarmSource = z.input<typeof swarmConfig>;
export type AgentConfig = SwarmConfig['agents'][number];
export type ModelConfig = SwarmConfig['models'][number];
export type ToolConfig = SwarmConfig['tools'][number];

/** The agents that it names by id. */
export const boundIds = ({ agents }: SwarmConfig): readonly AgentId[] => agents.flatMap(({ agentId }) => agentId ?? []);
