/**
 * An MCP server over HTTP that does what it should not: speaks the protocol of 2025 by hand, answers each method as it is told,
 * and keeps what it was sent.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Rpc {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}
/** A result, or whatever is to be done with the response. */
type Answer = object | ((res: ServerResponse, rpc: Rpc) => void);

export interface HostileMcp extends AsyncDisposable {
  readonly url: string;
  readonly origin: string;
  readonly seen: { readonly headers: IncomingHttpHeaders; readonly rpc: Rpc }[];
  /** How each method is answered. */
  readonly answers: Record<string, Answer>;
}

export async function startHostileMcp(): Promise<HostileMcp> {
  const seen: HostileMcp['seen'] = [];
  const answers: HostileMcp['answers'] = {};
  const server = createServer((req, res) => void serve(req, res));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of req) body += chunk;
    const rpc = JSON.parse(body || '{"method":"none"}') as Rpc;
    seen.push({ headers: req.headers, rpc });
    const say = (message: object) => {
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ jsonrpc: '2.0', id: rpc.id, ...message }));
    };
    const answer = answers[rpc.method];
    if (typeof answer === 'function') return answer(res, rpc);
    if (answer !== undefined) return say({ result: answer });
    if (rpc.method === 'initialize') {
      const { protocolVersion } = rpc.params as { protocolVersion: string };
      const serverInfo = { name: 'hostile', version: '1' };
      return say({ result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
    }
    if (rpc.id === undefined) return void res.writeHead(202).end();
    say({ error: { code: -32601, message: 'Method not found' } });
  }

  return {
    url: `${origin}/mcp`,
    origin,
    seen,
    answers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
