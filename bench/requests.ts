/**
 * The calls that the bench makes: `comms_send_message` over MCP in its two protocol eras, 400 different ones or one for each
 * party, the same for every target. Each carries a bearer token, so that the baselines parse headers of the same size.
 */
import type { Request } from 'autocannon';
import type { Party } from './messages.ts';

/** Makes the requests of one run; each connection takes a part of them in turn and repeats it. */
export type RequestBuilder = (parties: readonly Party[]) => Request[];

const TOOL = 'comms_send_message';
const CALLS = 400;

const ANYBODY: readonly Party[] = Array.from({ length: 200 }, (_, n) => ({
  token: `bench_${'x'.repeat(40)}${n}`,
  to: `+1415555${String(n).padStart(4, '0')}`,
}));

/** 2026-07-28: every request names its protocol in headers and in `_meta`; there is no session. */
export const modernCalls: RequestBuilder = (parties) =>
  calls(
    parties,
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': TOOL },
    {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  );

/** 2025-11-25, as a stateless server takes it: no `initialize` first, no session id. */
export const calls2025: RequestBuilder = (parties) => calls(parties, { 'mcp-protocol-version': '2025-11-25' }, {});

function calls(parties: readonly Party[], eraHeaders: Record<string, string>, eraParams: object): Request[] {
  const cast = parties.length === 0 ? ANYBODY : parties;
  return Array.from({ length: Math.max(CALLS, cast.length) }, (_, id) => {
    const { token, to } = cast[id % cast.length]!;
    const body = `Hello, your table for two is booked at seven. Reply STOP to opt out. #${id}`;
    return {
      method: 'POST',
      path: '/mcp',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...eraHeaders,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: TOOL, arguments: { to, body }, ...eraParams },
      }),
    };
  });
}
