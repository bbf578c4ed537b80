/** Remote workers over real connections: what they take, and what is taken from them. */
import { serve } from '@hono/node-server';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { signStandardWebhook } from '../../../src/kernel/standard-webhook.ts';
import { SECOND_MS } from '../../../src/kernel/time.ts';
import { createReach } from '../../../src/providers/tools/reach.ts';
import { createWorkerClient } from '../../../src/providers/tools/worker-client.ts';
import { createWorker, type WorkerRequest } from '../../../src/swarm/index.ts';
import type { ModelFailure } from '../../../src/swarm/models/port.ts';
import { answerId, workerAnswer } from '../../../src/swarm/worker/protocol.ts';
import { testClock } from '../../support/house.ts';
import { BANK, wire } from '../control/wire.ts';
import { swarmHouse } from '../fixture.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const OWN = 'org_own';
const clock = testClock();
const seen: Request[] = [];
const tasks: WorkerRequest[] = [];
let think: Parameters<typeof createWorker>[0]['think'] = () => ({ reply: 'Hello' });
const worker = createWorker({
  secret: SECRET,
  clock,
  think(task, signal) {
    tasks.push(task);
    return think(task, signal);
  },
});
/** In the place of the worker; null: the worker itself. */
let impostor: ((request: Request) => Response | Promise<Response>) | null = null;
const { promise: listening, resolve } = Promise.withResolvers<number>();
const server = serve(
  {
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      seen.push(request.clone());
      return (impostor ?? worker)(request);
    },
  },
  ({ port }) => resolve(port),
);
const origin = `http://127.0.0.1:${await listening}`;
afterAll(() => {
  (server as unknown as { closeAllConnections(): void }).closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  tasks.length = 0;
  impostor = null;
  think = () => ({ reply: 'Hello' });
});

const client = createWorkerClient({
  clock,
  reach: createReach({ ownOrganization: OWN, localOrigins: [origin] }),
  secrets: {
    open: async (_, source) =>
      'secret' in source ? ({ good: SECRET, other: OTHER, weak: 'whsec_' }[source.secret] ?? null) : null,
  },
});
const TASK: WorkerRequest = {
  ...{ version: 1, thread: 'thr_1', frame: 'frm_1', step: 1, input: 'Hi', transcript: [], tools: [] },
  agent: { name: 'desk', description: 'Talks.' },
};
let tries = 0;
const ask = (
  more: {
    timeoutMs?: number;
    secret?: string;
    url?: string;
    request?: WorkerRequest;
    signal?: AbortSignal;
    org?: `org_${string}`;
  } = {},
) =>
  client.ask({
    org: more.org ?? OWN,
    worker: {
      url: more.url ?? `${origin}/work`,
      secret: { secret: more.secret ?? 'good' },
      timeoutMs: more.timeoutMs ?? 10_000,
    },
    id: `frm_1:1:${tries++}`,
    request: more.request ?? TASK,
    signal: more.signal ?? new AbortController().signal,
  });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (one: ModelFailure) => one,
  );

/** Half an answer, and then nothing. */
const cut = () => new Response('{"rep', { headers: { 'content-length': '100' } });

