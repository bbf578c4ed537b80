/** The durable pump (P14, P15; known-failures 18, 26, 29): threads, order, bounds, ends, and what two servers share. */
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import type { Handler } from '../../src/swarm/define.ts';
import type { Models } from '../../src/swarm/models/port.ts';
import { engines } from '../support/engines.ts';
import { codeOf, person, pumpHouse, threadOf } from './pump-house.ts';

const echo: Handler = (_context, input) => input;
const durable = engines.filter(({ name }) => name !== 'memory');

describe.each(engines)('threads on $name', (on) => {
  it('are of one person: two who talk to one agent share none, nor does one who knows the other’s id', async () => {
    const t = await pumpHouse({ desk: (_context, input) => `you said ${input}` }, { on });
    const [ann, ben] = [person(t.org, 'usr_ann'), person(t.org, 'usr_ben')];
    const hers = threadOf(await t.inject('desk', 'a secret', {}, ann));
    const his = threadOf(await t.inject('desk', 'hello', {}, ben));
    expect(his).not.toBe(hers);
    expect(codeOf(await t.inject('desk', 'what did she say?', { threadId: hers }, ben))).toBe('not_found');
    expect(codeOf(await t.inject('desk', 'x', { threadId: 'thr_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, ben))).toBe('not_found');
    await t.pump();
    expect(await t.said(hers)).toEqual(['owner > agent:desk: inject', 'agent:desk > owner: reply']);
    expect(await t.said(his)).toEqual(['owner > agent:desk: inject', 'agent:desk > owner: reply']);
    expect(t.faults).toEqual([]);
  });

  it('take what one person says in order, one at a time, also what comes while it works and all at once', async () => {
    const seen: unknown[] = [];
    let inside = 0;
    let most = 0;
    const desk: Handler = async (_context, input) => {
      seen.push(input);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      return input;
    };
    const t = await pumpHouse({ desk }, { on });
    const threadId = threadOf(await t.inject('desk', 0));
    const more = await Promise.all([1, 2, 3, 4, 5].map((n) => t.inject('desk', n, { threadId })));
    expect(more.map(({ is }) => is)).toEqual(Array(5).fill('done'));
    await t.pump();
    const order = await t.engine.db
      .selectFrom('thread_message')
      .select('seq')
      .where('thread', '=', threadId)
      .orderBy('seq')
      .execute();
    expect(order.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(seen).toHaveLength(6);
    expect(seen[0]).toBe(0);
    expect(most).toBe(1);
    expect(await t.thread(threadId)).toEqual({ status: 'completed', because: null });
  });

  it('have a status that is right at each moment', async () => {
    const held = Promise.withResolvers<void>();
    const t = await pumpHouse(
      {
        desk: async ({ call }, input) => (input === 'fail' ? Promise.reject(new Error('no')) : call('clerk', input)),
        clerk: async (_context, input) => {
          await held.promise;
          return input;
        },
      },
      { on, agents: { desk: { peers: ['clerk'] } } },
    );
    const threadId = threadOf(await t.inject('desk', 'x'));
    expect(await t.thread(threadId)).toMatchObject({ status: 'active' });
    const work = t.pump();
    await vi.waitFor(async () =>
      expect((await t.frames(threadId)).map(({ status }) => status)).toEqual(['waiting', 'running']),
    );
    expect(await t.thread(threadId)).toMatchObject({ status: 'active' });
    held.resolve();
    await work;
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
    await t.inject('desk', 'fail', { threadId });
    expect(await t.thread(threadId)).toMatchObject({ status: 'active' });
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
    expect(await t.said(threadId)).toEqual([
      'owner > agent:desk: inject',
      'agent:desk > agent:clerk: call',
      'agent:clerk > agent:desk: reply',
      'agent:desk > owner: reply',
      'owner > agent:desk: inject',
      'agent:desk > owner: error',
    ]);
    expect(t.faults).toEqual([]);
  });
});

describe.each(engines)('bounded queues on $name', (on) => {
  it('hold exactly what they may: of forty at once at a limit of ten, ten are taken and kept', async () => {
    const t = await pumpHouse({ desk: echo }, { on, agents: { desk: { limits: { queueDepth: 10 } } } });
    const other = on.name === 'postgres' ? await t.beside({ desk: echo }) : t;
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? t : other).call('swarm.inject', person(t.org, `usr_${n}`), { to: 'desk', payload: n }),
      ),
    );
    const codes = Map.groupBy(outcomes.map(codeOf), (code) => code);
    expect([codes.get('done')?.length, codes.get('queue_full')?.length]).toEqual([10, 30]);
    await Promise.all([t.pump(), other.house.pump.tick()]);
    const answered = await t.engine.db
      .selectFrom('thread_message')
      .select('kind')
      .where('kind', '=', 'reply')
      .execute();
    expect(answered).toHaveLength(10);
    expect((await t.inject('desk', 'again')).is).toBe('done');
  });

  it('count a person’s threads exactly', async () => {
    const t = await pumpHouse({ desk: echo }, { on, limits: { threadsPerUser: 3 } });
    const other = on.name === 'postgres' ? await t.beside({ desk: echo }) : t;
    const outcomes = await Promise.all(
      Array.from({ length: 9 }, (_, n) =>
        (n % 2 === 0 ? t : other).call('swarm.inject', t.by, { to: 'desk', payload: n }),
      ),
    );
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(3);
    expect(new Set(outcomes.map(codeOf))).toEqual(new Set(['done', 'queue_full']));
  });
});

describe.each(engines)('agents on $name', (on) => {
  it('wait for none that has no room, however much is ready for it', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const t = await pumpHouse(
      {
        slow: async () => {
          seen.push('slow');
          await gate.promise;
        },
        fast: () => seen.push('fast'),
      },
      { on, agents: { slow: { limits: { concurrency: 1 } } } },
    );
    const threadId = threadOf(await t.inject('slow', 1));
    const work = t.pump();
    await vi.waitFor(() => expect(seen).toEqual(['slow']));
    // as many threads as one look brings, and more
    const { db } = t.engine;
    const thread = await db.selectFrom('thread').selectAll().where('id', '=', threadId).executeTakeFirstOrThrow();
    const frame = await db.selectFrom('frame').selectAll().where('thread', '=', threadId).executeTakeFirstOrThrow();
    const ids = Array.from({ length: 520 }, (_, n) => `thr_${n}`);
    const ready = { status: 'ready', node: null, lease_until: null } as const;
    await db
      .insertInto('thread')
      .values(ids.map((id) => ({ ...thread, id, owner: id })))
      .execute();
    await db
      .insertInto('frame')
      .values(ids.map((id) => ({ ...frame, ...ready, id: `f${id}`, thread: id })))
      .execute();
    t.clock.pass(MINUTE_MS);
    threadOf(await t.inject('fast', 1));
    await vi.waitFor(() => expect(seen).toEqual(['slow', 'fast']));
    await db.deleteFrom('frame').where('thread', 'in', ids).execute();
    gate.resolve();
    await work;
    expect(t.faults).toEqual([]);
  });
});

describe('the pump', () => {
  it('takes ten messages a minute of one person, whatever their threads', async () => {
    const t = await pumpHouse({ desk: echo });
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, n) => t.inject('desk', n)));
    expect(outcomes.map(codeOf).toSorted()).toEqual([...Array(10).fill('done'), 'rate_limited', 'rate_limited']);
    expect((await t.inject('desk', 1, {}, person(t.org, 'usr_b'))).is).toBe('done');
    t.clock.pass(60_001);
    expect((await t.inject('desk', 1)).is).toBe('done');
  });

  it('is fair by thread: one with a thousand calls does not make another wait for them', async () => {
    const order: string[] = [];
    const t = await pumpHouse(
      {
        desk: async ({ call }, input) => {
          order.push(String(input));
          if (input === 'big') await Promise.all(Array.from({ length: 1_000 }, (_, n) => call('clerk', n)));
          return input;
        },
        clerk: (_context, input) => {
          order.push('clerk');
          return input;
        },
      },
      {
        agents: { desk: { peers: ['clerk'] }, clerk: { limits: { queueDepth: 10_000, concurrency: 1_000 } } },
        limits: { fanOut: 1_000 },
        options: { overrides: { swarm: { maxTurns: 4 } } },
      },
    );
    await t.inject('desk', 'big');
    const pumping = t.pump();
    await vi.waitFor(() => expect(order.filter((one) => one === 'clerk').length).toBeGreaterThan(0));
    await t.inject('desk', 'small');
    await pumping;
    expect(order.filter((one) => one === 'clerk')).toHaveLength(1_000);
    const before = order.slice(0, order.indexOf('small')).length;
    expect(before).toBeLessThan(600); // it came after what was looked at already, before all the rest
  });

  it('takes in nothing new while it is behind, and says when to come again; what is there goes on', async () => {
    const held = Promise.withResolvers<void>();
    const t = await pumpHouse(
      { desk: () => held.promise },
      { options: { overrides: { swarm: { maxTurns: 2 } } }, agents: { desk: { limits: { concurrency: 9 } } } },
    );
    for (let n = 0; n < 4; n++) expect((await t.inject('desk', n)).is).toBe('done');
    const work = t.pump();
    await vi.waitFor(() => expect(t.house.pump.running()).toHaveLength(2));
    expect((await t.inject('desk', 5)).is).toBe('done');
    t.clock.pass(10_000);
    const turnedAway = await t.inject('desk', 6);
    expect(turnedAway).toMatchObject({ is: 'refused', why: [{ code: 'overloaded', retryAt: t.clock.now() + 5_000 }] });
    expect((await t.call('comms.dnc_list', t.by)).is).toBe('done');
    held.resolve();
    await work;
    expect((await t.inject('desk', 7)).is).toBe('done');
    await t.pump();
  });

  it('ends a handler that does not answer, and tells it', async () => {
    let told: AbortSignal | undefined;
    const t = await pumpHouse(
      {
        desk: ({ signal }) => {
          told = signal;
          return new Promise(() => undefined);
        },
      },
      { agents: { desk: { limits: { handlerMs: 30 } } } },
    );
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.pump();
    expect(told?.aborted).toBe(true);
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
  });

  it('refuses the answers of other questions to a handler that asks something else when it is run again', async () => {
    let runs = 0;
    const t = await pumpHouse(
      {
        desk: async ({ call }) => call('clerk', { question: runs++ }),
        clerk: (_context, input) => input,
      },
      { agents: { desk: { peers: ['clerk'] }, clerk: { input: { type: 'object' } } } },
    );
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.pump();
    expect(runs).toBe(2);
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
    const entries = await t.engine.db
      .selectFrom('log_entry')
      .select('body')
      .where('type', '=', 'agent_error')
      .execute();
    expect(entries.map(({ body }) => JSON.parse(body).code)).toEqual(['handler_changed']);
  });

  it('does what a handler asked for without waiting, before it has answered', async () => {
    const seen: unknown[] = [];
    const t = await pumpHouse(
      {
        desk: ({ call }) => {
          void call('clerk', 'one');
          void call('clerk', 'two');
          return 'done';
        },
        clerk: (_context, input) => {
          seen.push(input);
          return null;
        },
      },
      { agents: { desk: { peers: ['clerk'] } } },
    );
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.pump();
    expect(seen.toSorted()).toEqual(['one', 'two']);
    expect((await t.said(threadId)).at(-1)).toBe('agent:desk > owner: reply');
  });

  it('bounds what comes of a handler: an answer beyond all size is a failure, not a row', async () => {
    const t = await pumpHouse({ desk: () => 'x'.repeat(300_000) });
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
    const [longest] = await t.engine.db.selectFrom('step').select('body').execute();
    expect((longest?.body ?? '').length).toBeLessThan(10_000);
  });

  it('records what a handler did once, whether its answer is told, refused, or can’t even be judged', async () => {
    const t = await pumpHouse(
      { desk: (_context, input) => (input === 'surrogate' ? 'a\ud800' : input) },
      { agents: { desk: { output: { type: 'string', maxLength: 9 } } } },
    );
    for (const [payload, kind] of [
      ['fine', 'reply'],
      ['much too long', 'error'],
      ['surrogate', 'error'],
    ] as const) {
      const threadId = threadOf(await t.inject('desk', payload));
      await t.pump();
      const [frame] = await t.frames(threadId);
      const steps = await t.engine.db
        .selectFrom('step')
        .select('kind')
        .where('frame', '=', frame!.id)
        .orderBy('n')
        .execute();
      expect(steps.map((step) => step.kind)).toEqual(['input', 'think', 'answer']);
      expect(await t.said(threadId)).toEqual(['owner > agent:desk: inject', `agent:desk > owner: ${kind}`]);
      expect(frame).toMatchObject({ status: 'idle', attempt: 1 });
    }
    const unread = await t.engine.db.selectFrom('thread_message').select('id').where('unread', '=', 1).execute();
    expect(unread).toEqual([]);
    expect(t.faults).toEqual([]);
  });

  it('does not run a handler again because its answer could not be written', async () => {
    let runs = 0;
    const t = await pumpHouse({ desk: () => ++runs });
    const threadId = threadOf(await t.inject('desk', 'x'));
    const broken = sql`create trigger broken before insert on thread_message when new.kind = 'reply'
      begin select raise(abort, 'broken'); end`;
    await broken.execute(t.engine.db);
    await t.pump();
    expect(t.faults.splice(0)).toHaveLength(1);
    await sql`drop trigger broken`.execute(t.engine.db);
    t.clock.pass(60_000);
    await t.pump();
    expect(await t.said(threadId)).toEqual(['owner > agent:desk: inject', 'agent:desk > owner: reply']);
    expect(runs).toBe(1);
  });

  it('says that work failed although the agent owes an answer of another form', async () => {
    const t = await pumpHouse(
      { desk: () => 'no number' },
      { agents: { desk: { output: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } } } },
    );
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.pump();
    expect((await t.said(threadId)).at(-1)).toBe('agent:desk > owner: error');
    expect((await t.frames(threadId))[0]).toMatchObject({ status: 'idle' });
  });

  it('lets an agent that left the configuration finish what it has, and gives it nothing new', async () => {
    const held = Promise.withResolvers<void>();
    const t = await pumpHouse({ desk: async (_context, input) => held.promise.then(() => input), other: echo });
    const threadId = threadOf(await t.inject('desk', 'x'));
    await t.engine.db.updateTable('swarm_agent').set({ status: 'draining' }).where('name', '=', 'desk').execute();
    held.resolve();
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
  });

  it('tries again what broke, and gives it up with an answer when it breaks each time', async () => {
    const broken: Models = {
      estimate() {
        throw new Error('broken');
      },
      generate: () => Promise.reject(new Error('broken')),
    };
    const source = {
      swarm: { name: 'shop' },
      models: [{ alias: 'm', provider: 'scripted' as const, model: 's' }],
      agents: [{ name: 'desk', description: 'x', prompt: 'p', model: 'm' }],
    };
    const t = await pumpHouse({}, { source, models: broken });
    const threadId = threadOf(await t.inject('desk', 'x'));

    for (let n = 0; n < 6; n++) {
      await t.pump();
      t.clock.pass(60_000);
    }
    expect(t.faults).toHaveLength(6);
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
  });
});

