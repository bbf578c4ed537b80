/** Alerts tell nobody of an agent, a thread or a person that they may not know of: not in the list, its pages, nor the stream. */
import { expect, test } from 'vitest';
import type { ToldAlert } from '../../../src/guard/alerts.ts';
import type { Principal } from '../../../src/guard/principal.ts';
import { VIEW_AGENT } from '../../../src/guard/rights.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import { deliverableTo } from '../../../src/swarm/feed/rules/deliverable.ts';
import { type OutsideTools, ToolFailure } from '../../../src/swarm/tools/port.ts';
import { type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { grant, shop, somebody } from './house.ts';

const model = () => ({
  ...scripted(() => 'Yes.'),
  estimate: () => ({ tokens: 100, cost: 1_000 }),
});
const spender = (agent: object, limits: object, more: object = {}): SwarmSource => ({
  swarm: { name: 'shop', limits, ...more },
  models: [{ alias: 'm', provider: 'scripted', model: 's', script: 's' }],
  agents: [{ name: 'canary', description: 'd', kind: 'llm', prompt: 'p', model: 'm', limits: agent }],
});

async function toldTo(house: SwarmHouse, by: Principal) {
  await house.house.deliverAlerts();
  const { alerts } = await house.done('comms.list_alerts', by, {});
  const may = deliverableTo(by);
  const events = await house.house.store.swarmEvents.after(house.org, { tx: -1, seq: 0 }, 1_000);
  return { alerts, events: events.flatMap(({ event }) => (event?.kind === 'alert' && may(event) ? [event.ref] : [])) };
}
const NOTHING = { alerts: [], events: [] };

async function canaryOf(house: SwarmHouse): Promise<string> {
  return (await house.house.store.swarms.live(house.org))!.agents.get('canary')!;
}

test('a budget of an agent, to who may know of the agent', async () => {
  await using house = await swarmHouse(spender({ tokensPerDay: 110 }, {}), { models: model() });
  await house.done('swarm.inject', somebody(house.org, 'operator'), { to: 'canary', payload: 'Hello' });
  await house.pump();
  const agent = await canaryOf(house);
  const blind = somebody(house.org, 'viewer', grant('deny', VIEW_AGENT, { kind: 'agent', id: agent }));
  expect(await toldTo(house, blind)).toEqual(NOTHING);
  const told = await toldTo(house, somebody(house.org, 'viewer'));
  expect(told.alerts).toMatchObject([
    { kind: 'swarm_budget_80', subject: `${agent} tokensPerDay`, threadId: null, personId: null },
  ]);
  expect(told.alerts[0].say).toContain(`The agent ${agent} has used 80 %`);
  expect(told.events).toEqual([told.alerts[0].alertId]);
});

test('a budget of a thread, to who sees the thread', async () => {
  const source = spender({}, { tokensPerThread: 110 });
  for (const visibility of ['organization', 'private'] as const) {
    const models = model();
    await using house = await swarmHouse({ ...source, swarm: { ...source.swarm!, visibility } }, { models });
    const owner = somebody(house.org, 'operator');
    const { threadId } = await house.done('swarm.inject', owner, { to: 'canary', payload: 'Hello' });
    await house.pump();
    const agent = await canaryOf(house);
    const other = somebody(house.org, 'viewer');
    const blind = somebody(house.org, 'viewer', grant('deny', VIEW_AGENT, { kind: 'agent', id: agent }));
    expect(await toldTo(house, blind)).toEqual(NOTHING);
    if (visibility === 'private') expect(await toldTo(house, other)).toEqual(NOTHING);
    else expect((await toldTo(house, other)).alerts).toMatchObject([{ threadId }]);
    for (const by of [owner, somebody(house.org, 'admin')]) {
      const { alerts, events } = await toldTo(house, by);
      expect(alerts).toMatchObject([{ kind: 'swarm_budget_80', threadId, detail: { limit: 'tokensPerThread' } }]);
      expect(events).toEqual([alerts[0].alertId]);
    }
  }
});

test('a budget of a person, to themselves and to administrators', async () => {
  await using house = await swarmHouse(spender({}, { tokensPerUserPerDay: 110 }), { models: model() });
  const owner = somebody(house.org, 'operator');
  await house.done('swarm.inject', owner, { to: 'canary', payload: 'Hello' });
  await house.pump();
  expect(await toldTo(house, somebody(house.org, 'operator'))).toEqual(NOTHING);
  for (const by of [owner, somebody(house.org, 'admin')])
    expect(await toldTo(house, by)).toMatchObject({ alerts: [{ personId: owner.id }], events: [expect.any(String)] });
});

test('a call of which nobody knows what became of it, to who sees its thread', async () => {
  const outside: OutsideTools = {
    show: async () => [{ name: 'pay', description: 'Pays.', schema: { type: 'object' }, idempotent: false }],
    run: async () => {
      throw new ToolFailure('tool_timeout', 'It was cut off.', { mayHaveHappened: true });
    },
  };
  await using house = await swarmHouse(
    {
      swarm: { name: 's', visibility: 'private' },
      agents: [{ name: 'canary', description: 'd', kind: 'handler', tools: ['pay'] }],
    },
    { outside, handlers: { canary: ({ tool }) => tool('pay', {}) } },
  );
  const owner = somebody(house.org, 'operator');
  const { threadId } = await house.done('swarm.inject', owner, { to: 'canary', payload: 'Pay.' });
  await house.pump();
  const told = await toldTo(house, owner);
  expect(told.alerts).toMatchObject([{ kind: 'outcome_unknown', threadId, detail: {} }]);
  expect(told.events).toEqual([told.alerts[0].alertId]);
  expect(await toldTo(house, somebody(house.org, 'viewer'))).toEqual(NOTHING);
});

test('pages are full of what may be known, and no cursor names what may not', async () => {
  await using house = await shop();
  const { org } = house;
  const agent = (await house.house.store.swarms.live(org))!.agents.get('clerk')!;
  const book = (subject: string): Promise<string> => {
    const at = house.clock.now();
    house.clock.pass(1);
    const alert: ToldAlert = {
      ...{ severity: 'LOW', kind: 'x', org, say: 'Look.', subject, detail: {}, count: 1, since: at, at },
    };
    return house.house.store.alerts.book(alert, []);
  };
  const shown: string[] = [];
  for (let i = 0; i < 3; i++) {
    shown.unshift(await book(`open ${i}`));
    for (let j = 0; j < 90; j++) await book(`${agent} ${i} ${j}`);
  }
  const viewer = somebody(org, 'viewer', grant('deny', VIEW_AGENT, { kind: 'agent', id: agent }));
  const page = async (cursor?: string) => {
    const { alerts, cursor: next } = await house.done('comms.list_alerts', viewer, {
      limit: 2,
      ...(cursor && { cursor }),
    });
    return [alerts.map(({ alertId }: { alertId: string }) => alertId), next];
  };
  expect(await page()).toEqual([shown.slice(0, 2), shown[1]]);
  expect(await page(shown[1])).toEqual([shown.slice(2), null]);
});
