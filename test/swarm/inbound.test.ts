/** What people outside write to an agent of the swarm: their own thread, once each, untrusted, and gone with them (P15, C22). */
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import type { Handler } from '../../src/swarm/define.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { pumpHouse } from './pump-house.ts';

const ANN = '+14155550101';
const BEN = '+14155550102';

async function open(on = engines[0]!, desk: Handler = () => 'thanks', more: object = {}) {
  const seen: unknown[] = [];
  const t = await pumpHouse(
    {
      desk: (context, input) => {
        seen.push(input);
        return desk(context, input);
      },
    },
    { on, agents: { desk: { limits: { queueDepth: 2 } } }, ...more },
  );
  const { agent } = await t.engine.db.selectFrom('swarm_agent').select('agent').executeTakeFirstOrThrow();
  const to = { id: agent as `agt_${string}`, token: '', by: { ...t.by, org: t.org } };
  const write = (from: string, body: string) => t.inbound(to, from, body);
  const threads = () =>
    t.engine.db.selectFrom('thread').select(['id', 'owner', 'contact', 'status', 'seq']).orderBy('id').execute();
  return { t, seen, write, threads, to };
}

describe.each(engines)('a person outside on $name', (on) => {
  it('has one thread with the agent, that goes on; another person has another', async () => {
    const { t, seen, write, threads } = await open(on);
    await write(ANN, 'hello');
    await t.pump();
    await write(ANN, 'are you there?');
    await write(BEN, 'hi');
    await t.pump();
    expect(seen).toMatchObject([
      { channel: 'sms', from: ANN, text: 'hello', attachments: [] },
      { from: ANN, text: 'are you there?' },
      { from: BEN, text: 'hi' },
    ]);
    const all = await threads();
    expect(all).toHaveLength(2);
    expect(all.every(({ owner, contact }) => owner === '' && contact !== null && !contact.includes('4155550'))).toBe(
      true,
    );
    const [hers] = all;
    expect(await t.said(hers!.id)).toEqual([
      ...['owner > agent:desk: inbound', 'agent:desk > owner: reply'],
      ...['owner > agent:desk: inbound', 'agent:desk > owner: reply'],
    ]);
    const [label] = await t.engine.db.selectFrom('frame').select('label').where('thread', '=', hers!.id).execute();
    expect(JSON.parse(label!.label)).toMatchObject({
      integrity: 'untrusted',
      sources: [expect.stringMatching(/^msg_/), expect.anything()],
    });
    await t.engine.db.updateTable('thread').set({ status: 'killed' }).where('id', '=', hers!.id).execute();
    await write(ANN, 'and now?');
    await t.pump();
    expect(await threads()).toHaveLength(3);
    expect(t.faults).toEqual([]);
  });

  it('waits for no other agent, however much lies before one that has no room', async () => {
    const seen: unknown[] = [];
    const help: Handler = (_context, input) => seen.push(input);
    const t = await pumpHouse({ desk: help, help }, { on, agents: { desk: { limits: { queueDepth: 1 } } } });
    const { agents } = (await t.house.store.swarms.live(t.org))!;
    const agent = agents.get('desk')!;
    await t.done('comms.pause_agent', t.orchestrator, { agentId: agent });
    await t.inject('desk', 'no room for more');
    const rows = Array.from({ length: 520 }, (_, n) => ({ org: t.org, agent, message: `msg_${n}`, at: n }));
    await t.engine.db.insertInto('swarm_inbox').values(rows).execute();
    await t.inbound({ id: agents.get('help')!, token: '', by: { ...t.by, org: t.org } }, ANN, 'please');
    await t.pump();
    expect(seen).toMatchObject([{ text: 'please' }]);
  });

  it('is erased with all that was said and thought in their thread, also while it is at work', async () => {
    const held = Promise.withResolvers<void>();
    const { t, write, to } = await open(on, async () => {
      await held.promise;
      return 'I know where you live: Elm Street';
    });
    await write(ANN, 'I live in Elm Street');
    const work = t.pump();
    await t.done('comms.erase_contact', t.orchestrator, { contact: ANN, organizationId: t.org });
    held.resolve();
    await work;
    const tables = await dump(t.engine);
    for (const name of ['thread', 'frame', 'step', 'thread_message']) expect(tables.get(name), name).toBe('[]');
    await t.pump();
    expect((await dump(t.engine)).get('swarm_inbox')).toBe('[]');
    expect(to.id).toMatch(/^agt_/);
  });
});

