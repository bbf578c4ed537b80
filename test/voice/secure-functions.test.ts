/** Who may run a function: the call whose script named it, with the token that stood there. */
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { AgentBase, type AgentOptions } from '../../src/voice/agent-base.ts';
import { FAILED, REFUSED } from '../../src/voice/tools/run-function.ts';
import { callOf, onLine } from './fixture.ts';

function bank(options: Partial<AgentOptions> = {}) {
  const ran = vi.fn();
  const agent = new AgentBase({ name: 'bank', ...options });
  agent
    .defineTool({
      name: 'transfer',
      description: 'Moves money',
      parameters: { type: 'object', properties: { amount: { type: 'number', minimum: 1 } }, required: ['amount'] },
      handler: (args) => {
        ran(args);
        return 'moved';
      },
    })
    .defineTool({ name: 'once', description: 'Once', singleUse: true, handler: () => ran('once') ?? 'done' })
    .defineTool({ name: 'open', description: 'Open', secure: false, handler: () => 'for all' });
  return { agent, ran };
}

describe('a secure function', () => {
  it('runs for the call whose script named it', async () => {
    const { agent, ran } = bank();
    const line = await onLine(agent);
    const script = await line.script('call-1');
    expect((await line.call(script, 'transfer', { amount: 5 })).json).toEqual({ response: 'moved' });
    expect(ran).toHaveBeenCalledExactlyOnceWith({ amount: 5 });
  });

  it('never runs without its token, and the caller hears so', async () => {
    const { agent, ran } = bank();
    const line = await onLine(agent);
    const script = await line.script('call-1');
    const address = new URL(script.addressOf('transfer'));
    const token = address.searchParams.get('__token')!;
    const other = new URL(script.addressOf('once')).searchParams.get('__token')!;
    const body = callOf('call-1', 'transfer', { amount: 5 });
    const parts = Buffer.from(token, 'base64url').toString().split('.');
    const short = Buffer.from([...parts.slice(0, 4), parts[4]!.slice(0, 16)].join('.')).toString('base64url');
    for (const [path, sent] of [
      ['/swaig', body],
      ['/swaig?__token=', body],
      [`/swaig?__token=${token.slice(0, -1)}`, body],
      [`/swaig?__token=${token}=`, body],
      [`/swaig?__token=${other}`, body],
      [`/swaig?__token=${short}`, body],
      [`/swaig?__token=${token}&__args=e30`, body],
      [`/swaig?__token=${token}`, { ...body, call_id: 'call-2' }],
      [`/swaig?__token=${token}`, { ...body, call_id: undefined }],
      [`/swaig?__token=${token}`, { ...body, call_id: '' }],
      [`/swaig?__token=${token}`, { ...body, call_id: 1 }],
    ] as const) {
      const { status, json } = await line.post(path, sent);
      expect([path, status, json]).toEqual([path, 200, { response: REFUSED }]);
    }
    expect(ran).not.toHaveBeenCalled();
  });

  it('takes its token under the older name, and the id of the call inside `call`', async () => {
    const { agent } = bank();
    const line = await onLine(agent);
    const token = agent.createToolToken('transfer', 'call-1');
    const { call_id, ...body } = callOf('call-1', 'transfer', { amount: 5 });
    expect((await line.post(`/swaig?token=${token}`, { ...body, call: { call_id } })).json).toEqual({
      response: 'moved',
    });
  });

  it('runs once for a token where that was asked for, however many come at once', async () => {
    const { agent, ran } = bank();
    const line = await onLine(agent);
    const script = await line.script('call-1');
    const answers = await Promise.all(Array.from({ length: 20 }, () => line.call(script, 'once', {})));
    expect(answers.filter(({ json }) => json.response === 'done')).toHaveLength(1);
    expect(ran).toHaveBeenCalledTimes(1);
    expect((await line.call(await line.script('call-1'), 'once', {})).json).toEqual({ response: 'done' });
  });

  it('is accepted by every process with the same secret, and with the one before it, and by no other', async () => {
    const [first, second, rotated, stranger] = [
      bank({ swaigSecret: 'a shared secret of ours' }),
      bank({ swaigSecret: 'a shared secret of ours' }),
      bank({ swaigSecret: 'the next secret of ours', settings: { previousSwaigSecret: 'a shared secret of ours' } }),
      bank(),
    ];
    const token = first.agent.createToolToken('transfer', 'call-1');
    const accepted = [second, rotated, stranger].map(({ agent }) =>
      agent.validateToolToken('transfer', token, 'call-1'),
    );
    expect(accepted).toEqual([true, true, false]);
  });
});

