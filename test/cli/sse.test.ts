/** The legacy door of a real server in a process of its own: real tokens, real revocation, real log lines. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { expect, onTestFinished, test } from 'vitest';
import { agentOf, type Server, startServer, temporaryFolder } from './command-line.ts';

async function connect({ url }: Server, query: string): Promise<Client> {
  const client = new Client({ name: 'old', version: '1.0.0' });
  onTestFinished(() => client.close());
  await client.connect(new SSEClientTransport(new URL(`${url}/sse${query}`)));
  return client;
}

test('a client of HTTP+SSE sends a message, and is out as soon as its token is revoked', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path, { LOG_LEVEL: 'trace' });
  const agent = await agentOf(server);
  const client = await connect(server, `?token=${agent.token}&agentId=${agent.id}`);
  const send = () => client.callTool({ name: 'comms_send_message', arguments: { to: '+14155550101', body: 'Hello' } });
  expect(await send()).toMatchObject({ structuredContent: { status: 'sent' } });

  expect((await server.post('identity/revoke-agent-token', { agentId: agent.id })).status).toBe(200);
  await expect(send()).rejects.toThrow('401');
  const sent = await server.post('comms/get-messages', { agentId: agent.id });
  expect(sent.body['messages']).toHaveLength(1);
  await expect(connect(server, `?token=${agent.token}`)).rejects.toThrow('401');

  expect(await server.stop()).toBe(0);
  const printed = JSON.stringify(server.lines);
  expect(printed).not.toContain(agent.token);
  expect(printed).not.toContain('sessionId');
});

test('a server with an open stream stops at once', async () => {
  using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const agent = await agentOf(server);
  await connect(server, `?token=${agent.token}`);
  expect(await server.stop('SIGTERM')).toBe(0);
  expect(server.lines.at(-1)).toMatchObject({ msg: 'stopped' });
}, 7_000); // a drain that waited for the stream would take 8 s

test('LEGACY_SSE=false takes the door away, SSE_QUERY_TOKEN=false the token in the address', async () => {
  using folder = temporaryFolder();
  await using first = await startServer(folder.path, { SSE_QUERY_TOKEN: 'false' });
  const agent = await agentOf(first);
  await expect(connect(first, `?token=${agent.token}`)).rejects.toThrow('400');
  expect(await first.stop()).toBe(0);
  await using second = await startServer(folder.path, { LEGACY_SSE: 'false' });
  await expect(connect(second, `?token=${agent.token}`)).rejects.toThrow('404');
});
