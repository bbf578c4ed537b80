/** The MCP Inspector's command line as one more client, against a server in a process of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentOf, type Server, startServer, temporaryFolder } from '../cli/command-line.ts';
import { runTool } from './child.ts';

const INSPECTOR = '@modelcontextprotocol/inspector/clients/cli/build/index.js';
const WITHIN_MS = 25_000;

let server: Server;
let agent: { readonly id: string; readonly token: string };
const folder = temporaryFolder();
beforeAll(async () => {
  server = await startServer(folder.path);
  agent = await agentOf(server);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe.for([
  ['Streamable HTTP, 2025-11-25', ['http', '/mcp', 'legacy']],
  ['Streamable HTTP, 2026-07-28', ['http', '/mcp', 'modern']],
  ['HTTP+SSE', ['sse', '/sse', 'legacy']],
] as const)('over %s', ([, [transport, path, era]]) => {
  const inspect = (...argv: string[]) =>
    runTool(
      INSPECTOR,
      [
        ...[
          '--server-url',
          `${server.url}${path}`,
          '--transport',
          transport,
          '--protocol-era',
          era,
          '--format',
          'json',
        ],
        ...['--header', `Authorization: Bearer ${agent.token}`, ...argv],
      ],
      WITHIN_MS,
    );

  it('lists the tools, and finds no fault with their schemas', async () => {
    const { code, out, err } = await inspect('--method', 'tools/list', '--strict');
    expect([code, err]).toEqual([0, expect.not.stringMatching(/\b(?:[Ee]rror|[Ww]arning)\b/)]);
    const names = JSON.parse(out).result.tools.map(({ name }: { name: string }) => name);
    expect(names).toContain('comms_send_message');
    expect(names).not.toContain('comms_create_organization');
  });

  it('sends a message', async () => {
    const { code, out } = await inspect(
      ...['--method', 'tools/call', '--tool-name', 'comms_send_message'],
      ...['--tool-args-json', '{"to":"+14155550101","body":"Hello"}'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(out).result).toMatchObject({ structuredContent: { status: 'sent', to: '+14155550101' } });
  });

  it('reads why it is refused', async () => {
    const { out } = await inspect(
      ...['--method', 'tools/call', '--tool-name', 'comms_send_message'],
      ...['--tool-args-json', '{"to":"+14155550120","body":"Hello"}'],
    );
    expect(JSON.parse(out).result).toMatchObject({ isError: true, structuredContent: { code: 'consent_required' } });
  });
});
