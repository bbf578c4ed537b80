/**
 * The MCP door, `/mcp`: Streamable HTTP without sessions. The token comes in the `Authorization` header of every request;
 * the address takes no query, so that no token ends up in one (Model Context Protocol, Authorization, Access Token Usage).
 */
import type { Hono } from 'hono';
import type { Catalogue } from '../../guard/catalogue.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { type BodyLimits, readBody } from '../../shield/body.ts';
import { type CallerParts, callerOf } from '../caller.ts';
import type { Env } from '../context.ts';
import { failure } from '../problems.ts';
import { type CallToolParts, createCallTool } from './call-tool.ts';
import { plainCall, responder } from './lane.ts';
import { PARSE_ERROR, rpcFailure } from './rpc-failure.ts';
import { CallerInfo, createSdkHandler, type Extend, type SdkParts, serverInfo } from './sdk.ts';
import { createTools } from './tools.ts';

export const MCP_PATH = '/mcp';

export interface McpParts extends CallerParts, CallToolParts {
  readonly catalogue: Catalogue;
  readonly version: string;
  readonly limits: BodyLimits;
  readonly thinLane: boolean;
  readonly extend?: Extend;
}

/** Gives back what serves the tools, for another transport to serve the same. */
export function mountMcp(app: Hono<Env>, parts: McpParts): SdkParts {
  const { version, limits, thinLane, onFault } = parts;
  const tools = createTools(parts.catalogue);
  const callTool = createCallTool(parts);
  const respond = responder(serverInfo(version));
  const served = { tools, callTool, version };
  const sdk = createSdkHandler(served, parts.extend);

  app.all(MCP_PATH, async (c) => {
    const request = c.req.raw;
    if (request.url.includes('?')) {
      throw new SallyportError(
        'invalid_input',
        'This address takes no query; send the token in the Authorization header.',
      );
    }
    const requestId = c.get('requestId');
    const caller = { by: await callerOf(c, parts), requestId };
    if (c.req.method !== 'POST') return handOver(undefined);

    const body = await readBody(request, limits, c.env?.incoming);
    if (!body.ok) {
      const { code, message } = body.error;
      return rpcFailure(failure(code, message), requestId, {}, code === 'invalid_input' ? PARSE_ERROR : undefined);
    }
    const call = thinLane ? plainCall(request.headers, body.value) : null;
    const entry = call === null ? undefined : tools.find(call.name);
    if (call === null || entry === undefined) return handOver(body.value);
    return respond(call, await callTool(entry, call.input, caller));

    async function handOver(parsedBody: unknown): Promise<Response> {
      const response = await sdk.fetch(request, { authInfo: new CallerInfo(caller), parsedBody });
      if (response.status >= 500) onFault(new Error(`the MCP handler answered ${response.status}`), requestId);
      // hop-by-hop, and Node's to say; and answers must not be stored at all (security-headers.ts)
      response.headers.delete('connection');
      response.headers.delete('cache-control');
      return response;
    }
  });
  return served;
}
