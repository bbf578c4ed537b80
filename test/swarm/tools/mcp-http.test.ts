/** MCP servers over HTTP: the official one, and one that does what it should not. */
import type { ServerResponse } from 'node:http';
import { serve } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createMcpServers } from '../../../src/providers/tools/mcp-servers.ts';
import { createReach } from '../../../src/providers/tools/reach.ts';
import type { ToolFailure } from '../../../src/swarm/tools/port.ts';
import type { McpConfig, ToolServer } from '../../../src/swarm/tools/servers.ts';
import { startHostileMcp } from '../../doubles/hostile-mcp.ts';
import { testClock } from '../../support/house.ts';

const OWN = 'org_own';
const hostile = await startHostileMcp();
const elsewhere = await startHostileMcp();
const official = await startOfficial();
const clock = testClock();
const servers = createMcpServers({
  version: '0.0.0',
  clock,
  secrets: { open: async (_, source) => ('secret' in source && source.secret === 'key' ? 'b3arer' : null) },
  reach: createReach({ ownOrganization: OWN, localOrigins: [hostile.origin, official.origin] }),
  programs: [],
  ownOrganization: OWN,
  onLine: () => undefined,
});
afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await Promise.all([hostile, elsewhere, official].map((one) => one[Symbol.asyncDispose]()));
});

/** Only what never answers is waited for in vain. */
const hangs = (why: string) => (why === 'in time' || why === 'tool_timeout' ? { timeoutMs: 150 } : {});
let fresh = 0;
/** Each its own connection. */
const config = (url: string, more: Partial<McpConfig> = {}): McpConfig => ({
  name: `server${fresh++}`,
  kind: 'mcp',
  url,
  env: {},
  credential: { secret: 'key' },
  idempotent: [],
  timeoutMs: 10_000,
  ...more,
});
const TOOL = { name: 'read', description: 'Reads.', inputSchema: { type: 'object' } };
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (one: ToolFailure) => one,
  );
const call = (server: ToolServer, tool = 'read', args: unknown = {}) =>
  server.call({ tool, args, key: 'act_1', signal: new AbortController().signal });

beforeEach(() => {
  for (const { answers, seen } of [hostile, elsewhere]) {
    for (const name of Object.keys(answers)) delete answers[name];
    seen.length = 0;
  }
  hostile.answers['tools/list'] = { tools: [TOOL] };
});

describe('the official server over HTTP', () => {
  it('is listed and called in the newest protocol, with the credential on every request', async () => {
    const server = servers.of(OWN, config(official.url, { timeoutMs: 5_000 }));
    expect((await server.list(0)).tools[0]).toMatchObject({ name: 'echo', description: 'Says it again.' });
    expect(await call(server, 'echo', { say: 'hi' })).toEqual({ text: 'hi', isError: false });
    expect(await call(server, 'echo', { say: 1 })).toMatchObject({ isError: true });
    expect(official.authorizations.length).toBeGreaterThan(2);
    expect(new Set(official.authorizations)).toEqual(new Set(['Bearer b3arer']));
  });
});

