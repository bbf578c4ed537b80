import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OrgId } from '../../../src/kernel/ids.ts';
import { systemTimer } from '../../../src/kernel/timer.ts';
import { createModelClients } from '../../../src/providers/models/clients.ts';
import { createReach } from '../../../src/providers/tools/reach.ts';
import type { Attempt, ModelCall } from '../../../src/swarm/models/client.ts';
import type { ModelMessage, ModelRequest } from '../../../src/swarm/models/port.ts';
import { type Behaviour, type ModelsDouble, startModelsDouble, type Vendor } from '../../doubles/models.ts';
import { handTimer } from './hand-timer.ts';
import { loopback } from './loopback.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const KEY = 'sk-secret-0001-of-openai';
const clock = { now: () => NOW };

let double: ModelsDouble;
beforeAll(async () => {
  double = await startModelsDouble();
});
afterAll(() => double[Symbol.asyncDispose]());

describe.each<Vendor>(['openai-compatible', 'anthropic'])('the adapter for %s', (vendor) => {
  let heard = '';
  beforeEach(() => {
    heard = '';
  });
  afterEach(() => expect(double.faults).toEqual([]));

  const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
    messages: [{ role: 'user', text: 'hello' }],
    tools: [],
    maxOutputTokens: 100,
    signal: AbortSignal.timeout(5_000),
    onText: (delta) => {
      heard += delta;
    },
    ...more,
  });
  const call = (more: Partial<ModelRequest> = {}, of: Partial<ModelCall> = {}): ModelCall => ({
    model: 'm-1',
    baseUrl: double.baseUrl[vendor],
    apiKey: KEY,
    script: undefined,
    idleMs: 60_000,
    request: request(more),
    ...of,
  });
  const ask = (more: Partial<ModelRequest> = {}, of: Partial<ModelCall> = {}, timer = systemTimer) =>
    createModelClients({ clock, timer, reach: loopback })[vendor].attempt(call(more, of));
  const told = (behaviour: Behaviour) => {
    double.will(behaviour);
    return ask();
  };
  const lastBody = () => double.asked.at(-1)!.body;

  test('streams a reply, with usage as the vendor counted it', async () => {
    double.will({ is: 'reply', text: 'Good morning.', usage: [120, 100, 7] });
    expect(await ask()).toEqual({
      is: 'reply',
      text: 'Good morning.',
      calls: [],
      finish: 'stop',
      usage: { inputTokens: 120, cachedInputTokens: 100, outputTokens: 7 },
      ref: vendor === 'anthropic' ? 'msg_1' : 'chatcmpl-1',
    });
    expect(heard).toBe('Good morning.');
    expect(double.asked.at(-1)!.key).toBe(KEY);
    expect(lastBody()).toMatchObject({ model: 'm-1', max_tokens: 100, stream: true });
  });

  test('says null when the vendor does not count', async () => {
    expect(await told({ is: 'reply', text: 'a', usage: null })).toMatchObject({ is: 'reply', usage: null });
  });

  test.each([
    ['length', vendor === 'anthropic' ? 'max_tokens' : 'length'],
    ['filter', vendor === 'anthropic' ? 'refusal' : 'content_filter'],
  ])('knows a reply that ended by %s', async (finish, raw) => {
    expect(await told({ is: 'reply', text: 'a', finish: raw })).toMatchObject({ is: 'reply', finish });
  });

  test('lets every system message through, those in the middle too, and drops nothing else', async () => {
    const messages: ModelMessage[] = [
      { role: 'system', text: 'First rule.' },
      { role: 'system', text: 'Second rule.' },
      { role: 'user', text: 'Look it up, twice.' },
      {
        role: 'assistant',
        text: '',
        calls: [
          { id: 'c.1', name: 'look', args: { at: 'a' } },
          { id: 'c.2', name: 'look', args: { at: 'b' } },
        ],
      },
      { role: 'tool', call: 'c.1', name: 'look', text: 'found a', isError: false },
      { role: 'system', text: 'Third rule.' },
      { role: 'user', text: 'Hurry.' },
      { role: 'tool', call: 'c.2', name: 'look', text: 'no b', isError: true },
      { role: 'assistant', text: 'Again.', calls: [{ id: 'c.1', name: 'look', args: { $unparsed: '{"at": ' } }] },
      { role: 'tool', call: 'c.1', name: 'look', text: '', isError: true },
      { role: 'user', text: '  ' },
      { role: 'system', text: 'Last rule.' },
    ];
    const schema = { type: 'object', properties: { at: { type: 'string', minLength: 1 } }, required: ['at'] };
    await ask({ messages, tools: [{ name: 'look', description: 'Looks.', schema }] });
    const body = lastBody();
    const rules = ['First rule.', 'Second rule.', 'Third rule.', 'Last rule.'];
    if (vendor === 'anthropic') {
      expect(body.system.map(({ text }: { text: string }) => text)).toEqual(rules);
      expect(body.tools).toEqual([{ name: 'look', description: 'Looks.', input_schema: schema }]);
      const ids = body.messages[1].content.map(({ id }: { id: string }) => id);
      expect(body.messages.slice(1, 5)).toMatchObject([
        { role: 'assistant', content: [{ input: { at: 'a' } }, { input: { at: 'b' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: ids[0], content: 'found a' },
            { type: 'tool_result', tool_use_id: ids[1], content: 'no b', is_error: true },
            { type: 'text', text: 'Hurry.' },
          ],
        },
        { role: 'assistant', content: [{ text: 'Again.' }, { input: { $unparsed: '{"at": ' } }] },
        { role: 'user', content: [{ type: 'tool_result', is_error: true }, { text: '(empty)' }] },
      ]);
    } else {
      const said = body.messages.filter(({ role }: { role: string }) => role === 'system');
      expect(said.map(({ content }: { content: string }) => content)).toEqual(rules);
      expect(body.tools[0].function).toMatchObject({ name: 'look', description: 'Looks.', parameters: schema });
      const ids = body.messages[3].tool_calls.map(({ id }: { id: string }) => id);
      expect(body.messages.slice(3, 8)).toMatchObject([
        { tool_calls: [{ function: { arguments: '{"at":"a"}' } }, { function: { arguments: '{"at":"b"}' } }] },
        { role: 'tool', tool_call_id: ids[0], content: 'found a' },
        { role: 'tool', tool_call_id: ids[1], content: 'no b' },
        { role: 'system', content: 'Third rule.' },
        { role: 'user', content: 'Hurry.' },
      ]);
    }
  });

  test('takes calls that come together, and says what was no JSON object', async () => {
    const calls = [
      { id: 'call_a', name: 'look', args: '{"at": "Zürich", "deep": {"n": [1]}}' },
      { id: 'call_b', name: 'look', args: '{"at": ' },
      { id: 'call_c', name: 'look', args: '' },
      { id: 'call_c', name: 'look', args: '[1]' },
    ];
    // ids twice in a step are of servers that are compatible in part
    const distinct = vendor === 'anthropic' ? calls : calls.map((one, index) => ({ ...one, id: `call_${index}` }));
    expect(await told({ is: 'reply', text: 'Looking.', calls: distinct })).toMatchObject({
      finish: 'calls',
      calls: [
        { args: { at: 'Zürich', deep: { n: [1] } } },
        { args: { $unparsed: '{"at": ' } },
        { args: {} },
        { id: vendor === 'anthropic' ? 'call_c_2' : 'call_3', args: { $unparsed: '[1]' } },
      ],
    });
  });

  test.each<[number, string, Record<string, string>, object]>([
    [401, 'authentication_error', {}, { why: 'unauthorized', sent: false }],
    [403, 'permission_error', {}, { why: 'unauthorized', sent: false }],
    [429, 'rate_limit_error', { 'retry-after': '7' }, { why: 'limited', retryAfterMs: 7_000, sent: false }],
    [
      429,
      'rate_limit_error',
      { 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' },
      { why: 'limited', retryAfterMs: 9_000 },
    ],
    [400, 'invalid_request_error', {}, { why: 'refused', sent: false }],
    [404, 'not_found_error', {}, { why: 'refused' }],
    [413, 'request_too_large', {}, { why: 'too_large' }],
    [302, 'some_error', { location: 'http://127.0.0.1:1/elsewhere' }, { why: 'refused' }],
    [500, 'api_error', {}, { why: 'down', sent: false }],
    [529, 'overloaded_error', {}, { why: 'down' }],
  ])('tells %i %s', async (status, type, headers, outcome) => {
    expect(await told({ is: 'status', status, type, headers })).toEqual({
      is: 'failed',
      sent: false,
      status,
      code: type,
      retryAfterMs: 0,
      ...outcome,
    });
  });

  test.each<[string, Behaviour, object]>([
    ['a connection that breaks in the middle', { is: 'cut' }, { why: 'cut', sent: true }],
    ['a stream that ends too early', { is: 'half' }, { why: 'cut', sent: true }],
    [
      'an error in the middle',
      { is: 'error_event', type: 'overloaded_error', first: false },
      { why: 'cut', sent: true, code: 'overloaded_error' },
    ],
    ['a connection that breaks before an answer', { is: 'reset' }, { why: 'unreachable', sent: true, status: null }],
    ['what is no stream', { is: 'garbage' }, { is: 'failed', sent: true }],
    ['a chunk that is no JSON', { is: 'bad_chunk' }, { why: 'unreadable', sent: true }],
    ['an answer without end', { is: 'huge', bytes: 2 * 1024 * 1024 }, { why: 'unreadable', sent: true }],
  ])('fails at %s', async (_, behaviour, outcome) => {
    expect(await told(behaviour)).toMatchObject(outcome);
  });

  test('fails when nobody listens, and says that nothing was sent', async () => {
    const gone = await startModelsDouble();
    const baseUrl = gone.baseUrl[vendor];
    await gone[Symbol.asyncDispose]();
    expect(await ask({}, { baseUrl })).toMatchObject({ why: 'unreachable', sent: false });
  });

  test('sends a key over https alone, but for this machine', async () => {
    const before = double.asked.length;
    for (const baseUrl of ['http://models.example/v1', 'https://u:p@models.example/v1', 'ftp://127.0.0.1/v1'])
      expect(await ask({}, { baseUrl })).toMatchObject({ why: 'refused', sent: false, code: 'base_url_not_https' });
    expect(double.asked.length).toBe(before);
  });

  test('does not wait for a vendor that falls silent in the middle', async () => {
    const { timer, fire } = handTimer();
    double.will({ is: 'silent', after: 'text' });
    const spoke = Promise.withResolvers<void>();
    const attempt = ask({ onText: (delta) => delta.endsWith('an ') && spoke.resolve() }, { idleMs: 777 }, timer);
    await spoke.promise;
    await fire(777);
    expect(await attempt).toMatchObject({ why: 'idle', sent: true });
  });

  test('breaks off when it is told to', async () => {
    const stop = new AbortController();
    double.will({ is: 'silent', after: 'text' });
    const spoke = Promise.withResolvers<void>();
    const attempt = ask({ signal: stop.signal, onText: (delta) => delta.endsWith('an ') && spoke.resolve() });
    await spoke.promise;
    stop.abort();
    expect(await attempt).toMatchObject({ why: 'cancelled', sent: true });
    expect(await ask({ signal: stop.signal })).toMatchObject({ why: 'cancelled' });
  });

  test('never lets the key out, whatever the vendor says', async () => {
    const answers: Attempt[] = [];
    for (const status of [400, 401, 429, 500]) answers.push(await told({ is: 'status', status }));
    answers.push(await told({ is: 'error_event', type: KEY, first: false }), await told({ is: 'cut' }));
    expect(answers.map(({ is }) => is)).toEqual(Array(6).fill('failed'));
    expect(JSON.stringify(answers)).not.toContain('sk-secret');
  });
});

