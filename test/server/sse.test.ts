/** The legacy HTTP+SSE door, driven by the official client of its time and by hand. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import { NO_LOCK_OUT } from '../../src/server/lock-out.ts';
import { ADMIN, AGENT, act, ask, JSON_TYPE, listening, MAX_BODY_BYTES, type Options } from './fixture.ts';

const SOON = { sseBounds: { sweepMs: 5 } };
const NEVER = { sseBounds: { sweepMs: 3_600_000 } };

const principal = (kind: 'agent' | 'organization' | 'orchestrator', id = `tok_${kind}`): Principal => ({
  id,
  kind,
  org: kind === 'orchestrator' ? 'org_platform' : 'org_default',
  agent: kind === 'agent' ? 'agt_1' : null,
  scopes: SCOPES_OF[kind],
  fences: [],
});

/** A door whose tokens can be revoked, and where one agent is another organisation's. */
async function door(options: Options = {}) {
  const tokens = new Map<string | null, Principal>([
    ['agent-token', principal('agent')],
    ['twin-token', principal('agent', 'tok_twin')], // another token of the same agent
    ['admin-token', principal('organization')],
    ['root-token', principal('orchestrator')],
  ]);
  const asked: (string | null)[] = [];
  const homes: Record<string, 'org_default' | 'org_other'> = { agt_1: 'org_default', agt_2: 'org_other' };
  const made = await listening({
    ...SOON,
    ...options,
    parts: {
      authenticate: async ({ bearer }) => {
        asked.push(bearer);
        return tokens.get(bearer) ?? null;
      },
      directory: { organizationOf: async (agent) => homes[agent] ?? null },
      ...options.parts,
    },
  });
  return { ...made, tokens, asked, revoke: (token: string) => tokens.delete(token) };
}
type Door = Awaited<ReturnType<typeof door>>;

/** The official client of the 1.x SDK. */
async function client({ url }: Pick<Door, 'url'>, query: string, headers: Record<string, string> = {}) {
  const made = new Client({ name: 'old', version: '1.0.0' });
  onTestFinished(() => made.close());
  await made.connect(new SSEClientTransport(new URL(url(`/sse${query}`)), { requestInit: { headers } }));
  return made;
}

/** A stream by hand: what came so far, the address to post to, and its end. */
async function stream({ port }: Pick<Door, 'port'>, query = '', headers: Record<string, string> = AGENT) {
  const sent = request({ host: '127.0.0.1', port, path: `/sse${query}`, headers, agent: false });
  sent.on('error', () => {}).end();
  onTestFinished(() => void sent.destroy());
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  response.on('error', () => {}).on('close', resolve);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await expect.poll(() => text).toContain('event: endpoint');
  const endpoint = /data: (\S+)/.exec(text)![1]!;
  return { endpoint, ended, headers: response.headers, text: () => text, cut: () => sent.destroy() };
}

const rpc = (method: string, params: object = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params });
const look = (what: object = { what: 'x' }, id = 1) => rpc('tools/call', { name: 'demo_look', arguments: what }, id);
const post = (port: number, endpoint: string, message: unknown, headers: Record<string, string> = AGENT) =>
  act(port, endpoint, message, headers);

