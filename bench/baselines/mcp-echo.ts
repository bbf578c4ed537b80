/**
 * The yardstick: the official MCP server with one echo tool, without authentication, guards or a log, on the same HTTP
 * stack as the product. As documented, the handler reads the body itself; with the argument `tuned` it is handed the
 * parsed body, which saves it a clone of the request.
 */
import { serve } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import * as z from 'zod';
import { reportListening } from '../target-process.ts';

const inputSchema = z.object({ to: z.string(), body: z.string() });

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'echo', version: '1.0.0' });
  server.registerTool('comms_send_message', { description: 'Echo', inputSchema }, ({ to, body }) => ({
    content: [{ type: 'text', text: to + body }],
  }));
  return server;
});

const app = new Hono();
if (process.argv[2] === 'tuned') {
  app.post('/mcp', async (c) => handler.fetch(c.req.raw, { parsedBody: await c.req.json() }));
} else {
  app.all('/mcp', (c) => handler.fetch(c.req.raw));
}

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => reportListening(port));