describe('fixed arguments', () => {
  it('reach the handler whatever the model says, and the model does not see them', async () => {
    const agent = new AgentBase({ name: 'bound' });
    agent.defineTool({
      name: 'pay',
      description: 'Pays',
      parameters: z.object({ account: z.string(), amount: z.number() }),
      handler: ({ account, amount }) => `${amount} from ${account}`,
    });
    agent.setDynamicConfigCallback((_query, body, _headers, own) => {
      if (body['from'] !== undefined) own.bindArguments('pay', { account: String(body['from']) });
    });
    const line = await onLine(agent);
    const script = await line.script('call-1', { from: 'acc-1' });
    const [{ parameters }] = script.ai.SWAIG.functions;
    expect(Object.keys(parameters.properties)).toEqual(['amount']);
    expect((await line.call(script, 'pay', { amount: 3, account: 'acc-2' })).json).toEqual({
      response: '3 from acc-1',
    });
    const forged = script
      .addressOf('pay')
      .replace(/__args=[\w-]+/, `__args=${Buffer.from('{"account":"acc-2"}').toString('base64url')}`);
    expect(
      (await line.post(forged.replace(/^.*\/swaig/, '/swaig'), callOf('call-1', 'pay', { amount: 3 }))).json,
    ).toEqual({ response: REFUSED });
  });
});

describe('arguments', () => {
  it('that do not fit never reach the handler, and the model hears why', async () => {
    const { agent, ran } = bank();
    const line = await onLine(agent);
    const script = await line.script('call-1');
    for (const args of [{}, { amount: '5' }, { amount: 0 }, { amount: null }]) {
      const { status, json } = await line.call(script, 'transfer', args);
      expect([status, json.response]).toEqual([200, expect.stringMatching(/^These arguments can’t be used: .*amount/)]);
    }
    expect(ran).not.toHaveBeenCalled();
    await line.call(script, 'transfer', { amount: 5, isAdmin: true });
    expect(ran).toHaveBeenCalledExactlyOnceWith({ amount: 5 });
  });

  it('are parsed by a Zod schema, awaited where it is asynchronous', async () => {
    const agent = new AgentBase({ name: 'zod' });
    agent.defineTool({
      name: 'book',
      description: 'Books',
      parameters: z
        .object({ when: z.iso.date().transform((text) => new Date(text)), party: z.number().int().default(2) })
        .refine(async () => true),
      handler: async ({ when, party }) => `${when.getUTCFullYear()} for ${party}`,
    });
    const line = await onLine(agent);
    const script = await line.script('call-1');
    expect((await line.call(script, 'book', { when: '2026-12-24' })).json).toEqual({ response: '2026 for 2' });
    expect((await line.call(script, 'book', { when: 'soon' })).json.response).toMatch(
      /^These arguments can’t be used: when/,
    );
  });

  it('may come as text alone', async () => {
    const { agent } = bank();
    const line = await onLine(agent);
    const token = agent.createToolToken('transfer', 'c');
    const body = { function: 'transfer', call_id: 'c', argument: { raw: '{"amount":2}' } };
    expect((await line.post(`/swaig?__token=${token}`, body)).json).toEqual({ response: 'moved' });
  });
});

describe('a function', () => {
  it('without a name, with a bad one, or that does not exist is told apart', async () => {
    const line = await onLine(bank().agent);
    for (const [name, status] of [
      [undefined, 400],
      ['', 400],
      ['no-name', 400],
      ['__proto__', 404],
      ['constructor', 404],
      ['a'.repeat(129), 400],
      [{ toString: 'x' }, 400],
      ['nowhere', 404],
    ] as const)
      expect([name, (await line.post('/swaig', { function: name, call_id: 'c' })).status]).toEqual([name, status]);
  });

  it('that fails says sorry, and nothing of why', async () => {
    const agent = new AgentBase({ name: 'failing' });
    agent
      .defineTool({
        name: 'fails',
        description: 'Fails',
        secure: false,
        handler: () => {
          throw new Error('the password of the database is 123');
        },
      })
      .defineTool({
        name: 'says_so',
        description: 'Fails in its own words',
        secure: false,
        onError: () => ({ response: 'Our till is closed.' }),
        handler: async () => Promise.reject(new Error('x')),
      });
    const line = await onLine(agent);
    expect((await line.post('/swaig', { function: 'fails' })).json).toEqual({ response: FAILED });
    expect((await line.post('/swaig', { function: 'says_so' })).json).toEqual({ response: 'Our till is closed.' });
  });

  it('may be answered for by the agent, after every check', async () => {
    class Cautious extends AgentBase {
      override onFunctionCall(name: string): unknown {
        return name === 'transfer' ? { response: 'Not today.' } : undefined;
      }
    }
    const agent = new Cautious({ name: 'cautious' });
    agent.defineTool({ name: 'transfer', description: 'x', handler: () => 'moved' });
    const line = await onLine(agent);
    expect((await line.post('/swaig', callOf('c', 'transfer', {}))).json).toEqual({ response: REFUSED });
    expect((await line.call(await line.script('c'), 'transfer', {})).json).toEqual({ response: 'Not today.' });
  });

  it('may be run through a guard that decides whether it runs', async () => {
    const { agent, ran } = bank({
      onToolCall: async ({ args }, run) => ((args['amount'] as number) > 10 ? 'too much' : run()),
    });
    const line = await onLine(agent);
    const script = await line.script('c');
    expect((await line.call(script, 'transfer', { amount: 11 })).json).toEqual({ response: 'too much' });
    expect((await line.call(script, 'transfer', { amount: 9 })).json).toEqual({ response: 'moved' });
    expect(ran).toHaveBeenCalledTimes(1);
  });
});