describe('an inbound message', () => {
  it('is handed over once, though two servers look and one of them comes up after the other died', async () => {
    const { t, seen, write } = await open();
    await write(ANN, 'hello');
    await Promise.all([t.pump(), t.pump()]);
    await t.pump();
    expect(seen).toHaveLength(1);
  });

  it('waits where the agent has as much as it may, and is lost to nobody', async () => {
    const { t, seen, write } = await open();
    for (let n = 0; n < 5; n++) await write(n % 2 === 0 ? ANN : BEN, `${n}`);
    for (let n = 0; n < 6; n++) {
      await t.pump();
      t.clock.pass(6_000);
    }
    expect(seen).toHaveLength(5);
  });

  it('is not overtaken by a later one of the same person', async () => {
    const { t, seen, write } = await open();
    await t.done('swarm.pause', t.orchestrator);
    for (const body of ['one', 'two']) await write(BEN, body);
    await t.pump();
    await write(ANN, 'first'); // the queue is full
    await t.pump();
    await t.done('swarm.resume', t.orchestrator);
    await t.pump();
    t.clock.pass(SECOND_MS);
    await write(ANN, 'second');
    await t.pump();
    t.clock.pass(MINUTE_MS);
    await t.pump();
    await t.pump();
    expect(seen).toMatchObject(['one', 'two', 'first', 'second'].map((text) => ({ text })));
  });

  it('is heard also where its thread waits for a budget', async () => {
    const asked: unknown[] = [];
    const desk: Handler = async ({ call }, input) => {
      for (const n of [1, 2]) await call('clerk', `${(input as { text: string }).text} ${n}`);
      return 'done';
    };
    const clerk: Handler = (_context, input) => {
      asked.push(input);
      if (asked.length === 1) t.clock.pass(2 * MINUTE_MS);
      return 'yes';
    };
    const t = await pumpHouse(
      { desk, clerk },
      { agents: { desk: { peers: ['clerk'] } }, limits: { threadMs: MINUTE_MS } },
    );
    const id = (await t.house.store.swarms.live(t.org))!.agents.get('desk')!;
    const to = { id, token: '', by: { ...t.by, org: t.org } };
    const status = () => t.engine.db.selectFrom('thread').select(['status', 'because']).execute();
    await t.inbound(to, ANN, 'hello');
    await t.pump();
    expect(await status()).toEqual([{ status: 'paused', because: 'budget' }]);
    await t.inbound(to, ANN, 'are you there?');
    await t.pump();
    t.clock.pass(SECOND_MS);
    await t.pump();
    expect(asked).toEqual(['hello 1', 'hello 2', 'are you there? 1', 'are you there? 2']);
    expect(await status()).toEqual([{ status: 'completed', because: null }]);
  });

  it('to an agent that is not of the swarm, or not any more, is left where it is', async () => {
    const { t, seen, write } = await open();
    const other = await t.agent();
    await t.inbound(other, ANN, 'hello');
    expect((await dump(t.engine)).get('swarm_inbox')).toBe('[]');
    await write(ANN, 'hello');
    await t.engine.db.updateTable('swarm_agent').set({ status: 'draining' }).execute();
    await t.pump();
    expect((await dump(t.engine)).get('swarm_inbox')).toBe('[]');
    expect(seen).toEqual([]);
    expect((await t.done('comms.get_waiting_messages', other.by)).messages).toHaveLength(1);
  });

  it('grows old with its thread', async () => {
    const { t, write } = await open();
    await write(ANN, 'hello');
    await t.pump();
    const about = { threadId: (await t.engine.db.selectFrom('thread').select('id').executeTakeFirstOrThrow()).id };
    await t.done('swarm.pause_thread', t.orchestrator, about);
    await t.done('swarm.resume_thread', t.orchestrator, about);
    expect((await dump(t.engine)).get('swarm_resumed')).toContain(about.threadId);
    t.clock.pass(91 * DAY_MS);
    await t.house.retain();
    expect((await dump(t.engine)).get('swarm_resumed')).toBe('[]');
    expect((await dump(t.engine)).get('thread')).toBe('[]');
    expect((await dump(t.engine)).get('step')).toBe('[]');
  });
});
