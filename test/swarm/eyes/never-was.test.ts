/**
 * A thread or an agent that somebody may not see is nowhere: every read of the swarm, and its stream, answer as though it had never
 * been. Two houses are compared: one in which it is, and one in which it never was.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/guard/grant.ts';
import type { Principal } from '../../../src/guard/principal.ts';
import { VIEW_AGENT, VIEW_THREAD } from '../../../src/guard/rights.ts';
import { EVENT_KINDS } from '../../../src/swarm/feed/event.ts';
import { deliverableTo } from '../../../src/swarm/feed/rules/deliverable.ts';
import type { SwarmHouse } from '../fixture.ts';
import { grant, SHOP, shop, somebody } from './house.ts';

const CANARY = { name: 'canary', description: 'Nobody may know of it.', kind: 'handler' } as const;
const WITH_CANARY = {
  ...SHOP,
  agents: [{ ...SHOP.agents[0], peers: ['clerk', 'canary'] }, SHOP.agents[1], CANARY],
};
const TEXT = 'a text of the hidden thread alone';

const READS = [
  ['swarm.show_swarm', {}],
  ['swarm.list_agents', {}],
  ['swarm.list_agents', { limit: 1 }],
  ['swarm.show_agent', { name: 'desk' }],
  ['swarm.show_agent', { name: 'canary' }],
  ['swarm.list_threads', {}],
  ['swarm.list_threads', { limit: 1 }],
  ['swarm.list_threads', { agent: 'canary' }],
  ['swarm.list_messages', {}],
  ['swarm.list_messages', { limit: 2 }],
  ['swarm.list_messages', { agent: 'canary' }],
  ['swarm.show_topology', {}],
  ['swarm.show_usage', {}],
  ['swarm.show_usage', { by: 'thread' }],
  ['swarm.show_usage', { by: 'day' }],
] as const;

const neutral = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(/\b([a-z]{3})_[0-9A-Z]{26}\b/g, '$1_')
    .replaceAll(/usr_\d+/g, 'usr_');

async function toldTo(house: SwarmHouse, by: Principal): Promise<readonly string[]> {
  const told: string[] = [];
  for (const [name, input] of READS)
    told.push(`${name} ${neutral(input)}: ${neutral(await house.call(name, by, input))}`);
  for (const { threadId } of (await house.done('swarm.list_threads', by)).threads)
    for (const name of [
      'swarm.inspect_thread',
      'swarm.show_thread',
      'swarm.list_thread_messages',
      'swarm.list_budgets',
    ])
      told.push(`${name}: ${neutral(await house.call(name, by, { threadId }))}`);
  const may = deliverableTo(by);
  const events = await house.house.store.swarmEvents.after(house.org, { tx: -1, seq: 0 }, 1_000);
  return [
    ...told,
    ...events.flatMap(({ event }) =>
      event !== null && may(event)
        ? [neutral({ ...event, mac: null, thread: event.thread && { ...event.thread, roots: [] } })]
        : [],
    ),
  ];
}

let full: SwarmHouse;
let bare: SwarmHouse;
let owned: SwarmHouse;
let ownedBare: SwarmHouse;
let hidden: string;
let own: readonly Principal[];
beforeAll(async () => {
  [full, bare] = [await shop(WITH_CANARY), await shop()];
  const isPrivate = { ...SHOP, swarm: { ...SHOP.swarm, visibility: 'private' } } as const;
  [owned, ownedBare] = [await shop(isPrivate), await shop(isPrivate)];
  for (const house of [full, bare])
    await house.done('swarm.inject', somebody(house.org, 'operator'), { to: 'desk', payload: 'How many?' });
  hidden = (await full.done('swarm.inject', somebody(full.org, 'operator'), { to: 'canary', payload: TEXT })).threadId;
  own = [somebody(owned.org, 'operator'), somebody(ownedBare.org, 'operator')];
  await owned.done('swarm.inject', own[0]!, { to: 'desk', payload: 'Mine.' });
  await ownedBare.done('swarm.inject', own[1]!, { to: 'desk', payload: 'Mine.' });
  await owned.done('swarm.inject', somebody(owned.org, 'operator'), { to: 'desk', payload: TEXT });
  for (const house of [full, bare, owned, ownedBare]) await house.pump();
});
afterAll(async () => {
  for (const house of [full, bare, owned, ownedBare]) await house[Symbol.asyncDispose]();
});

const viewer = (house: SwarmHouse, ...grants: Grant[]) => somebody(house.org, 'viewer', ...grants);

describe('what somebody is told who may not see', () => {
  test('an agent', async () => {
    const { agents } = await full.done('swarm.list_agents', viewer(full));
    const { agentId } = agents.find(({ name }: { name: string }) => name === 'canary');
    const without = viewer(full, grant('deny', VIEW_AGENT, { kind: 'agent', id: agentId }));
    const told = await toldTo(full, without);
    expect(told).toEqual(await toldTo(bare, viewer(bare)));
    expect(told.join()).not.toContain(TEXT);
    expect(await toldTo(full, viewer(full))).not.toEqual(told); // who may see it is told, by the same calls
    for (const name of ['swarm.show_thread', 'swarm.inspect_thread'])
      expect(neutral(await full.call(name, without, { threadId: hidden }))).toBe(
        neutral(await full.call(name, without, { threadId: 'thr_00000000000000000000000000' })),
      );
  });

  test('a private thread of somebody else', async () => {
    const told = await toldTo(owned, own[0]!);
    expect(told).toEqual(await toldTo(ownedBare, own[1]!));
    expect(told.join()).toContain('Mine.');
    expect((await toldTo(owned, somebody(owned.org, 'admin'))).join()).toContain(TEXT);
  });

  test('a thread that a grant takes, and every word about it is the word about one that there is not', async () => {
    const { threads } = await owned.done('swarm.list_threads', somebody(owned.org, 'admin'));
    const admin = somebody(owned.org, 'admin', grant('deny', VIEW_THREAD, { kind: 'thread', id: threads[0].threadId }));
    const told = await toldTo(owned, admin);
    expect(told).toEqual(await toldTo(ownedBare, somebody(ownedBare.org, 'admin')));
    for (const name of ['swarm.show_thread', 'swarm.list_thread_messages', 'swarm.inspect_thread'])
      expect(neutral(await owned.call(name, admin, { threadId: threads[0].threadId })).replace(/act_/g, '')).toBe(
        neutral(await owned.call(name, admin, { threadId: 'thr_00000000000000000000000000' })).replace(/act_/g, ''),
      );
  });

  test('anything but one thread, which a grant shows alone', async () => {
    const { threads } = await owned.done('swarm.list_threads', somebody(owned.org, 'admin'));
    const grants = ['swarm.list_threads', 'swarm.show_thread'].map((action) =>
      grant('allow', action, { kind: 'thread', id: threads[0].threadId }),
    );
    const program: Principal = {
      ...somebody(owned.org, 'viewer', ...grants),
      kind: 'service',
      scopes: new Set(['agent:read']),
    };
    expect(await owned.done('swarm.list_threads', program)).toMatchObject({
      threads: [{ threadId: threads[0].threadId }],
    });
    expect(await owned.call('swarm.show_thread', program, { threadId: threads[1].threadId })).toMatchObject({
      is: 'refused',
      why: [{ code: 'not_found' }],
    });
    expect(await owned.call('swarm.list_messages', program, {})).toMatchObject({
      is: 'refused',
      why: [{ code: 'forbidden' }],
    });
  });
});

test('the right to an event is the right to a read that there is', () => {
  for (const [kind, { action, access }] of Object.entries(EVENT_KINDS))
    expect(full.house.catalogue.byName(action)?.action, kind).toMatchObject({ effect: 'read', access });
});
