/** What a hostile stranger tried, kept: each of these once got through. */
import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AgentBase } from '../../src/voice/agent-base.ts';
import { AgentServer } from '../../src/voice/agent-server.ts';
import { ConfigurationError } from '../../src/voice/configuration-error.ts';
import { ReceptionistAgent } from '../../src/voice/prefabs/receptionist-agent.ts';
import { SwaigFunction } from '../../src/voice/swaig-function.ts';
import { FAILED } from '../../src/voice/tools/run-function.ts';
import { basic, onLine } from './fixture.ts';

const tool = { description: 'x', handler: () => 'found' };

describe('what one caller configured is hidden from the next', () => {
  it('also where a pool of connections calls back outside the request', async () => {
    // as drivers do that hold their sockets since the start: the callback runs in whatever context the socket was made in
    const pool = new EventEmitter();
    const asked: { mark: string; done: () => void }[] = [];
    let wake = () => {};
    void (async () => {
      for (;;) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        for (const { mark, done } of asked.splice(0)) {
          pool.emit(mark);
          done();
        }
      }
    })();
    const agent = new AgentBase({ name: 'pooled' });
    agent.setDynamicConfigCallback((_query, body, _headers, own) => {
      const mark = String(body['mark'] ?? 'none');
      pool.once(mark, () => {
        own
          .setGlobalData({ caller: mark })
          .addHint(`hint ${mark}`)
          .defineTool({ name: `of_${mark}`, ...tool });
        own.nativeFunctions = [`native_${mark}`];
      });
      return new Promise<void>((done) => {
        asked.push({ mark, done });
        wake();
      });
    });
    const line = await onLine(agent);
    const first = await line.script('c1', { mark: 'anna' });
    expect(first.ai.global_data).toEqual({ caller: 'anna' });
    expect(first.ai.hints).toEqual(['hint anna']);
    expect(JSON.stringify(first.ai.SWAIG)).toContain('native_anna');
    expect(JSON.stringify((await line.script('c2', { mark: 'ben' })).document)).not.toContain('anna');
    expect(agent.renderSwml('c3')).not.toMatch(/anna|ben/);
  });

  it('fields that it set on its agent, and functions as they stand in a script', async () => {
    interface Noted {
      caller?: string;
    }
    const agent: AgentBase & Noted = new AgentBase({ name: 'fields' });
    agent.registerSwaigFunction({ function: 'raw', description: 'for all' });
    agent.defineTool({
      name: 'who',
      description: 'x',
      secure: false,
      handler: (_args, _raw, own) => String((own as Noted).caller),
    });
    agent.setDynamicConfigCallback((query, _body, _headers, own: AgentBase & Noted) => {
      if (query['caller'] === undefined) return;
      own.caller = query['caller'];
      try {
        Object.assign(own.getFunction('raw')!, { description: query['caller'] });
      } catch {} // frozen
    });
    const line = await onLine(agent);
    const ask = async (query: string) => (await line.post(`/swaig${query}`, { function: 'who', call_id: 'c' })).json;
    expect(await ask('?caller=anna')).toEqual({ response: 'anna' });
    expect(await ask('')).toEqual({ response: 'undefined' });
    expect(agent.caller).toBeUndefined();
    expect((await line.get('/')).text).not.toContain('anna');
  });

  it('what was passed in with a function, and changed afterwards', () => {
    const extraFields = { meta_data: { caller: 'nobody' } };
    const fillers = { 'en-US': ['One moment.'] };
    const agent = new AgentBase({ name: 'passed' }).defineTool({ name: 'f', ...tool, extraFields, fillers });
    extraFields.meta_data.caller = 'anna';
    fillers['en-US'].push('anna');
    expect(agent.renderSwml('c')).not.toContain('anna');
  });

  it('the address that it chose, and what it added to run for each call', async () => {
    const agent = new AgentBase({ name: 'addresses' });
    agent.defineTool({ name: 'f', ...tool });
    agent.setDynamicConfigCallback((query, _body, _headers, own) => {
      const { tenant } = query;
      if (tenant === undefined) return;
      own.manualSetProxyUrl(`https://${tenant}.example`).addPerCallConfig(() => void own.addHint(tenant));
    });
    const line = await onLine(agent);
    expect((await line.get('/?tenant=anna')).text).toContain('@anna.example/swaig');
    expect((await line.get('/')).text).not.toContain('anna');
    expect(agent.getFullUrl()).toBe(line.url);
  });

  it('what the check of its credentials configured', async () => {
    class Tenants extends AgentBase {
      override validateBasicAuth(user: string): boolean {
        this.addHint(`signed in: ${user}`);
        return true;
      }
    }
    const agent = new Tenants({ name: 'tenants', basicAuth: ['anna', 'p'] });
    const line = await onLine(agent);
    expect((await line.script('c1')).ai.hints).toEqual(['signed in: anna']);
    expect((await line.script('c2')).ai.hints).toEqual(['signed in: anna']);
    expect(agent.renderSwml()).not.toContain('signed in');
  });
});

