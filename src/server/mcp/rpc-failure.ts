/**
 * What the MCP door refuses before the protocol begins (source, token, body), as a JSON-RPC error response without an id
 * (Streamable HTTP: such a body may come with an HTTP error status). What an action refuses is a tool result instead.
 */
import type { ErrorCode } from '../../kernel/errors.ts';
import { type Failure, retryAfter, statusOf } from '../problems.ts';

/** JSON-RPC 2.0 §5.1; the SDK answers a wrong type, method, Host or Origin with -32000, too. */
const INVALID_REQUEST = -32_600;
const INTERNAL = -32_603;
const SERVER_ERROR = -32_000;

const codeOf = (code: ErrorCode): number => {
  if (code === 'invalid_input') return INVALID_REQUEST;
  return statusOf(code) >= 500 ? INTERNAL : SERVER_ERROR;
};

export const PARSE_ERROR = -32_700;

export function rpcFailure(
  failed: Failure,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
  code = codeOf(failed.code),
): Response {
  const error = { code, message: failed.say, data: { code: failed.code, requestId } };
  return new Response(JSON.stringify({ jsonrpc: '2.0', error, id: null }), {
    status: statusOf(failed.code),
    headers: { 'content-type': 'application/json', ...retryAfter(failed), ...headers },
  });
}