describe.each(durable)('two servers on $name', (on) => {
  it.runIf(on.name === 'postgres')('never work on one frame twice, and both work', async () => {
    const runs: string[] = [];
    const desk =
      (server: string): Handler =>
      async (_context, input) => {
        runs.push(`${server} ${input}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return input;
      };
    const t = await pumpHouse(
      { desk: desk('a') },
      { on, agents: { desk: { limits: { concurrency: 100 } } }, options: { overrides: { swarm: { maxTurns: 4 } } } },
    );
    const b = await t.beside({ desk: desk('b') });
    await Promise.all(Array.from({ length: 40 }, (_, n) => t.inject('desk', n, {}, person(t.org, `usr_${n}`))));
    await Promise.all([t.pump(), b.house.pump.tick()]);
    expect(runs.map((run) => run.split(' ')[1]).toSorted()).toEqual(
      Array.from({ length: 40 }, (_, n) => `${n}`).toSorted(),
    );
    expect(new Set(runs.map((run) => run[0]))).toEqual(new Set(['a', 'b']));
    expect([t.faults, b.faults]).toEqual([[], []]);
  });

  it.runIf(on.name === 'postgres')(
    'records nothing of a turn whose thread was killed while its handler worked, and is at rest about it',
    async () => {
      const held = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const desk: Handler = async (_context, input) => {
        begun.resolve();
        await held.promise;
        return input;
      };
      const t = await pumpHouse({ desk }, { on });
      const threadId = threadOf(await t.inject('desk', 'x'));
      const work = t.pump();
      await begun.promise;
      // by another server: this one is not told
      await t.engine.db
        .updateTable('frame')
        .set({ status: 'killed' })
        .where('thread', '=', threadId as never)
        .execute();
      await t.engine.db
        .updateTable('thread')
        .set({ status: 'killed' })
        .where('id', '=', threadId as never)
        .execute();
      held.resolve();
      await work;
      expect(await t.engine.db.selectFrom('step').selectAll().execute()).toEqual([]);
      expect(t.faults).toEqual([]);
    },
  );
});