describe('an answer that can’t be sent', () => {
  it('is an apology to speak, as every failure of a function is', async () => {
    const circle: Record<string, unknown> = { response: 'x' };
    circle['self'] = circle;
    const agent = new AgentBase({ name: 'answers' });
    const handlers: Record<string, () => unknown> = {
      circle: () => circle,
      bigint: () => ({ response: 'x', action: [{ set_global_data: { n: 1n } }] }),
      throwing: () => ({
        response: 'x',
        toJSON() {
          throw new Error('x');
        },
      }),
      to_dict: () => ({ toDict: () => circle }),
      nothing: () => ({ toDict: () => undefined }),
      bare: () => {
        throw Object.create(null);
      },
      hostile: () => {
        throw Object.defineProperty(new Error('x'), 'stack', {
          get() {
            throw new Error('y');
          },
        });
      },
    };
    for (const [name, handler] of Object.entries(handlers))
      agent.defineTool({ name, description: 'x', secure: false, handler });
    agent.defineTool({
      name: 'hook',
      description: 'x',
      secure: false,
      handler: handlers['bare']!,
      onError: () => circle,
    });
    const line = await onLine(agent);
    for (const name of [...Object.keys(handlers), 'hook'])
      expect([name, await line.post('/swaig', { function: name, call_id: 'c' })]).toMatchObject([
        name,
        { status: 200, json: { response: FAILED } },
      ]);
  });

  it('never tells the source of a function', async () => {
    const agent = new AgentBase({ name: 'source' });
    agent.defineTool({ name: 'f', description: 'x', secure: false, handler: () => () => 'the inner workings' });
    const line = await onLine(agent);
    expect((await line.post('/swaig', { function: 'f', call_id: 'c' })).text).not.toContain('inner workings');
  });

  it('an argument that was not given is none, whatever its name', async () => {
    const seen: unknown[] = [];
    const agent = new AgentBase({ name: 'typed' });
    agent.defineTypedTool({
      name: 'f',
      description: 'x',
      secure: false,
      parameters: { toString: { type: 'string' }, valueOf: { type: 'string' } },
      handler: (...args: unknown[]) => void seen.push(...args),
    });
    const line = await onLine(agent);
    await line.post('/swaig', { function: 'f', call_id: 'c', argument: { parsed: [{}] } });
    expect(seen).toEqual([undefined, undefined]);
  });
});

describe('the id of a call', () => {
  it('that can’t be one is the request’s fault, not ours', async () => {
    const line = await onLine(new AgentBase({ name: 'ids' }));
    const id = 'x'.repeat(600);
    expect((await line.get(`/?call_id=${id}`)).status).toBe(400);
    expect((await line.post('/', { call: { call_id: id } })).status).toBe(400);
    expect((await line.post('/', { call_id: id.slice(0, 512) })).status).toBe(200);
  });
});

describe('a signing key', () => {
  it('is asked for over MCP, too', async () => {
    const agent = new AgentBase({ name: 'signed', signingKey: 'the platform’s key' });
    let ran = 0;
    agent.enableMcpServer().defineTool({ name: 'f', description: 'x', secure: false, handler: () => `${++ran}` });
    const line = await onLine(agent);
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'f', arguments: {} } };
    const { status } = await line.post('/mcp', call, { accept: 'application/json, text/event-stream' });
    expect([status, ran]).toEqual([403, 0]);
  });
});

describe('a server of agents', () => {
  const agentOf = () => new AgentBase({ name: 'a', basicAuth: ['u', 'p'] });

  it('takes no agent at what is no route, and serves one where it says', async () => {
    const server = new AgentServer();
    expect(() => server.register(agentOf(), '/:any')).toThrow(ConfigurationError);
    expect([...server.getAgents().keys()]).toEqual([]);
    server.register(agentOf(), '//sales//eu/');
    expect([...server.getAgents().keys()]).toEqual(['/sales/eu']);
    expect(() => server.register(agentOf(), '/sales/eu')).toThrow(ConfigurationError);
    const headers = { authorization: basic('u', 'p') };
    expect((await server.getApp().request('/sales/eu', { headers })).status).toBe(200);
    expect(server.unregister('sales/eu/')).toBe(true);
  });

  it('and an agent has no routing callback where something else is served', () => {
    const agent = agentOf();
    for (const path of [
      '/',
      '/swaig',
      '/post_prompt',
      '/debug_events',
      '/check_for_input',
      '/health',
      '/ready',
      '/mcp/',
    ])
      expect(() => agent.registerRoutingCallback(() => null, path)).toThrow(ConfigurationError);
  });
});

