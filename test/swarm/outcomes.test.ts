/** What became of an agent's calls: unknown, held, lost, refused; and what a person says of them (P15; known-failures 29, 30). */
import { describe, expect, it, vi } from 'vitest';
import { TRUSTED } from '../../src/guard/label.ts';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { ModelFailure } from '../../src/swarm/models/port.ts';
import type { OutsideTools } from '../../src/swarm/tools/port.ts';
import { ToolFailure } from '../../src/swarm/tools/port.ts';
import { scripted } from './fixture.ts';
import { codeOf, person, pumpHouse, threadOf } from './pump-house.ts';

const MODEL = { alias: 'm', provider: 'scripted', model: 's' } as const;

/** A tool of the outside whose calls do what the test says. */
function tool(run: (nth: number) => Promise<string>) {
  const calls: string[] = [];
  const outside: OutsideTools = {
    show: async (_org: string, name: string) =>
      ({ name, description: 'x', schema: { type: 'object' }, idempotent: false }) as never,
    async run({ key }) {
      calls.push(key);
      return { text: await run(calls.length), isError: false, label: TRUSTED, ref: 'double' };
    },
  };
  return { outside, calls };
}

const desk = async ({ tool }: { tool(name: string, args: unknown): Promise<unknown> }) => {
  try {
    return await tool('pay', { to: 'x' });
  } catch (failure) {
    return `failed: ${(failure as Error).message}`;
  }
};

async function cutOff(run: (nth: number) => Promise<string>) {
  const { outside, calls } = tool(run);
  const t = await pumpHouse(
    { desk },
    { agents: { desk: { tools: ['pay'] } }, options: { overrides: { swarm: { outside } } } },
  );
  const threadId = threadOf(await t.inject('desk', 'go'));
  await t.pump();
  const [frame] = await t.frames(threadId);
  const resolve = (as: string, by = t.by, more: object = {}) =>
    t.call('swarm.resolve_step', by, { threadId, frameId: frame!.id, step: 2, as, ...more });
  const told = async () => {
    await t.pump();
    const step = await t.engine.db.selectFrom('step').select('state').where('n', '=', 2).executeTakeFirstOrThrow();
    return { step: step.state, ...(await t.thread(threadId)), said: (await t.said(threadId)).at(-1) };
  };
  return { t, threadId, frame: frame!, resolve, told, calls };
}

const cut = async (nth: number) => {
  if (nth === 1) throw new ToolFailure('tool_timeout', 'cut', { mayHaveHappened: true });
  return 'paid';
};

describe('a call of unknown outcome', () => {
  it('is shown, waits for a person, and is not made again by itself', async () => {
    const { t, threadId, told, calls } = await cutOff(cut);
    expect(await t.thread(threadId)).toEqual({ status: 'active', because: 'outcome_unknown' });
    for (let n = 0; n < 3; n++) expect(await told()).toMatchObject({ step: 'unknown', status: 'active' });
    expect(calls).toHaveLength(1);
    await vi.waitFor(async () =>
      expect(await t.engine.db.selectFrom('alert').select('kind').execute()).toEqual([{ kind: 'outcome_unknown' }]),
    );
  });

  it.each(['done', 'failed'] as const)('is what a person says it is: %s', async (as) => {
    const { t, resolve, told, calls } = await cutOff(cut);
    expect((await resolve(as, t.by, { note: 'I rang the bank' })).is).toBe('done');
    expect(await told()).toEqual({
      ...{ step: 'done', status: 'completed', because: null, said: 'agent:desk > owner: reply' },
    });
    expect(calls).toHaveLength(1);
    const [action] = await t.engine.db
      .selectFrom('action')
      .select('state')
      .where('name', '=', 'swarm.use_tool')
      .execute();
    expect(action).toEqual({ state: as });
    expect(codeOf(await resolve('again'))).toBe('conflict');
  });

  it('is made once more where a person says so, as another action', async () => {
    const { t, resolve, told, calls } = await cutOff(cut);
    const both = await Promise.all([resolve('again'), resolve('again')]);
    expect(both.map(codeOf).toSorted()).toEqual(['conflict', 'done']);
    expect(await told()).toMatchObject({ step: 'done', status: 'completed', because: null });
    expect(new Set(calls).size).toBe(2);
    const states = await t.engine.db
      .selectFrom('action')
      .select('state')
      .where('name', '=', 'swarm.use_tool')
      .execute();
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'done']);
  });

  it('goes on by itself when news of it comes from outside', async () => {
    const { t, told } = await cutOff(cut);
    const action = await t.engine.db
      .selectFrom('action')
      .select(['id', 'org'])
      .where('name', '=', 'swarm.use_tool')
      .executeTakeFirstOrThrow();
    await t.house.ledger.report(action.org as never, {
      action: action.id as never,
      delivery: { state: 'ok', ref: 'r' },
    });
    expect(await told()).toMatchObject({ step: 'done', status: 'completed', because: null });
  });

  it('is not for others to decide, nor by another thread’s name', async () => {
    const { t, resolve } = await cutOff(cut);
    const viewer = { ...person(t.org, 'usr_v'), scopes: new Set(['org:view'] as const) };
    expect(codeOf(await resolve('done', viewer))).toBe('forbidden');
    const elsewhere = await t.organization('other');
    expect(codeOf(await resolve('done', elsewhere.admin))).toBe('not_found');
    expect(codeOf(await resolve('done', t.by, { threadId: 'thr_01ARZ3NDEKTSV4RRFFQ69G5FAV' }))).toBe('not_found');
    expect(codeOf(await resolve('done', t.by, { step: 1 }))).toBe('not_found');
    const tired = { ...t.by, sensitive: { is: 'step-up', until: null } } as const;
    expect(codeOf(await resolve('done', tired))).toBe('step_up_required');
  });
});