describe('a worker', () => {
  it('gets the task and answers, both signed', async () => {
    expect(await ask()).toEqual({ reply: 'Hello' });
    expect(tasks).toEqual([TASK]);
    think = () => ({ calls: [{ id: 'c1', name: 'ask_clerk', args: { a: 1 } }], text: 'One moment.' });
    expect(await ask()).toEqual({ calls: [{ id: 'c1', name: 'ask_clerk', args: { a: 1 } }], text: 'One moment.' });
  });

  const signed = (body: string, { secret = SECRET, id = 'id-1', at = clock.now() / 1_000 } = {}) =>
    new Request(`${origin}/work`, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at)),
        'webhook-signature': signStandardWebhook(secret, id, Math.floor(at), body),
      },
    });
  const body = JSON.stringify(TASK);

  it.for([
    ['nobody signed', () => new Request(origin, { method: 'POST', body }), 401],
    ['somebody else signed', () => signed(body, { secret: OTHER, id: 'a' }), 401],
    ['is older than five minutes', () => signed(body, { id: 'b', at: clock.now() / 1_000 - 301 }), 401],
    ['is newer than five minutes', () => signed(body, { id: 'c', at: clock.now() / 1_000 + 301 }), 401],
    ['has another body', () => new Request(signed(body, { id: 'd' }), { body: body.replace('Hi', 'Ho') }), 401],
    ['is too large', () => signed('x'.repeat(8 * 1024 * 1024 + 1), { id: 'e' }), 413],
    ['is of another version', () => signed('{"version":2}', { id: 'f' }), 400],
    ['is no JSON', () => signed('null', { id: 'g' }), 400],
    ['is no POST', () => new Request(origin), 405],
  ] as const)('refuses what %s', async ([, request, status]) => {
    const response = await worker(request());
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
    expect(tasks).toEqual([]);
  });

  it('takes a request once, as long as it could come again', async () => {
    const statuses = async () => (await worker(signed(body, { id: 'twice' }))).status;
    expect(await Promise.all([statuses(), statuses()])).toEqual([200, 409]);
    expect(await statuses()).toBe(409);
    expect(tasks).toHaveLength(1);
  });

  it('can not be made with a secret that could be guessed', () => {
    for (const secret of ['', 'whsec_', 'secret', 'whsec_c2hvcnQ='])
      expect(() => createWorker({ secret, think: () => ({ reply: '' }) })).toThrow(TypeError);
  });
});

describe('the answer of a worker', () => {
  const answered = (body: string, id: string, secret = SECRET, at = Math.floor(clock.now() / 1_000)) =>
    new Response(body, {
      headers: {
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': signStandardWebhook(secret, id, at, body),
      },
    });
  const idOf = (request: Request) => request.headers.get('webhook-id') ?? '';
  const REPLY = '{"reply":"Send it all to eve."}';

  it.for([
    ['nobody signed', () => new Response(REPLY)],
    ['somebody else signed', (request: Request) => answered(REPLY, answerId(idOf(request)), OTHER)],
    ['was for another request', () => answered(REPLY, answerId('frm_1:1:before'))],
    [
      'is old',
      (request: Request) => answered(REPLY, answerId(idOf(request)), SECRET, Math.floor(clock.now() / 1_000) - 301),
    ],
    [
      'is the request itself',
      async (request: Request) => new Response(await request.text(), { headers: request.headers }),
    ],
    ['is signed, and no answer', (request: Request) => answered('{"reply":1,"calls":[]}', answerId(idOf(request)))],
    [
      'is signed, and too deep',
      (request: Request) => answered(`{"reply":${'['.repeat(100)}${']'.repeat(100)}}`, answerId(idOf(request))),
    ],
    [
      'is huge',
      (request: Request) => answered(JSON.stringify({ reply: 'x'.repeat(1024 * 1024) }), answerId(idOf(request))),
    ],
    ['leads elsewhere', () => new Response(null, { status: 307, headers: { location: 'https://example.com/' } })],
    ['is a refusal', () => new Response(null, { status: 401 })],
  ] as const)('is not taken when it %s', async ([, respond]) => {
    impostor = respond;
    expect(await failure(ask())).toMatchObject({ code: 'model_refused', retryable: false });
  });

  it.for([
    ['is slow', () => new Promise<Response>(() => undefined), 'model_timeout'],
    [
      'is slow in the middle',
      () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })),
      'model_timeout',
    ],
    ['is a failure', () => new Response(null, { status: 503 }), 'model_unavailable'],
    ['is cut', () => cut(), 'model_unavailable'],
  ] as const)('that %s may be asked for again', async ([, respond, code]) => {
    impostor = respond;
    expect(await failure(ask({ timeoutMs: code === 'model_timeout' ? 150 : 10_000 }))).toMatchObject({
      code,
      retryable: true,
      sent: true,
    });
  });

  it('is not asked for without a proper secret, at another origin, or for another organisation', async () => {
    for (const more of [
      { secret: 'none' },
      { secret: 'weak' },
      { url: 'http://127.0.0.1:1/' },
      { url: 'http://example.com/' },
      { org: 'org_b' },
    ] as const)
      expect(await failure(ask(more))).toMatchObject({ code: 'model_refused', sent: false, retryable: false });
    expect(await failure(ask({ request: { ...TASK, input: 'x'.repeat(8 * 1024 * 1024) } }))).toMatchObject({
      code: 'model_too_large',
    });
    expect(seen).toEqual([]);
  });

  it('has one form or the other, and no two calls by one id', () => {
    const call = { id: 'a', name: 'b', args: {} };
    expect(workerAnswer({ reply: null })).toEqual({ reply: null });
    expect(workerAnswer({ calls: [call, { ...call, id: 'c' }] })).not.toBeNull();
    for (const none of [
      {},
      { reply: undefined },
      { calls: [] },
      { calls: [call, call] },
      { calls: [{ ...call, name: 'a b' }] },
      { reply: 'x', more: 1 },
      [],
      null,
      'x',
    ])
      expect(workerAnswer(none)).toBeNull();
  });
});

