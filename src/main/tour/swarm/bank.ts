/**
 * The tour's outside world: a bank as an MCP server on this machine. It keeps a book, so that it can be seen what was done, and
 * how often, whoever was killed meanwhile; and it can be told to take an order and say nothing, as networks do.
 */
import { serve } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export interface Bank extends AsyncDisposable {
  readonly origin: string;
  readonly url: string;
  /** To whom money went, in order: what this bank has done. */
  readonly book: readonly string[];
  /** From now on transfers are made and not answered, until `speak`. */
  hush(): void;
  speak(): void;
}

const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });

export async function openBank(): Promise<Bank> {
  const book: string[] = [];
  let silent = false;

  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bank', version: '1.0.0' });
    server.registerTool(
      'look_up',
      { description: 'Tells the balance of an account.', inputSchema: z.object({ account: z.string() }) },
      ({ account }) => text(`${account} has 1 200 dollars`),
    );
    server.registerTool(
      'transfer',
      {
        description: 'Sends money to an account. It cannot be taken back.',
        inputSchema: z.object({ account: z.string(), dollars: z.int().min(1) }),
      },
      ({ account, dollars }) => {
        book.push(account);
        return silent ? new Promise<never>(() => undefined) : text(`${dollars} dollars went to ${account}`);
      },
    );
    return server;
  });

  const listening = Promise.withResolvers<number>();
  const running = serve({ fetch: (request) => handler.fetch(request), hostname: '127.0.0.1', port: 0 }, ({ port }) =>
    listening.resolve(port),
  );
  const origin = `http://127.0.0.1:${await listening.promise}`;
  return {
    origin,
    url: `${origin}/mcp`,
    book,
    hush: () => {
      silent = true;
    },
    speak: () => {
      silent = false;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => running.close(resolve));
      if ('closeAllConnections' in running) running.closeAllConnections();
      await closed;
    },
  };
}