describe('the official client', () => {
  it.for([
    ['with the token in the address', '?token=agent-token', {}],
    ['with the token in the address, and its agent', '?token=agent-token&agentId=agt_1', {}],
    ['with the token in the header', '', AGENT],
    ['with both, alike', '?token=agent-token', AGENT],
  ] as const)('%s is shown the tools, calls one, and reads a refusal', async ([, query, headers]) => {
    const made = await client(await door(), query, headers);
    expect((await made.listTools()).tools.map(({ name }) => name)).toEqual([
      'demo_look',
      'demo_note_down',
      'demo_send',
    ]);
    const done = await made.callTool({ name: 'demo_look', arguments: { what: 'x' } });
    expect(done.structuredContent).toMatchObject({ what: 'x', agent: 'agt_1', _meta: { status: 'done' } });
    const refused = await made.callTool({ name: 'demo_send', arguments: { to: 'refused@b.example' } });
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'suppressed' } });
    await expect(made.callTool({ name: 'nope', arguments: {} })).rejects.toThrow('Tool nope not found');
  });

  it('is no way past the right that an action asks for', async () => {
    const made = await client(await door(), '?token=agent-token');
    const refused = await made.callTool({ name: 'demo_rule', arguments: {} });
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
  });

  it('two at once each get their own answers', async () => {
    const at = await door();
    const [one, two] = await Promise.all([client(at, '?token=agent-token'), client(at, '', ADMIN)]);
    const ask = (made: Client, what: string, more = {}) =>
      made.callTool({ name: 'demo_look', arguments: { what, ...more } }).then((answer) => answer.structuredContent);
    const answers = await Promise.all([ask(one, 'a'), ask(two, 'b', { agentId: 'agt_1' }), ask(one, 'c')]);
    expect(answers).toMatchObject([{ what: 'a' }, { what: 'b' }, { what: 'c' }]);
  });

  it('of an administrator acts for the agent that it named, in every call that names no other', async () => {
    const at = await door();
    const made = await client(at, '?agentId=agt_1', ADMIN);
    const agentOf = async (input: object) =>
      (await made.callTool({ name: 'demo_look', arguments: { what: 'x', ...input } })).structuredContent;
    expect(await agentOf({})).toMatchObject({ agent: 'agt_1' });
    expect(await agentOf({ agentId: 'agt_9' })).toMatchObject({ agent: 'agt_9' });
    const unnamed = await client(at, '', ADMIN);
    expect(await unnamed.callTool({ name: 'demo_look', arguments: { what: 'x' } })).toMatchObject({
      isError: true,
      structuredContent: { code: 'invalid_input' },
    });
  });

  it('keeps its stream far beyond the time that a request may take', async () => {
    const at = await door({ settings: { requestTimeoutMs: 1 } });
    const opened = await stream(at);
    await expect.poll(() => opened.text().split(': still here').length).toBeGreaterThan(10);
    expect((await (await client(at, '', AGENT)).listTools()).tools).toHaveLength(3);
  });
});