describe('a schema that refers to itself many times', () => {
  it('has an end', () => {
    const node = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`p${i}`, { $ref: '#/$defs/node' }])),
    };
    const { definition } = new SwaigFunction({
      name: 'f',
      description: 'x',
      parameters: { type: 'object', properties: { root: { $ref: '#/$defs/node' } }, $defs: { node } },
      handler: () => '',
    });
    expect(JSON.stringify(definition).length).toBeLessThan(100_000);
  });
});

describe('the parameters of a function', () => {
  const parametersOf = (parameters: object) =>
    new SwaigFunction({ name: 'f', description: 'x', parameters: parameters as never, handler: () => '' }).definition[
      'parameters'
    ];
  const a = { properties: { a: { type: 'string' } }, required: ['a'] };
  const b = { properties: { b: { type: 'number' } }, required: ['b'] };

  it('reach the model also where the schema is put together of others', () => {
    expect(parametersOf({ type: 'object', $ref: '#/$defs/a', $defs: { a } })).toEqual({ type: 'object', ...a });
    const all = { type: 'object', properties: { ...a.properties, ...b.properties } };
    expect(parametersOf({ type: 'object', oneOf: [a, b] })).toEqual(all);
    expect(parametersOf({ type: 'object', allOf: [a, b] })).toEqual({ ...all, required: ['a', 'b'] });
  });

  it('are no whole schema that was taken for a map, and would check nothing', () => {
    for (const wrong of [
      { $ref: '#/$defs/a', $defs: { a } },
      { properties: {}, required: ['a'] },
      { a: null },
      [],
      'a',
    ])
      expect(() => parametersOf(wrong as object)).toThrow(ConfigurationError);
  });

  it('can be fixed only where they are declared: a name spelled wrong would leave the choice to the model', () => {
    const agent = new AgentBase({ name: 'bound' });
    agent.defineTool({ name: 'map', ...tool, parameters: { account: { type: 'string' } } });
    agent.defineTool({ name: 'zod', ...tool, parameters: z.object({ account: z.string() }) });
    agent.defineTool({ name: 'strict', ...tool, parameters: z.strictObject({ account: z.string() }) });
    for (const name of ['map', 'zod', 'strict']) {
      expect(() => agent.bindArguments(name, { acount: 'mine' })).toThrow(ConfigurationError);
      agent.bindArguments(name, { account: 'mine' });
    }
  });
});

describe('a serverless platform', () => {
  it('says where functions are called; a request under CGI does not', () => {
    const addressWith = (environment: Record<string, string>): string => {
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
      try {
        return new AgentBase({ name: 'a' }).getFullUrl();
      } finally {
        vi.unstubAllEnvs();
      }
    };
    const lambda = { AWS_LAMBDA_FUNCTION_NAME: 'a' };
    expect(addressWith({ ...lambda, AWS_LAMBDA_FUNCTION_URL: 'https://x.lambda-url.example/' })).toBe(
      'https://x.lambda-url.example',
    );
    expect(addressWith(lambda)).toBe('http://localhost:3000');
    expect(addressWith({ GATEWAY_INTERFACE: 'CGI/1.1', HTTP_HOST: 'evil.example' })).toBe('http://localhost:3000');
  });
});

describe('code written for the published SDK', () => {
  it('defines its tools in a hook, which runs once, for all callers', async () => {
    let ran = 0;
    class Shop extends ReceptionistAgent {
      readonly #greeting = 'Welcome';
      constructor() {
        super({
          name: 'shop',
          route: '/',
          departments: [{ name: 'sales', description: 'Sells', number: '+15550100' }],
        });
      }
      protected override defineTools(): void {
        ran++;
        this.defineTool({ name: 'greet', description: this.#greeting, handler: () => this.#greeting });
      }
    }
    const agent = new Shop();
    expect(ran).toBe(0);
    agent.setDynamicConfigCallback((_query, _body, _headers, own) => void own.defineTool({ name: 'own', ...tool }));
    const line = await onLine(agent);
    const script = await line.script('c1');
    expect((await line.call(script, 'greet', {})).json).toEqual({ response: 'Welcome' });
    expect(agent.listToolNames()).toContain('greet');
    expect(ran).toBe(1);
  });
});
