/** The ceiling: a Hono route that parses the same JSON and sends it back. What is left above it is the price of MCP. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { reportListening } from '../target-process.ts';

const app = new Hono();
app.post('/mcp', async (c) => c.json(await c.req.json()));

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => reportListening(port));