describe('GET /sse', () => {
  const get = (at: Door, query: string, headers: Record<string, string> = {}) =>
    ask(at.port, `/sse${query}`, { method: 'GET', headers });

  it.for(['cross-site', 'same-site'])(
    'as a picture on a page elsewhere (%s) is no guess: it can have no address locked out',
    async (site) => {
      const failed: string[] = [];
      const lockOut = { ...NO_LOCK_OUT, failedAuthentication: (group: string) => void failed.push(group) };
      const at = await door({ parts: { lockOut } });
      const answer = await get(at, '?token=nobody', { 'sec-fetch-site': site });
      expect(answer).toMatchObject({ status: 403, json: { code: 'origin_not_allowed' } });
      expect([at.asked, failed]).toEqual([[], []]);
    },
  );

  it.for([
    ['no token', '', {}, 401, 'unauthenticated'],
    ['an unknown token', '?token=nobody', {}, 401, 'unauthenticated'],
    ['an empty token', '?token=', {}, 401, 'unauthenticated'],
    ['two tokens', '?token=agent-token&token=agent-token', {}, 401, 'unauthenticated'],
    ['a token that is none', '?token=agent%20token', {}, 401, 'unauthenticated'],
    ['a token under another name', '?access_token=agent-token', {}, 401, 'unauthenticated'],
    ['an address and a header that differ', '?token=agent-token', ADMIN, 401, 'unauthenticated'],
    ['a good address and a bad header', '?token=agent-token', { authorization: 'Basic YTpi' }, 401, 'unauthenticated'],
    ["another agent's name", '?token=agent-token&agentId=agt_2', {}, 403, 'agent_mismatch'],
    ['no agent of that name', '?agentId=agt_9', ADMIN, 404, 'not_found'],
    ["another organisation's agent", '?agentId=agt_2', ADMIN, 404, 'not_found'],
    ['a name that is no id', '?agentId=org_default', ADMIN, 404, 'not_found'],
    ['two agents', '?agentId=agt_1&agentId=agt_1', ADMIN, 400, 'invalid_input'],
  ] as const)('refuses %s', async ([, query, headers, status, code]) => {
    const at = await door();
    const answer = await get(at, query, headers);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.text).not.toContain('agent-token');
    expect(at.unauthenticated).toHaveLength(status === 401 ? 1 : 0);
  });

  it.for([
    ['Host', { host: 'evil.example' }, 'host_not_allowed'],
    ['Origin', { origin: 'https://evil.example' }, 'origin_not_allowed'],
  ] as const)('and POST /messages refuse a foreign %s before they look at a token', async ([, headers, code]) => {
    const at = await door(NEVER);
    const { endpoint } = await stream(at);
    const before = at.asked.length;
    const answers = [
      await get(at, '?token=agent-token', headers),
      await post(at.port, endpoint, look(), { ...AGENT, ...headers }),
    ];
    for (const answer of answers) expect([answer.status, answer.json.code]).toEqual([403, code]);
    expect(at.asked).toHaveLength(before);
  });

  it('lets the orchestrator name an agent of any organisation', async () => {
    expect((await stream(await door(), '?token=root-token&agentId=agt_2', {})).endpoint).toContain(
      '/messages?sessionId=',
    );
  });

  it.for(['?token=agent-token', '?token=nobody'])(
    'says of %s that it is not to be kept, told or relied on',
    async (query) => {
      const at = await door();
      const headers = query.includes('nobody') ? (await get(at, query)).headers : (await stream(at, query, {})).headers;
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        deprecation: '@1742947200',
        link: '</api/docs>; rel="deprecation"; type="text/html"',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^req_/),
      });
    },
  );

  it.for(['HEAD', 'POST', 'DELETE'])('answers %s without opening anything', async (method) => {
    const at = await door();
    const answer = await ask(at.port, '/sse?token=agent-token', { method });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
    expect(at.asked).toEqual([]);
  });

  it('takes no token in the address where that is turned off, and still takes the header', async () => {
    const at = await door({ settings: { sseQueryToken: false } });
    for (const headers of [{}, AGENT]) {
      const answer = await get(at, '?token=agent-token', headers);
      expect([answer.status, answer.json.code]).toEqual([400, 'invalid_input']);
    }
    expect((await (await client(at, '', AGENT)).listTools()).tools).toHaveLength(3);
  });

  it('is not there where the whole door is turned off', async () => {
    const at = await door({ settings: { legacySse: false } });
    expect((await get(at, '?token=agent-token')).status).toBe(404);
    expect((await post(at.port, '/messages?sessionId=x', look())).status).toBe(404);
  });

  it('holds each token to eight streams, and the server to its own number', async () => {
    const at = await door();
    for (let n = 0; n < 8; n++) await stream(at);
    const ninth = await get(at, '', AGENT);
    expect([ninth.status, ninth.json.code]).toEqual([429, 'rate_limited']);
    const other = await stream(at, '', ADMIN);
    other.cut();
    const full = await door({ sseBounds: { maxInAll: 1 } });
    const first = await stream(full);
    expect((await get(full, '', ADMIN)).json).toMatchObject({ code: 'overloaded', retryAfterMs: expect.any(Number) });
    first.cut();
    await expect.poll(async () => (await stream(full, '', ADMIN).catch(() => null))?.endpoint).toBeDefined();
  });

  it('cannot be shared by two at once for the last place', async () => {
    const at = await door({ sseBounds: { maxInAll: 1 } });
    const both = [
      request({ port: at.port, path: '/sse', headers: AGENT }),
      request({ port: at.port, path: '/sse', headers: ADMIN }),
    ];
    const codes = await Promise.all(
      both.map(async (one) => {
        one.on('error', () => {}).end();
        onTestFinished(() => void one.destroy());
        return ((await once(one, 'response')) as [IncomingMessage])[0].statusCode;
      }),
    );
    expect(codes.sort()).toEqual([200, 503]);
  });
});

