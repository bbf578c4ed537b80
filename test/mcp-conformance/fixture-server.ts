/**
 * The real application with what the public conformance suite calls: two fixture actions in the catalogue, which pass
 * authentication, guards and `perform` like any other, and tools of the bare protocol (images, progress, logging …), which
 * Sallyport does not make itself but its door has to carry. In tests alone. The suite sends no token, so a proxy on loopback
 * adds it.
 */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type CallToolResult,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { readAction } from '../../src/guard/action.ts';
import { createCatalogue } from '../../src/guard/catalogue.ts';
import { SallyportError } from '../../src/kernel/errors.ts';
import { callerIn, type SdkParts } from '../../src/server/mcp/sdk.ts';
import { AGENT, listening } from '../server/fixture.ts';

const common = {
  version: 1,
  access: 'agent:act',
  subject: 'agent',
  risk: 'low',
  guards: [],
  doors: ['mcp'],
  input: z.object({}),
} as const;

/** What the suite asks of tools that Sallyport has: text, and an error. */
const catalogue = createCatalogue({
  inputPolicy: 'standard',
  everywhere: () => [],
  actions: [
    readAction({
      ...common,
      name: 'test.simple_text',
      says: 'Answers with a text.',
      output: z.object({ text: z.string() }),
      read: async () => ({ text: 'This is a simple text response for testing.' }),
    }),
    readAction({
      ...common,
      name: 'test.error_handling',
      says: 'Fails.',
      output: z.object({}),
      async read() {
        throw new SallyportError('conflict', 'This tool intentionally returns an error for testing');
      },
    }),
  ],
});

/** One red pixel, and a sound without samples. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';
const text = (of: string) => ({ type: 'text', text: of }) as const;
const IMAGE = { type: 'image', data: PNG, mimeType: 'image/png' } as const;
const EMBEDDED = {
  type: 'resource',
  resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'This is an embedded resource content.' },
} as const;

/** Between two notifications, so that they arrive apart. */
const APART_MS = 50;

type Run = (context: ServerContext) => CallToolResult | Promise<CallToolResult>;

/** By name: what the suite says that each does. */
const PROTOCOL_TOOLS: Readonly<Record<string, Run>> = {
  test_image_content: () => ({ content: [IMAGE] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({ content: [EMBEDDED] }),
  test_multiple_content_types: () => ({ content: [text('Multiple content types test:'), IMAGE, EMBEDDED] }),
  async test_tool_with_progress({ mcpReq }) {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await wait(APART_MS);
    }
    return { content: [text('done')] };
  },
  async test_tool_with_logging({ mcpReq }) {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', line);
      await wait(APART_MS);
    }
    return { content: [text('done')] };
  },
  async test_logging_tool({ mcpReq }) {
    await mcpReq.log('info', 'only for who asked for it');
    return { content: [text('done')] };
  },
  test_missing_capability() {
    throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
  },
  test_streaming_elicitation: () => ({ content: [text('done')] }),
};

/** Keywords that a server must not lose on the way to its tool list (SEP-1613, SEP-2106). */
const SCHEMA_TOOL: Tool = {
  name: 'json_schema_2020_12_tool',
  description: 'Tool with JSON Schema 2020-12 features',
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  },
};

const LISTED: readonly Tool[] = [
  SCHEMA_TOOL,
  ...Object.keys(PROTOCOL_TOOLS).map((name) => ({
    name,
    description: 'A tool of the conformance suite.',
    inputSchema: { type: 'object' as const },
  })),
];

function extendMcp(server: Server, { tools, callTool }: SdkParts): void {
  server.registerCapabilities({ logging: {} });
  server.setRequestHandler('tools/list', (_, { http }) => {
    const listed = tools.list(callerIn(http?.authInfo).by);
    return { ...listed, tools: [...listed.tools, ...LISTED] };
  });
  server.setRequestHandler('tools/call', ({ params }, context) => {
    const run = PROTOCOL_TOOLS[params.name];
    if (run !== undefined) return run(context);
    const entry = tools.find(params.name);
    if (entry === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Tool ${params.name} not found`);
    return callTool(entry, params.arguments ?? {}, callerIn(context.http?.authInfo));
  });
}

/** @param finished told how to end what was started. @returns the proxy's address of the MCP door. */
export async function startFixtureServer(finished: (end: () => Promise<void>) => void): Promise<URL> {
  const { port } = await listening({ extendMcp, parts: { catalogue } }, finished);
  const open = new Set<Socket>();
  const proxy = createServer((asked, answer) => {
    const { method = 'GET', url: path = '/', headers } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path, headers: { ...AGENT, ...headers } }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  });
  proxy.on('connection', (socket) => open.add(socket.on('close', () => open.delete(socket))));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  finished(async () => {
    for (const socket of open) socket.destroy();
    proxy.close();
  });
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new TypeError('listening on no port');
  return new URL(`http://localhost:${address.port}/mcp`);
}