describe('a server over HTTP that does what it should not', () => {
  it('may speak the older protocol', async () => {
    hostile.answers['tools/call'] = { content: [{ type: 'text', text: 'read' }] };
    const server = servers.of(OWN, config(hostile.url));
    expect((await server.list(0)).tools).toEqual([TOOL]);
    expect((await call(server)).text).toBe('read');
    expect(hostile.seen.every(({ headers }) => headers.authorization === 'Bearer b3arer')).toBe(true);
  });

  it.for([
    ['lists more tools than anybody reads', { tools: many(201) }, 'more than 200'],
    ['lists pages without end', { tools: [], nextCursor: 'again' }, 'pages'],
    ['lists one name twice', { tools: [TOOL, { ...TOOL, description: 'Another' }] }, 'two tools'],
    ['lists more than it may say', { tools: [{ ...TOOL, description: 'x'.repeat(5_000_000) }] }, 'broke off'],
    ['lists what is no list', { tools: 'none' }, 'broke off'],
    ['hangs', () => undefined, 'in time'],
    [
      'hangs in the middle',
      (res: ServerResponse): void => void res.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n'),
      'in time',
    ],
    ['breaks off', (res: ServerResponse): void => void res.destroy(), 'broke off'],
    [
      'sends it elsewhere',
      (res: ServerResponse): void => void res.writeHead(307, { location: elsewhere.url }).end(),
      'broke off',
    ],
    ['wants another credential', (res: ServerResponse): void => void res.writeHead(403).end(), 'status 403'],
    ['answers what is no JSON', (res: ServerResponse): void => void res.end('<html>'), 'broke off'],
  ] as const)('and %s has no tools', async ([, answer, why]) => {
    hostile.answers['tools/list'] = answer;
    const failed = await failure(servers.of(OWN, config(hostile.url, hangs(why))).list(0));
    expect(failed).toMatchObject({ name: 'ToolFailure', mayHaveHappened: false });
    expect(failed?.message).toContain(why);
    expect(elsewhere.seen).toEqual([]);
  });

  it('and lists a depth that nobody walks ends its connection, not the house', async () => {
    hostile.answers['tools/list'] = (res, { id }) => {
      const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
      res.setHeader('content-type', 'application/json');
      res.end(
        `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":[{"name":"a","inputSchema":{"type":"object","properties":{"a":${deep}}}}]}}`,
      );
    };
    const listed = await servers
      .of(OWN, config(hostile.url))
      .list(0)
      .then(
        ({ tools }) => tools,
        () => [],
      );
    expect(listed).toEqual([]);
  });

  it('and has tools that can not be named or pinned lists the others alone', async () => {
    const odd = ['a b', 'x'.repeat(200), 'a\nb', ''].map((name) => ({ ...TOOL, name }));
    const half = { ...TOOL, name: 'half', description: '\ud800' };
    const large = { ...TOOL, name: 'large', description: 'x'.repeat(64_001) };
    hostile.answers['tools/list'] = { tools: [...odd, half, large, TOOL] };
    expect((await servers.of(OWN, config(hostile.url)).list(0)).tools).toEqual([TOOL]);
  });

  it.for([
    ['hangs', () => undefined, { code: 'tool_timeout', mayHaveHappened: true }],
    [
      'breaks off',
      (res: ServerResponse): void => void res.destroy(),
      { code: 'tool_unavailable', mayHaveHappened: true },
    ],
    [
      'fails',
      (res: ServerResponse): void => void res.writeHead(502).end(),
      { code: 'tool_unavailable', mayHaveHappened: true },
    ],
    [
      'refuses',
      (res: ServerResponse): void => void res.writeHead(401).end(),
      { code: 'tool_unavailable', mayHaveHappened: false },
    ],
    [
      'sends it elsewhere',
      (res: ServerResponse): void => void res.writeHead(308, { location: elsewhere.url }).end(),
      { code: 'tool_unavailable' },
    ],
  ] as const)('and %s at a call fails it, and says what is known', async ([, answer, expected]) => {
    hostile.answers['tools/call'] = answer;
    const server = servers.of(OWN, config(hostile.url, hangs(expected.code)));
    await server.list(0);
    expect(await failure(call(server))).toMatchObject(expected);
    expect(elsewhere.seen).toEqual([]);
  });

  it('and answers with an error, or with more than anybody reads, has answered', async () => {
    const server = servers.of(OWN, config(hostile.url));
    hostile.answers['tools/call'] = { content: [{ type: 'text', text: 'x'.repeat(100_010) }], isError: true };
    const long = await call(server);
    expect(long.text).toMatch(/^x+\n\[10 more characters are left out\]$/);
    expect(long.isError).toBe(true);
    delete hostile.answers['tools/call'];
    expect(await call(server)).toMatchObject({ isError: true, text: expect.stringContaining('Method not found') });
  });

  it('and is down is not asked for a moment, longer each time', async () => {
    const server = servers.of(OWN, config(hostile.url));
    hostile.answers['initialize'] = (res): void => void res.writeHead(503).end();
    expect((await failure(server.list(0)))?.message).toContain('could not be reached');
    const asked = hostile.seen.length;
    expect((await failure(server.list(0)))?.message).toContain('not asked for a moment');
    clock.pass(1_001);
    expect((await failure(server.list(0)))?.message).toContain('could not be reached');
    clock.pass(1_001);
    expect((await failure(server.list(0)))?.message).toContain('not asked for a moment');
    expect(hostile.seen.length).toBe(2 * asked);
    clock.pass(1_001);
    delete hostile.answers['initialize'];
    expect((await server.list(0)).tools).toHaveLength(1);
  });

  it.for([
    ['an origin on this machine that was not listed', OWN, (): string => elsewhere.url],
    ['a listed one, but for another organisation', 'org_other', (): string => hostile.url],
    ['plain HTTP anywhere else', OWN, (): string => 'http://example.com/mcp'],
    ['the cloud’s metadata', OWN, (): string => 'https://169.254.169.254/mcp'],
    ['an address in a disguise', OWN, (): string => 'https://[::ffff:127.0.0.1]/mcp'],
  ] as const)('is not reached at %s', async ([, org, url]) => {
    const failed = await failure(servers.of(org, config(url())).list(0));
    expect(failed).toMatchObject({ code: 'tool_unavailable', mayHaveHappened: false });
    expect([...hostile.seen, ...elsewhere.seen]).toEqual([]);
  });

  it('is not asked without the credential that it should have', async () => {
    const failed = await failure(servers.of(OWN, config(hostile.url, { credential: { env: 'HOME' } })).list(0));
    expect(failed?.message).toContain('one of its secrets is missing');
    expect(hostile.seen).toEqual([]);
  });
});

function many(n: number) {
  return Array.from({ length: n }, (_, i) => ({ ...TOOL, name: `tool${i}` }));
}

async function startOfficial() {
  const authorizations: (string | undefined)[] = [];
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'echo', version: '1.0.0' });
    const inputSchema = z.object({ say: z.string() });
    server.registerTool('echo', { description: 'Says it again.', inputSchema }, ({ say }) => ({
      content: [{ type: 'text', text: say }],
    }));
    return server;
  });
  const app = new Hono();
  app.all('/mcp', (c) => {
    authorizations.push(c.req.header('authorization'));
    return handler.fetch(c.req.raw);
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  const running = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve(port));
  const origin = `http://127.0.0.1:${await promise}`;
  return {
    ...{ origin, authorizations, url: `${origin}/mcp` },
    async [Symbol.asyncDispose]() {
      await new Promise((done) => running.close(done));
    },
  };
}