describe('POST /messages', () => {
  it('answers on the stream alone', async () => {
    const at = await door();
    const opened = await stream(at, '?token=agent-token', {});
    const accepted = await post(at.port, opened.endpoint, look(), {});
    expect([accepted.status, accepted.text]).toEqual([202, '']);
    await expect.poll(opened.text).toContain('"what":"x"');
  });

  it.for(['', '?sessionId=', '?sessionId=00000000-0000-4000-8000-000000000000', '?sessionId=constructor'])(
    'knows no session %s',
    async (query) => {
      const at = await door();
      await stream(at);
      const answer = await post(at.port, `/messages${query}`, look(), {});
      expect([answer.status, answer.json.code]).toEqual([404, 'not_found']);
      expect(at.unauthenticated).toHaveLength(1);
    },
  );

  it('asks who calls before it says that there is no such session', async () => {
    const at = await door();
    const unknown = (headers: Record<string, string>) => post(at.port, '/messages?sessionId=x', look(), headers);
    expect((await unknown({ authorization: 'Bearer nobody' })).status).toBe(401);
    expect((await unknown(AGENT)).status).toBe(404);
    expect(at.unauthenticated).toHaveLength(1);
  });

  it.for([
    ['another principal', ADMIN, 404],
    ['another token of the same agent', { authorization: 'Bearer twin-token' }, 404],
    ['an unknown token', { authorization: 'Bearer nobody' }, 401],
    ['credentials that are none', { authorization: 'Basic YTpi' }, 401],
  ] as const)('takes nothing from %s into a session', async ([, headers, status]) => {
    const at = await door(NEVER);
    const opened = await stream(at, '?token=agent-token', {});
    expect((await post(at.port, opened.endpoint, look(), headers)).status).toBe(status);
    expect((await post(at.port, opened.endpoint, look({ what: 'mine' }), {})).status).toBe(202);
    await expect.poll(opened.text).toContain('mine');
    expect(opened.text()).not.toContain('"what":"x"');
  });

  it('takes the session id for nobody when the session was opened with a header', async () => {
    const at = await door();
    const opened = await stream(at, '', AGENT);
    expect((await post(at.port, opened.endpoint, look(), {})).status).toBe(401);
    expect((await post(at.port, opened.endpoint, look())).status).toBe(202);
  });

  it.for([
    ['no JSON', '{', JSON_TYPE, 400],
    ['no message', '{"hello":1}', JSON_TYPE, 400],
    ['a batch', `[${JSON.stringify(look())}]`, JSON_TYPE, 400],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415],
    ['too much', undefined, { ...JSON_TYPE, 'content-length': String(MAX_BODY_BYTES + 1) }, 413],
  ] as const)('refuses %s', async ([, body, headers, status]) => {
    const at = await door();
    const { endpoint } = await stream(at);
    const answer = await ask(at.port, endpoint, {
      headers: { ...AGENT, ...headers },
      ...(body === undefined ? { open: true } : { body }),
    });
    expect(answer.status).toBe(status);
  });

  it('counts the bytes of a body that comes in pieces', async () => {
    const at = await door({ settings: { maxBodyBytes: 1_024 } });
    const { endpoint } = await stream(at);
    const body = JSON.stringify(look({ what: 'x'.repeat(2_048) }));
    const headers = { ...AGENT, ...JSON_TYPE, 'transfer-encoding': 'chunked' };
    expect((await ask(at.port, endpoint, { headers, body })).status).toBe(413);
  });

  it('runs so many calls of one stream at once, and no more', async () => {
    const at = await door();
    const { endpoint } = await stream(at);
    const slow = (id: number) => post(at.port, endpoint, look({ what: 'x', slow: true }, id));
    for (let id = 1; id <= 32; id++) expect((await slow(id)).status).toBe(202);
    await expect.poll(at.begun).toBe(32);
    const more = await slow(33);
    expect([more.status, more.json.code]).toEqual([503, 'overloaded']);
  });

  it('tells of a fault of ours by the request id alone', async () => {
    const at = await door();
    const opened = await stream(at);
    await post(at.port, opened.endpoint, look({ what: 'break' }));
    await expect.poll(opened.text).toContain('"code":"internal"');
    expect(opened.text()).not.toContain('hunter2');
    expect(at.faults).toHaveLength(1);
  });
});