/** The shortest request that there is. */
const plain = (vendor: keyof typeof double.baseUrl, apiKey: string | null) => ({
  model: 'm-1',
  baseUrl: double.baseUrl[vendor],
  apiKey,
  script: undefined,
  idleMs: 60_000,
  request: {
    messages: [{ role: 'user', text: 'a' } as const],
    tools: [],
    maxOutputTokens: 9,
    signal: AbortSignal.timeout(5_000),
  },
});

test('Anthropic’s overload that comes as the first event is an overload', async () => {
  double.will({ is: 'error_event', type: 'overloaded_error', first: true });
  const { anthropic } = createModelClients({ clock, reach: loopback });
  const attempt = await anthropic.attempt(plain('anthropic', KEY));
  expect(attempt).toMatchObject({ why: 'down', status: 529, sent: true });
});

test('what may not be reached is not asked, and gets no key', async () => {
  const reach = createReach({
    ownOrganization: 'org_own' as OrgId,
    localOrigins: [new URL(double.baseUrl.anthropic).origin],
  });
  const before = double.asked.length;
  for (const org of ['org_own', 'org_other'] as OrgId[]) {
    const clients = createModelClients({ clock, reach: (url, limits) => reach(org, url, limits) });
    const attempt = await clients.anthropic.attempt(plain('anthropic', KEY));
    expect(attempt).toMatchObject(
      org === 'org_own' ? { is: 'reply' } : { why: 'refused', sent: false, code: 'base_url_out_of_reach' },
    );
  }
  expect(double.asked.length).toBe(before + 1);
});

test('a server of one’s own may ask for no key', async () => {
  const clients = createModelClients({ clock, reach: loopback });
  const attempt = await clients['openai-compatible'].attempt(plain('openai-compatible', null));
  expect(attempt.is).toBe('reply');
  expect(double.asked.at(-1)!.headers.authorization).toBeUndefined();
});
