/**
 * The thin lane: a plain `tools/call` is recognised here and answered without the SDK's server, transport and streams,
 * which cost more than the guard. Whatever is unusual in any way is handed to the SDK; what is served here must be
 * indistinguishable from what the SDK would answer, which a differential test holds (test/server/mcp-lane.test.ts).
 *
 * Era and header rules are the SDK's own `classifyInboundRequest`; what its handler checks besides is repeated here. The
 * caller has made sure of the method POST and the type application/json.
 */
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  classifyInboundRequest,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import type { Json } from '../../kernel/canonical-json.ts';

/** A call that the lane may serve, if there is a tool of that name. */
export interface PlainCall {
  readonly era: 'modern' | 'legacy';
  readonly id: string | number;
  readonly name: string;
  readonly input: Members;
}

type Members = { readonly [name: string]: Json | undefined };

/** The one stateless revision; the SDK does not export it. */
const MODERN_REVISION = '2026-07-28';

/** Other members (progress tokens, multi-round-trip state, tasks, tracing) change how a call is answered, or may one day. */
const PLAIN_PARAMS = new Set(['name', 'arguments', '_meta']);
const PLAIN_META = new Set([PROTOCOL_VERSION_META_KEY, CLIENT_INFO_META_KEY, CLIENT_CAPABILITIES_META_KEY]);

/** Pure. Null: hand it to the SDK. */
export function plainCall(headers: Pick<Headers, 'get'>, body: Json): PlainCall | null {
  if (!isMembers(body) || body['method'] !== 'tools/call') return null;
  const { id, params } = body;
  if (!isId(id) || !isMembers(params)) return null;
  const { name, arguments: input = {}, _meta: meta = {} } = params;
  if (typeof name !== 'string' || !isMembers(input) || !isMembers(meta)) return null;
  if (!hasOnly(PLAIN_PARAMS, params) || !hasOnly(PLAIN_META, meta)) return null;
  const era = eraOf(headers, body, name);
  return era === null ? null : { era, id, name, input };
}

function eraOf(headers: Pick<Headers, 'get'>, body: Members, name: string): PlainCall['era'] | null {
  const version = headers.get('mcp-protocol-version');
  const mcpMethod = headers.get('mcp-method');
  const mcpName = headers.get('mcp-name');
  const found = classifyInboundRequest({
    httpMethod: 'POST',
    ...(version === null ? {} : { protocolVersionHeader: version }),
    ...(mcpMethod === null ? {} : { mcpMethodHeader: mcpMethod }),
    ...(mcpName === null ? {} : { mcpNameHeader: mcpName }),
    body,
  });
  if (found.kind === 'modern') {
    // the classifier compares the first two with the body when they are there, the third not at all
    const complete = version !== null && mcpMethod !== null && mcpName === name;
    return found.messageKind === 'request' && found.classification.revision === MODERN_REVISION && complete
      ? 'modern'
      : null;
  }
  if (found.kind !== 'legacy' || found.reason !== 'no-claim') return null;
  const accept = headers.get('accept') ?? '';
  const acceptsBoth = accept.includes('application/json') && accept.includes('text/event-stream');
  return acceptsBoth && (version === null || SUPPORTED_PROTOCOL_VERSIONS.includes(version)) ? 'legacy' : null;
}

export type Respond = (call: PlainCall, result: CallToolResult) => Response;

const JSON_HEADERS = { 'content-type': 'application/json' };
const SSE_HEADERS = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** The response as the SDK gives it: JSON in the modern era; one event of a stream, without the modern members, before it. */
export function responder(serverInfo: { readonly name: string; readonly version: string }): Respond {
  const modern = { resultType: 'complete', _meta: { [SERVER_INFO_META_KEY]: serverInfo } };
  return ({ era, id }, result) => {
    if (era === 'modern') {
      return new Response(JSON.stringify({ result: { ...result, ...modern }, jsonrpc: '2.0', id }), {
        headers: JSON_HEADERS,
      });
    }
    return new Response(`event: message\ndata: ${JSON.stringify({ result, jsonrpc: '2.0', id })}\n\n`, {
      headers: SSE_HEADERS,
    });
  };
}

const isId = (value: Json | undefined): value is string | number =>
  typeof value === 'string' || Number.isSafeInteger(value);

const isMembers = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function hasOnly(names: ReadonlySet<string>, members: Members): boolean {
  for (const name in members) if (!names.has(name)) return false;
  return true;
}