describe('an agent with a remote mind', () => {
  it('asks its worker, has its calls made in its own name, and answers', async () => {
    think = ({ transcript, input, tools }) => {
      const result = transcript.findLast((step) => step.kind === 'result');
      if (result !== undefined) return { reply: `${input}: ${result.text}` };
      return { calls: [{ id: 'c1', name: tools[0]!.name, args: { message: 'How many?' } }] };
    };
    await using swarm = await swarmHouse(
      {
        swarm: { name: 'shop' },
        agents: [
          {
            ...{ name: 'desk', description: 'Talks to people.', kind: 'remote', peers: ['clerk'] },
            worker: { url: `${origin}/work`, secret: { secret: 'desk' } },
          },
          { name: 'clerk', description: 'Counts things.', kind: 'handler' },
        ],
      },
      { handlers: { clerk: () => 'seven' }, options: { clock, environment: { SWARM_LOCAL_ORIGINS: origin } } },
    );
    const organizationId = swarm.house.defaultOrganization;
    await swarm.done('swarm.put_secret', swarm.orchestrator, { organizationId, name: 'desk', value: SECRET });
    await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'Apples' });
    await swarm.pump();
    expect(swarm.faults).toEqual([]);
    expect(tasks.map(({ transcript }) => transcript.map(({ kind }) => kind))).toEqual([
      ['input'],
      ['input', 'thought', 'result'],
    ]);
    expect(tasks[1]!.transcript[2]).toMatchObject({ kind: 'result', call: 'c1', text: 'seven' });
    expect(JSON.stringify(tasks)).not.toContain('tok_');
  });

  it.each([
    ['the thread', 'swarm.pause_thread', 'swarm.resume_thread'],
    ['the swarm', 'swarm.pause', 'swarm.resume'],
    ['the agent in the registry', 'comms.pause_agent', 'comms.resume_agent'],
  ])('is not asked for its next step while %s is paused', async (_, pause, resume) => {
    think = ({ transcript }) =>
      transcript.some(({ kind }) => kind === 'result')
        ? { reply: 'done' }
        : { calls: [{ id: 'c1', name: 'wire', args: {} }] };
    let act = async (): Promise<unknown> => undefined;
    const outside = wire(async () => {
      await act();
      return 'sent';
    });
    const [, teller] = BANK.agents;
    const own = { kind: 'remote', worker: { url: `${origin}/work`, secret: { secret: 'teller' } } } as const;
    await using swarm = await swarmHouse(
      { ...BANK, agents: [{ ...teller!, ...own }] },
      { outside, options: { clock, environment: { SWARM_LOCAL_ORIGINS: origin } } },
    );
    const organizationId = swarm.house.defaultOrganization;
    await swarm.done('swarm.put_secret', swarm.orchestrator, { organizationId, name: 'teller', value: SECRET });
    const agentId = (await swarm.house.store.swarms.live(swarm.org))!.agents.get('teller');
    const { threadId } = await swarm.done('swarm.inject', swarm.orchestrator, { to: 'teller', payload: 'Apples' });
    const about = { 'swarm.pause_thread': { threadId }, 'swarm.pause': {}, 'comms.pause_agent': { agentId } }[pause];
    act = () => swarm.done(pause, swarm.orchestrator, about);
    await swarm.pump();
    expect(tasks).toHaveLength(1);
    await swarm.done(resume, swarm.orchestrator, about);
    clock.pass(SECOND_MS);
    await swarm.pump();
    expect(tasks).toHaveLength(2);
    expect(swarm.faults).toEqual([]);
  });
});
