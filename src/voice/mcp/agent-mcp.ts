/**
 * An agent's functions as MCP tools (2026-07-28 and 2025-11-25, stateless), at the same door as the platform's calls: the
 * credentials are checked before, and a secure function asks for its token here too. A client sends it, with the id of the call,
 * in the request's `_meta`: `sallyport/call_id`, `sallyport/token` and, for fixed arguments, `sallyport/args`.
 *
 * Threat: an MCP endpoint mounted beside the guarded routes, through which anybody ran a protected tool.
 */
import type { CallToolResult, McpHttpHandler, Tool } from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import { parseBody } from '../door/body.ts';
import type { Logger } from '../logger.ts';
import type { SwaigFunction } from '../swaig-function.ts';
import type { Arguments } from '../tools/parameters.ts';
import type { Ran } from '../tools/run-function.ts';

export interface AgentMcpParts {
  readonly name: string;
  readonly log: Logger;
  readonly tools: () => readonly SwaigFunction[];
  readonly run: (
    name: string,
    call: {
      callId: string;
      token: string;
      bound: string | null;
      args: Arguments;
      rawData: Readonly<Record<string, unknown>>;
    },
  ) => Promise<Ran>;
}

const CALL_ID = 'sallyport/call_id';
const TOKEN = 'sallyport/token';
const ARGS = 'sallyport/args';
const VERSION = '1.0.0';

/** Handles a POST whose credentials have been checked. */
export function agentMcp(parts: AgentMcpParts): (c: Context, bytes: Uint8Array) => Promise<Response> {
  let handler: Promise<McpHttpHandler> | undefined;
  return async (c, bytes) => {
    const parsedBody = parseBody(c, bytes);
    handler ??= load(parts); // the protocol's package is large: only agents that serve it pay for it
    const response = await (await handler).fetch(c.req.raw, { parsedBody });
    response.headers.delete('connection'); // hop-by-hop, and Node's to say
    return response;
  };
}

async function load({ name, log, tools, run }: AgentMcpParts): Promise<McpHttpHandler> {
  const { createMcpHandler, ProtocolError, ProtocolErrorCode, Server } = await import('@modelcontextprotocol/server');
  return createMcpHandler(() => {
    const server = new Server({ name, version: VERSION }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/list', () => ({ tools: tools().map(toolOf) }));
    server.setRequestHandler('tools/call', async ({ params }) => {
      if (!tools().some((tool) => tool.name === params.name))
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no such tool');
      const meta = (params._meta ?? {}) as Readonly<Record<string, unknown>>;
      const callId = textOf(meta[CALL_ID]) ?? '';
      const ran = await run(params.name, {
        callId,
        token: textOf(meta[TOKEN]) ?? '',
        bound: textOf(meta[ARGS]),
        args: { ...params.arguments },
        rawData: { function: params.name, call_id: callId },
      });
      log.info('a tool was called over MCP', { function: params.name, callId, outcome: ran.is });
      return resultOf(ran);
    });
    return server;
  });
}

const toolOf = ({ name, description, parameters }: SwaigFunction): Tool => ({
  name,
  description,
  inputSchema: parameters as Tool['inputSchema'], // an object's schema: SwaigFunction takes no other
});

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function resultOf(ran: Ran): CallToolResult {
  const answer = 'answer' in ran ? ran.answer : { response: 'There is no such tool.' };
  const said = 'response' in answer && typeof answer.response === 'string' ? answer.response : JSON.stringify(answer);
  return { content: [{ type: 'text', text: said }], ...(ran.is !== 'answered' && { isError: true }) };
}