describe('a stream ends', () => {
  it('with the next message, when its token was revoked', async () => {
    const at = await door(NEVER);
    const opened = await stream(at, '?token=agent-token', {});
    at.revoke('agent-token');
    expect((await post(at.port, opened.endpoint, look(), {})).status).toBe(401);
    await opened.ended;
    expect(opened.text()).not.toContain('"what"');
  });

  it('by itself, when its token was revoked and nothing is sent', async () => {
    const at = await door();
    const [gone, stays] = [await stream(at), await stream(at, '', ADMIN)];
    at.revoke('agent-token');
    await gone.ended;
    expect((await post(at.port, stays.endpoint, rpc('ping'), ADMIN)).status).toBe(202);
  });

  it('when its token has become another principal’s', async () => {
    const at = await door();
    const opened = await stream(at);
    at.tokens.set('agent-token', principal('agent', 'tok_other'));
    await opened.ended;
  });

  it('when nobody can say whether its token is still good', async () => {
    let broken = false;
    const at = await door({
      parts: {
        authenticate: async () => {
          if (broken) throw new Error('the store is gone');
          return principal('agent');
        },
      },
    });
    const opened = await stream(at);
    broken = true;
    await opened.ended;
    expect(at.faults).toMatchObject([{ fault: new Error('the store is gone') }]);
  });

  it('when nothing was sent for long', async () => {
    let now = 0;
    const at = await door({ sseBounds: { sweepMs: 5, idleMs: 1_000 }, parts: { clock: { now: () => now } } });
    const [idle, used] = [await stream(at), await stream(at, '', ADMIN)];
    now = 1_000;
    await post(at.port, used.endpoint, rpc('ping'), ADMIN);
    now = 1_500;
    await idle.ended;
    expect((await post(at.port, used.endpoint, rpc('ping'), ADMIN)).status).toBe(202);
    expect((await post(at.port, idle.endpoint, rpc('ping'))).status).toBe(404);
  });

  it('when its client lets answers pile up unread', async () => {
    const at = await door(NEVER);
    const sent = request({ host: '127.0.0.1', port: at.port, path: '/sse', headers: AGENT, agent: false });
    sent.on('error', () => {}).end();
    onTestFinished(() => void sent.destroy());
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const [first] = await once(response, 'data');
    response.pause();
    const endpoint = /data: (\S+)/.exec(String(first))![1]!;
    const statuses = new Set<number>();
    // each answer is a list of tools; the client's and the kernel's buffers take some megabytes first
    for (let n = 0; n < 20_000 && !statuses.has(404); n += 20) {
      const batch = Array.from({ length: 20 }, (_, i) => post(at.port, endpoint, rpc('tools/list', {}, n + i)));
      for (const { status } of await Promise.all(batch)) statuses.add(status);
    }
    expect([...statuses]).toEqual([202, 404]);
  });

  it('when the server stops, at once if nothing runs', async () => {
    const at = await door(NEVER);
    const opened = await Promise.all([stream(at), stream(at, '?token=admin-token', {})]);
    await at.close(60_000); // would wait a minute for a stream that stayed open
    await Promise.all(opened.map(({ ended }) => ended));
  }, 4_000);

  it('when the server stops, after the answers to what runs', async () => {
    const at = await door(NEVER);
    const opened = await stream(at);
    await post(at.port, opened.endpoint, look({ what: 'late', slow: true }));
    await expect.poll(at.begun).toBe(1);
    const closing = at.close(60_000);
    await expect(post(at.port, opened.endpoint, look())).rejects.toThrow('ECONNREFUSED'); // it is stopping, and still waits
    at.open();
    await Promise.all([closing, opened.ended]);
    expect(opened.text()).toContain('late');
  }, 4_000);
});

it('never writes a token to a fault report', async () => {
  const at = await door({
    parts: {
      directory: {
        organizationOf: async () => {
          throw new Error('the directory is gone');
        },
      },
    },
  });
  const answer = await ask(at.port, '/sse?token=admin-token&agentId=agt_1', { method: 'GET' });
  expect(answer.status).toBe(500);
  expect(at.faults).toHaveLength(1);
  expect(JSON.stringify([answer.text, at.faults.map(({ fault }) => String((fault as Error).stack))])).not.toContain(
    'admin-token',
  );
});

it('/mcp still takes no token in the address', async () => {
  const answer = await act((await door()).port, '/mcp?token=agent-token', look(), {});
  expect(answer.status).toBe(400);
});
