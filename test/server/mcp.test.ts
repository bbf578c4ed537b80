/** The MCP door as the official client sees it, in both eras of the protocol. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ADMIN, AGENT, act, ask, listening, NOW, VERSION } from './fixture.ts';

let door: Awaited<ReturnType<typeof listening>>;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  door = await listening({}, (end) => endings.push(end));
});
afterAll(() => Promise.all(endings.map((end) => end())));

const MODERN = { versionNegotiation: { mode: 'auto' } } as const;

describe.for([
  ['2026-07-28', MODERN, true],
  ['2026-07-28 without the lane', MODERN, false],
  ['2025-11-25', undefined, true],
  ['2025-11-25 without the lane', undefined, false],
] as const)('a client of %s', ([revision, options, thinLane]) => {
  let faults: typeof door.faults;
  async function client(headers: Record<string, string> = AGENT) {
    const { url, faults: told } = thinLane ? door : await listening({ thinLane });
    faults = told;
    const made = new Client({ name: 'test', version: '1.0.0' }, options);
    await made.connect(new StreamableHTTPClientTransport(new URL(url('/mcp')), { requestInit: { headers } }));
    onTestFinished(() => made.close());
    return made;
  }

  it('connects, and learns who it talks to', async () => {
    const made = await client();
    expect(made.getNegotiatedProtocolVersion()).toBe(revision.slice(0, 10));
    expect(made.getServerVersion()).toMatchObject({ name: 'sallyport', version: VERSION });
    expect(made.getInstructions()).toContain('untrusted');
    expect(made.getServerCapabilities()).toEqual({ tools: {} });
  });

  it('is shown the tools whose right it holds, and no others', async () => {
    const names = async (headers: Record<string, string>) =>
      (await (await client(headers)).listTools()).tools.map(({ name }) => name);
    expect(await names(AGENT)).toEqual(['demo_look', 'demo_note_down', 'demo_send']);
    expect(await names(ADMIN)).toEqual(['demo_look', 'demo_note_down', 'demo_send', 'demo_rule']);
  });

  it('gets a result that keeps what the tool list promised, whatever became of the action', async () => {
    const made = await client();
    await made.listTools(); // from here on the client holds results against the output schema
    const note = await made.callTool({ name: 'demo_note_down', arguments: { title: 'a' } });
    expect(note.isError).toBeUndefined();
    expect(note.structuredContent).toMatchObject({ count: 1, _meta: { status: 'done', warnings: [] } });
    expect(note.content).toEqual([{ type: 'text', text: JSON.stringify(note.structuredContent) }]);
    const sent = await made.callTool({ name: 'demo_send', arguments: { to: 'a@b.example' } });
    expect(sent.structuredContent).toMatchObject({ status: 'sent', _meta: { status: 'done' } });
    const explained = await made.callTool({ name: 'demo_send', arguments: { to: 'refused@b.example', dryRun: true } });
    expect(explained.structuredContent).toMatchObject({ verdict: 'deny' });
    const held = await made.callTool({ name: 'demo_send', arguments: { to: 'held@b.example' } });
    expect(held.isError).toBeUndefined();
    expect(held.structuredContent).toEqual({
      status: 'held',
      actionId: expect.stringMatching(/^act_/),
      until: new Date(NOW + 900_000).toISOString(),
      reasons: [{ policy: 'first-contact', say: 'New contact.' }],
    });
  });

  it('reads every reason of a refusal, for the machine and for the model', async () => {
    const made = await client();
    await made.listTools();
    const refused = await made.callTool({ name: 'demo_send', arguments: { to: 'refused@b.example' } });
    const { actionId } = refused.structuredContent as { actionId: string };
    expect(refused).toMatchObject({
      isError: true,
      structuredContent: {
        code: 'suppressed',
        message: 'They said STOP. They never agreed.',
        reasons: [
          { guard: 'refusals', code: 'suppressed', source: 'TCPA' },
          { guard: 'refusals', code: 'consent_required' },
        ],
        actionId: expect.stringMatching(/^act_/),
      },
    });
    expect(refused.content).toEqual([
      {
        type: 'text',
        text: `suppressed: They said STOP. (rule refusals, by TCPA)\nconsent_required: They never agreed. (rule refusals)\nRecorded as ${actionId}.`,
      },
    ]);
    const limited = await made.callTool({ name: 'demo_send', arguments: { to: 'limited@b.example' } });
    expect(limited.structuredContent).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_001 });
    expect(limited.content).toMatchObject([{ text: expect.stringContaining('Try again in 61 s.') }]);
    const failed = await made.callTool({ name: 'demo_send', arguments: { to: 'a@b.example', how: 'rejected' } });
    expect(failed).toMatchObject({
      isError: true,
      structuredContent: { code: 'provider_rejected', output: { status: 'failed' } },
    });
  });

  it('learns of a fault of ours by the request id alone', async () => {
    const made = await client();
    const broken = await made.callTool({ name: 'demo_look', arguments: { what: 'break' } });
    expect(broken).toMatchObject({
      isError: true,
      structuredContent: { code: 'internal', requestId: expect.stringMatching(/^req_/) },
    });
    expect(JSON.stringify(broken)).not.toContain('hunter2');
    const { requestId } = broken.structuredContent as { requestId: string };
    expect(faults).toContainEqual({ fault: new Error('password=hunter2 of the database'), requestId });
  });

  it.for(['nope', 'demo_by_hand', 'constructor', '__proto__', 'demo.look'])(
    'is told that there is no tool %s',
    async (name) => {
      await expect((await client()).callTool({ name, arguments: {} })).rejects.toMatchObject({
        code: -32_602,
        message: expect.stringContaining(`Tool ${name} not found`),
      });
    },
  );

  it('is refused without a token', async () => {
    await expect(client({})).rejects.toThrow();
    await expect(client({ authorization: 'Bearer nobody' })).rejects.toThrow();
  });
});

describe('the tool list', () => {
  const tools = async () => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
    const { json } = await act(door.port, '/mcp', body, { ...ADMIN, accept: 'application/json, text/event-stream' });
    return new Map<string, Record<string, Record<string, unknown>>>(
      json.result.tools.map((tool: { name: string }) => [tool.name, tool]),
    );
  };

  it('hints at what a tool does', async () => {
    const hints = new Map([...(await tools())].map(([name, { annotations }]) => [name, annotations]));
    expect(hints.get('demo_look')).toEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
    expect(hints.get('demo_note_down')).toEqual({
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: false,
    });
    expect(hints.get('demo_send')).toEqual({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: true,
    });
  });

  it('has the input with its envelope, closed, and nothing of the guard’s own', async () => {
    const list = await tools();
    expect(list.get('demo_note_down')!['inputSchema']).toMatchObject({
      type: 'object',
      required: ['title'],
      additionalProperties: false,
    });
    expect(Object.keys(list.get('demo_note_down')!['inputSchema']!['properties'] as object)).toEqual([
      'title',
      'text',
      'count',
      'tags',
      'agentId',
      'organizationId',
      'dryRun',
      'idempotencyKey',
    ]);
    const text = JSON.stringify([...list]);
    expect(text).not.toMatch(/"field":|\$schema|x-mcp-header/);
    expect(JSON.stringify([...list].map(([, { outputSchema }]) => outputSchema))).not.toContain('additionalProperties');
  });
});

describe('/mcp', () => {
  it.for(['GET', 'DELETE', 'OPTIONS', 'PUT'])('answers %s as a server without sessions does', async (method) => {
    const { status, headers, json } = await ask(door.port, '/mcp', {
      method,
      headers: { ...AGENT, accept: 'text/event-stream' },
    });
    expect([status, headers.allow, json.error.code]).toEqual([405, 'POST', -32_000]);
  });

  it('lets nothing be stored that it answers, streamed or not', async () => {
    for (const thinLane of [true, false]) {
      const { port } = await listening({ thinLane });
      const body = {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'demo_look', arguments: { what: 'x' } },
      };
      const { headers } = await act(port, '/mcp', body, { ...AGENT, accept: 'application/json, text/event-stream' });
      expect(headers['cache-control']).toBe('no-store');
    }
  });
});