describe('a call that a person has to approve', () => {
  const asking = async () => {
    const t = await pumpHouse(
      {
        desk: ({ tool }) =>
          tool('comms.send_message', { to: '+14155550101', body: 'hi' }).catch((e: Error) => e.message),
      },
      { agents: { desk: { tools: ['comms.send_message'] } } },
    );
    const agent = await t.engine.db.selectFrom('swarm_agent').select('agent').executeTakeFirstOrThrow();
    const agentId = agent.agent;
    await t.done('comms.provision_channels', t.orchestrator, {
      agentId,
      displayName: 'Desk',
      capabilities: { sms: true },
    });
    await t.done('comms.record_consent', t.orchestrator, {
      ...{ agentId, contact: '+14155550101', channel: 'sms', type: 'express' },
    });
    await t.done('comms.set_approval_policy', t.orchestrator, { agentId, policy: 'always' });
    const threadId = threadOf(await t.inject('desk', 'go'));
    await t.pump();
    const held = await t.engine.db.selectFrom('action').select('id').where('state', '=', 'held').executeTakeFirst();
    return { t, threadId, held: held?.id };
  };

  it('is made once it is approved, and its result goes to the agent', async () => {
    const { t, threadId, held } = await asking();
    expect(held).toBeDefined();
    expect((await t.frames(threadId))[0]).toMatchObject({ status: 'waiting' });
    await t.done('comms.approve', t.orchestrator, { actionId: held, organizationId: t.org });
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
  });

  it.each(['denied', 'left alone until it runs out'])('tells the agent when it was %s', async (how) => {
    const { t, threadId, held } = await asking();
    if (how === 'denied') await t.done('comms.deny', t.orchestrator, { actionId: held, organizationId: t.org });
    else {
      t.clock.pass(HOUR_MS);
      await t.house.tick();
    }
    await t.pump();
    expect((await t.said(threadId)).at(-1)).toBe('agent:desk > owner: reply');
    expect(t.faults).toEqual([]);
  });
});

describe('a model that fails', () => {
  const source = {
    swarm: { name: 'shop' },
    models: [MODEL],
    agents: [{ name: 'desk', description: 'x', kind: 'llm' as const, prompt: 'p', model: 'm' }],
  };

  it('is asked again later, as another action, and its answer is the answer', async () => {
    let asked = 0;
    const models = scripted(() => {
      if (++asked < 3) throw new ModelFailure('model_unavailable', 'busy', { retryable: true, sent: false });
      return 'here I am';
    });
    const t = await pumpHouse({}, { source, models });
    const threadId = threadOf(await t.inject('desk', 'hello'));
    for (let n = 0; n < 4; n++) {
      await t.pump();
      t.clock.pass(10_000);
    }
    expect(asked).toBe(3);
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
    expect((await t.frames(threadId))[0]).toMatchObject({ status: 'idle' });
  });

  it('for a moment at every step is tried again at every step', async () => {
    let asked = 0;
    const models = scripted(() => {
      if (++asked % 2 === 1) throw new ModelFailure('model_unavailable', 'busy', { retryable: true, sent: false });
      return asked < 16 ? { calls: [{ name: 'nothing', args: {} }] } : 'here I am';
    });
    const t = await pumpHouse({}, { source, models });
    const threadId = threadOf(await t.inject('desk', 'hello'));
    for (let n = 0; n < 8; n++) {
      await t.pump();
      t.clock.pass(2_000);
    }
    await t.pump();
    expect(asked).toBe(16);
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
  });

  it('for good ends the work with an error that its owner is told, and the next message may do better', async () => {
    let asked = 0;
    const models = scripted(() => {
      if (++asked === 1) throw new ModelFailure('model_refused', 'no', { retryable: false, sent: false });
      return 'better';
    });
    const t = await pumpHouse({}, { source, models });
    const threadId = threadOf(await t.inject('desk', 'hello'));
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
    await t.inject('desk', 'once more', { threadId });
    await t.pump();
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
    expect(t.faults).toEqual([]);
  });

  it('is given up after a few tries', async () => {
    const models = scripted(() => {
      throw new ModelFailure('model_unavailable', 'busy', { retryable: true, sent: true });
    });
    const t = await pumpHouse({}, { source, models });
    const threadId = threadOf(await t.inject('desk', 'hello'));
    for (let n = 0; n < 8; n++) {
      await t.pump();
      t.clock.pass(60_000);
    }
    expect(models.asked).toHaveLength(6);
    expect(await t.thread(threadId)).toMatchObject({ status: 'error' });
  });
});
