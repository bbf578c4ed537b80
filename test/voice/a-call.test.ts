/** A call from end to end, as the platform makes it: the script, functions with their tokens, the summary; and what stands beside. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AgentBase } from '../../src/voice/agent-base.ts';
import { AgentServer } from '../../src/voice/agent-server.ts';
import { ConfigurationError } from '../../src/voice/configuration-error.ts';
import { FunctionResult } from '../../src/voice/function-result.ts';
import { SslConfig } from '../../src/voice/ssl-config.ts';
import { SWMLService } from '../../src/voice/swml-service.ts';
import { REFUSED } from '../../src/voice/tools/run-function.ts';
import { makeCertificate } from '../support/certificate.ts';
import { basic, callOf, onLine, scriptOf } from './fixture.ts';

class FrontDesk extends AgentBase {
  static override PROMPT_SECTIONS = [{ title: 'Role', body: 'You answer the phone.' }];
  readonly summaries: unknown[] = [];
  readonly events: unknown[] = [];

  constructor(options: Partial<ConstructorParameters<typeof AgentBase>[0]> = {}) {
    super({ name: 'front-desk', ...options });
    this.setPostPrompt('Sum up.').enableDebugEvents();
    this.defineTool({
      name: 'book',
      description: 'Books a table',
      parameters: { people: { type: 'integer' } },
      required: ['people'],
      handler: ({ people }, raw) =>
        new FunctionResult(`Booked for ${people}.`).updateGlobalData({ by: raw['call_id'] }).hangup(),
    });
  }

  override onSummary(summary: unknown): unknown {
    this.summaries.push(summary);
    return undefined;
  }

  override onDebugEvent(event: unknown): void {
    this.events.push(event);
  }

  override onSwmlRequest(body: Readonly<Record<string, unknown>>): unknown {
    return body['vip'] === true ? { global_data: { vip: true } } : undefined;
  }
}

describe('a call', () => {
  it('goes from script to function to summary', async () => {
    const agent = new FrontDesk();
    const line = await onLine(agent);
    const script = await line.script('call-1', { vip: true });
    expect(script.document.sections.main.map((step: object) => Object.keys(step)[0])).toEqual(['answer', 'ai']);
    expect(script.ai.prompt.pom).toEqual([{ title: 'Role', body: 'You answer the phone.' }]);
    expect(script.ai.global_data).toEqual({ vip: true });
    expect((await line.call(script, 'book', { people: 4 })).json).toEqual({
      response: 'Booked for 4.',
      action: [{ set_global_data: { by: 'call-1' } }, { hangup: true }],
    });
    const { params, post_prompt_url } = script.ai;
    for (const [at, body] of [
      [post_prompt_url, { call_id: 'call-1', post_prompt_data: { parsed: [{ booked: true }], raw: '{}' } }],
      [post_prompt_url, { call_id: 'call-1', post_prompt_data: { raw: '{"booked":false}' } }],
      [post_prompt_url, { call_id: 'call-1', post_prompt_data: { raw: 'They booked.' } }],
      [post_prompt_url, { call_id: 'call-1' }],
      [params.debug_webhook_url, { event: 'x' }],
    ] as const)
      expect((await line.post(new URL(at).pathname, body)).json).toEqual({ ok: true });
    expect(agent.summaries).toEqual([{ booked: true }, { booked: false }, 'They booked.', null]);
    expect(agent.events).toEqual([{ event: 'x' }]);
    expect((await line.post('/check_for_input', { a: 1 })).json).toEqual({ ok: true });
  });

  it('finds the addresses in its script open to the credentials that stand in them', async () => {
    const line = await onLine(new FrontDesk({ basicAuth: ['a b', 'p@ss/word%'] }));
    const script = await line.script('call-1');
    const { username, password, pathname, search } = new URL(script.addressOf('book'));
    const authorization = basic(decodeURIComponent(username), decodeURIComponent(password));
    const answer = await line.ask(`${pathname}${search}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(callOf('call-1', 'book', { people: 1 })),
    });
    expect(answer.json.response).toBe('Booked for 1.');
  });

  it('without an id gets a script all the same, whose tokens are of no use', async () => {
    const line = await onLine(new FrontDesk());
    const script = scriptOf('', (await line.get('/')).json);
    expect((await line.call(script, 'book', { people: 1 })).json).toEqual({ response: REFUSED });
  });
});

describe('over TLS', () => {
  const ask = (url: string, ca: string, more: object = {}): Promise<{ status: number; hsts: string | undefined }> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const request = httpsRequest(
        { hostname, port, path: '/health', ca, servername: 'localhost', ...more },
        (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode!, hsts: answer.headers['strict-transport-security'] });
        },
      );
      request.on('error', reject).end();
    });

  it('an agent and a server of agents answer by TLS 1.3, with HSTS, and by nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-voice-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { cert, key } = makeCertificate('localhost');
    const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(certPath, cert), writeFile(keyPath, key)]);
    const ssl = new SslConfig({ enabled: true, certPath, keyPath });
    const agent = new FrontDesk({ ssl });
    const server = new AgentServer({ ssl });
    server.register(new FrontDesk(), '/desk');
    const servings = [await agent.serve({ host: '127.0.0.1', port: 0 }), await server.run('127.0.0.1', 0)];
    onTestFinished(() => Promise.all([agent.stop(0), server.stop(0)]).then(() => {}));
    for (const { url, port } of servings) {
      expect(url).toBe(`https://127.0.0.1:${port}`);
      expect(await ask(url, cert)).toEqual({ status: 200, hsts: 'max-age=31536000; includeSubDomains' });
      await expect(ask(url, cert, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
      await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    }
    expect(agent.getFullUrl()).toBe(servings[0]!.url);
  });

  it('or not at all: switched on without its files nothing is served', async () => {
    for (const ssl of [
      new SslConfig({ enabled: true }),
      new SslConfig({ enabled: true, certPath: '/nowhere', keyPath: '/nowhere' }),
    ])
      await expect(new FrontDesk({ ssl }).serve({ host: '127.0.0.1', port: 0 })).rejects.toThrow(ConfigurationError);
  });
});

describe('with a signing key', () => {
  it('what the platform has not signed is refused, on every route that it posts to', async () => {
    const line = await onLine(new FrontDesk({ signingKey: 'the platform’s key' }));
    for (const path of ['/', '/swaig', '/post_prompt', '/debug_events', '/check_for_input']) {
      const answer = await line.post(path, { call_id: 'c' }, { 'x-signalwire-signature': 'c0ffee' });
      expect([path, answer.status, answer.json]).toEqual([path, 403, { error: 'Forbidden' }]);
    }
    const body = JSON.stringify({ call: { call_id: 'c' } });
    const signature = createHmac('sha1', 'the platform’s key').update(`${line.url}/${body}`).digest('hex');
    expect((await line.post('/', body, { 'x-signalwire-signature': signature })).status).toBe(200);
    expect((await line.post('/', `${body} `, { 'x-signalwire-signature': signature })).status).toBe(403);
  });
});

describe('serving', () => {
  it('says when a port is taken, and may be stopped and begun again', async () => {
    const [first, second] = [new FrontDesk(), new FrontDesk()];
    const { port, url } = await first.serve({ host: '127.0.0.1', port: 0 });
    await expect(second.serve({ host: '127.0.0.1', port })).rejects.toThrow(new RegExp(`Port ${port} .* is in use`));
    await expect(first.serve()).rejects.toThrow(ConfigurationError);
    await first.stop(0);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    await second.serve({ host: '127.0.0.1', port });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await second.stop(0);
  });

  it('ends only when running functions have answered', async () => {
    const agent = new FrontDesk();
    const running = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    agent.defineTool({
      name: 'slow',
      description: 'x',
      handler: async () => {
        running.resolve();
        await finish.promise;
        return 'done';
      },
    });
    const line = await onLine(agent);
    const answer = line.call(await line.script('c'), 'slow', {});
    await running.promise;
    const stopped = agent.stop(10_000);
    finish.resolve();
    expect((await answer).json).toEqual({ response: 'done' });
    await stopped;
  });

  it('gives up what does not answer in time', async () => {
    const agent = new FrontDesk({ settings: { requestTimeoutMs: 50 } });
    agent.defineTool({ name: 'never', description: 'x', handler: () => new Promise(() => {}) });
    const line = await onLine(agent);
    const { status, json } = await line.call(await line.script('c'), 'never', {});
    expect([status, json]).toEqual([503, { error: 'Timed out' }]);
  });
});

describe('calls are sent on', () => {
  it('by a routing callback, with 307, to addresses alone', async () => {
    const service = new SWMLService({ name: 'router' });
    service.addVerb('answer', {}).addVerb('hangup', {});
    service.registerRoutingCallback((body) => body['to'] as string | null, '/route');
    const line = await onLine(service);
    const sent = await line.post('/route', { to: '/elsewhere' });
    expect([sent.status, sent.headers.get('location')]).toEqual([307, '/elsewhere']);
    expect((await line.post('/route', { to: null })).json.sections.main).toEqual([{ answer: {} }, { hangup: {} }]);
    for (const to of [
      '//evil.example',
      'javascript:alert(1)',
      '/a\r\nset-cookie: x',
      '\\\\evil',
      'https://u:p@evil.example',
    ])
      expect((await line.post('/route', { to })).status).toBe(500);
  });

  it('by the SIP user that they are for, among the agents of a server', async () => {
    const server = new AgentServer();
    server.register(new FrontDesk({ name: 'sales', basicAuth: ['u', 'p'] }), '/sales');
    server.register(new FrontDesk({ name: 'help', basicAuth: ['u', 'p'] }), '/help').setupSipRouting();
    const headers = { authorization: basic('u', 'p'), 'content-type': 'application/json', host: 'localhost' };
    const send = (to: string) =>
      server.getApp().request('/sales/sip', { method: 'POST', headers, body: JSON.stringify({ call: { to } }) });
    expect((await send('sip:HELP@example.com')).headers.get('location')).toBe('/help');
    expect((await send('sip:nobody@example.com')).status).toBe(200);
  });
});

describe('over MCP', () => {
  it('functions are tools behind the same credentials, and secure ones ask for their token', async () => {
    const agent = new FrontDesk();
    agent
      .enableMcpServer()
      .defineTool({ name: 'hours', description: 'Opening hours', secure: false, handler: () => 'From nine.' });
    const line = await onLine(agent);
    const [user, password] = agent.getBasicAuthCredentials();
    const client = new Client({ name: 'test', version: '1.0.0' });
    const headers = { authorization: basic(user, password) };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${line.url}/mcp`), { requestInit: { headers } }));
    onTestFinished(() => client.close());
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['book', 'hours']);
    expect(await client.callTool({ name: 'hours', arguments: {} })).toMatchObject({
      content: [{ text: 'From nine.' }],
    });

    const book = (meta: object) => client.callTool({ name: 'book', arguments: { people: 2 }, _meta: { ...meta } });
    const token = agent.createToolToken('book', 'call-1');
    expect(await book({})).toMatchObject({ isError: true, content: [{ text: REFUSED }] });
    expect(await book({ 'sallyport/token': token, 'sallyport/call_id': 'call-2' })).toMatchObject({ isError: true });
    const done = await book({ 'sallyport/token': token, 'sallyport/call_id': 'call-1' });
    expect(done).toMatchObject({ content: [{ text: 'Booked for 2.' }] });
    expect(
      await client.callTool({
        name: 'book',
        arguments: { people: 'two' },
        _meta: { 'sallyport/token': token, 'sallyport/call_id': 'call-1' },
      }),
    ).toMatchObject({ isError: true });

    const anonymous = await line.ask('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'hours', arguments: {} } }),
    });
    expect(anonymous.status).toBe(401);
  });

  it('a call’s own configuration holds too', async () => {
    const agent = new FrontDesk({ basicAuth: ['u', 'p'] });
    agent.enableMcpServer().defineTool({ name: 'hours', description: 'x', secure: false, handler: () => 'From nine.' });
    agent.setDynamicConfigCallback((query, _body, _headers, own) => {
      if (query['closed'] === '1') own.removeFunction('hours');
    });
    const line = await onLine(agent);
    const call = async (path: string) => {
      const headers = { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' };
      const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'hours', arguments: {} } };
      return (await line.post(path, body, headers)).text;
    };
    expect(await call('/mcp')).toContain('From nine.');
    expect(await call('/mcp?closed=1')).not.toContain('From nine.');
  });
});
