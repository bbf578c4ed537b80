import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { identityWrite } from '../../../src/identity/writes.ts';
import type { PersonId } from '../../../src/kernel/ids.ts';
import { SECOND_MS } from '../../../src/kernel/time.ts';
import { ORCHESTRATOR_TOKEN } from '../../support/house.ts';
import { BASE } from '../../support/live-house.ts';
import { type Frame, ORIGIN, openWatched, Refused, type Watched } from './sockets.ts';

const refusedWith = async (opening: Promise<unknown>): Promise<readonly [number, string]> => {
  const refusal = await opening.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(refusal instanceof Refused)) throw new Error(`was not refused: ${String(refusal)}`);
  return [refusal.status, refusal.problem?.code];
};
let watched: Watched;
let end = async () => {};
beforeAll(async () => {
  watched = await openWatched({
    finished(given) {
      end = given;
    },
  });
});
afterAll(() => end());

const isDone = ({ type, status }: Frame) => type === 'thread_updated' && status === 'completed';
const ofWork = ({ type }: Frame) => type !== 'agent_state' && type !== 'connected';

test('a page with a ticket is told how things stand, and then everything that happens', async () => {
  const client = await watched.watch('operator');
  const { snapshot, cursor } = await client.next('connected');
  expect(snapshot).toMatchObject({
    swarm: { name: 'shop' },
    agents: [{ name: 'clerk' }, { name: 'desk' }],
    threads: [],
  });
  expect(cursor).toMatch(/^evt_/);
  const threadId = await watched.say(client.token, 'How many?');
  await client.next(isDone);
  const told = client.heard.filter(ofWork);
  expect(told.map(({ type, from, to, status }) => [type, from ?? status, to])).toEqual([
    ['thread_created', 'active', undefined],
    ['message', 'owner', 'agent:desk'],
    ['message', 'agent:desk', 'agent:clerk'],
    ['message', 'agent:clerk', 'agent:desk'],
    ['message', 'agent:desk', 'owner'],
    ['thread_updated', 'completed', undefined],
  ]);
  expect(told.every((frame) => frame.threadId === threadId)).toBe(true);
  expect(told.map(({ id }) => id)).toEqual(told.map(({ id }) => id).toSorted());
  expect(told[1]).toMatchObject({ payload: 'How many?', kind: 'inject' });
  expect(watched.live.faults).toEqual([]);
});

test('nobody comes in by no ticket, a used or an expired one, from elsewhere, or from a foreign page', async () => {
  const { live, open } = watched;
  const { ticket } = await watched.person('viewer');
  const at = (given: string) => `/ws?ticket=${given}`;
  expect(await refusedWith(open('/ws', { origin: ORIGIN }))).toEqual([401, 'unauthenticated']);
  expect(await refusedWith(open(at('x'.repeat(43)), { origin: ORIGIN }))).toEqual([401, 'unauthenticated']);
  expect(await refusedWith(open(at(await ticket()), { origin: 'https://evil.example' }))).toEqual([
    403,
    'origin_not_allowed',
  ]);
  expect(await refusedWith(open(at(await ticket())))).toEqual([403, 'origin_not_allowed']);
  expect(await refusedWith(open(at(await ticket()), { origin: ORIGIN, headers: { host: 'evil.example' } }))).toEqual([
    403,
    'host_not_allowed',
  ]);
  const twice = await ticket();
  const both = await Promise.allSettled([open(at(twice), { origin: ORIGIN }), open(at(twice), { origin: ORIGIN })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(await refusedWith(open(at(twice), { origin: ORIGIN }))).toEqual([401, 'unauthenticated']);
  const old = await ticket();
  live.clock.pass(30 * SECOND_MS);
  expect(await refusedWith(open(at(old), { origin: ORIGIN }))).toEqual([401, 'unauthenticated']);
  const moved = await ticket();
  const elsewhere = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
  expect(await refusedWith(open(at(moved), { origin: ORIGIN, headers: elsewhere }))).toEqual([401, 'unauthenticated']);
  expect(await refusedWith(open(at(moved), { origin: ORIGIN }))).toEqual([401, 'unauthenticated']);
  expect(
    (await live.ask(`${BASE}/ws`, { method: 'GET', headers: { authorization: `Bearer ${ORCHESTRATOR_TOKEN}` } }))
      .status,
  ).toBe(400);
});

test('a program comes in by its header without an Origin; an agent, who may look at nothing, does not', async () => {
  const program = await watched.open('/ws', { headers: { authorization: `Bearer ${ORCHESTRATOR_TOKEN}` } });
  expect(await program.next('connected')).toMatchObject({ snapshot: { swarm: { name: 'shop' } } });
  const made = await watched.live.done('comms/provision-channels', { displayName: 'A', capabilities: { sms: true } });
  const asAgent = watched.open('/ws', { headers: { authorization: `Bearer ${made.securityToken}` } });
  expect(await refusedWith(asAgent)).toEqual([403, 'forbidden']);
});

test('of another organisation nothing is heard, and of private threads nothing by who may only look', async () => {
  const other = await watched.live.done('comms/create-organization', { name: 'other', slug: 'other' });
  const foreign = await watched.open('/ws', { headers: { authorization: `Bearer ${other.adminToken}` } });
  await foreign.next('connected');
  const program = { headers: { authorization: `Bearer ${other.adminToken}` } };
  expect(await refusedWith(watched.open(`/ws?organizationId=${watched.org}`, program))).toEqual([404, 'not_found']);
  const operator = await watched.watch('operator');
  await watched.say(operator.token, 'secret');
  await operator.next(isDone);
  expect(foreign.heard.filter(({ type }) => type !== 'connected')).toEqual([]);
});

test('what was missed is told after coming back, and what is gone is a gap', async () => {
  watched.live.clock.pass(10 * SECOND_MS); // from a cursor on, what happened two seconds before is told again
  const first = await watched.watch('operator');
  const { cursor } = await first.next('connected');
  await watched.say(first.token, 'one');
  const seen = await first.next(({ type, from }) => type === 'message' && from === 'owner');
  await first.next(isDone);
  const all = first.heard.filter(ofWork);
  first.ws.close();
  const again = await watched.watch('viewer', `&after=${seen.id}`);
  await again.next(isDone);
  expect(again.heard.filter(ofWork).map(({ id }) => id)).toEqual(
    all.map(({ id }) => id).slice(all.findIndex(({ id }) => id === seen.id) + 1),
  );
  const fromStart = await watched.watch('viewer', `&after=${cursor}`);
  await fromStart.next(isDone);
  expect(fromStart.heard.filter(ofWork).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  watched.live.clock.pass(2 * 3_600 * SECOND_MS);
  await watched.live.house.store.swarmEvents.sweep(watched.live.clock.now());
  const late = await watched.watch('viewer', `&after=${seen.id}`);
  expect(await late.next('gap')).toMatchObject({ from: seen.id });
  expect(late.heard.filter(ofWork)).toHaveLength(1);
});

test('more than a hundred events a second are folded: approvals, alerts and errors stay, and the rest is a gap', async () => {
  const { live, org } = watched;
  const client = await watched.watch('owner');
  await client.next('connected');
  client.say({ type: 'subscribe', events: ['message', 'alert', 'thread_created'] });
  await client.next('done');
  const threadId = await watched.say(client.token, 'begin');
  await client.next(({ type, to }) => type === 'message' && to === 'owner');
  const before = client.heard.length;
  // one transaction after the other, on one thread, without the limits of an inject
  await live.house.store.found(
    org,
    'flood',
    Array.from({ length: 300 }, (_, i) => ({
      kind: 'thread-message.append',
      row: {
        ...{ id: live.house.ids.next('msg'), thread: threadId, frame: null, kind: 'reply', payload: i, version: 1 },
        ...{ from: { is: 'agent', name: 'desk' }, to: { is: 'owner' } },
        label: { integrity: 'trusted', readers: 'public', sources: [] },
      },
    })),
  );
  const at = live.clock.now();
  await live.house.store.alerts.book(
    { severity: 'HIGH', kind: 'test', org, say: 'Look.', subject: 'x', detail: {}, count: 1, since: at, at },
    [],
  );
  const gap = await client.next('gap');
  const alert = await vi.waitUntil(() => {
    live.clock.pass(SECOND_MS);
    return client.heard.find(({ type }) => type === 'alert');
  });
  expect(alert).toMatchObject({ severity: 'HIGH', alertId: expect.stringMatching(/^alt_/) });
  const heard = client.heard.slice(before).filter(({ type }) => type === 'message');
  expect(heard.at(-1)!.payload).toBe(299); // the latest stands for the others
  expect(heard.length).toBeLessThan(110);
  expect(gap.from < gap.to).toBe(true);
});

test('a user has five sockets, and a place that is given back can be taken again', async () => {
  const { ticket } = await watched.person('viewer');
  const open = async () => watched.open(`/ws?ticket=${await ticket()}`, { origin: ORIGIN });
  const five = [await open(), await open(), await open(), await open(), await open()];
  expect(await refusedWith(open())).toEqual([429, 'rate_limited']);
  five[0]!.ws.close();
  await five[0]!.closed;
  const again = await vi.waitUntil(() => open().catch(() => null));
  await again!.next('connected');
});

test('a message that is too large, and one that is none, end the socket with a reason', async () => {
  const huge = await watched.watch('operator');
  huge.ws.send('x'.repeat(70_000));
  expect((await huge.closed)[0]).toBe(1009); // RFC 6455 §7.4.1
  const wrong = await watched.watch('operator');
  wrong.say({ type: 'become_owner' });
  expect(await wrong.next('refused')).toMatchObject({ code: 'invalid_input' });
  expect(await wrong.closed).toEqual([4400, 'malformed']);
  expect(watched.live.faults).toEqual([]);
});

const LARGE = '€'.repeat(190_000);

test('a burst of large messages is told to who reads, all of it, also to who missed it', async () => {
  const client = await watched.watch('owner');
  await client.next('connected');
  const threadId = await watched.say(client.token, 'begin');
  const last = await client.next(isDone);
  const { live, org } = watched;
  await live.house.store.found(
    org,
    'flood',
    Array.from({ length: 30 }, () => reply(watched, threadId, LARGE)),
  );
  const again = await watched.watch('viewer', `&after=${last.id}`);
  for (const { heard } of [client, again])
    await vi.waitUntil(() => heard.filter(({ payload }) => payload === LARGE).length === 30, 10_000);
  for (const { ws, heard } of [client, again]) {
    expect(heard.filter(({ type }) => type === 'gap')).toEqual([]);
    expect(ws.readyState).toBe(ws.OPEN);
    ws.close();
  }
}, 20_000);

test('a reader that stops reading is cut off with a reason, and not stored for', async () => {
  const client = await watched.watch('owner');
  await client.next('connected');
  const threadId = await watched.say(client.token, 'begin');
  await client.next(isDone);
  const before = await sockets(watched);
  client.ws.pause();
  const { live, org } = watched;
  for (let i = 0; i < 30; i++) {
    live.clock.pass(SECOND_MS);
    await live.house.store.found(org, 'flood', [reply(watched, threadId, LARGE), reply(watched, threadId, LARGE)]);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // rights, and who reads, are looked at each second
  client.ws.resume();
  expect(await client.closed).toEqual([4408, 'slow_reader']);
  expect(client.heard.filter(({ payload }) => payload === LARGE).length).toBeLessThan(60);
  await vi.waitUntil(async () => (await sockets(watched)) < before);
}, 20_000);

const reply = (watched: Watched, thread: string, payload: unknown) => ({
  kind: 'thread-message.append',
  row: {
    ...{ id: watched.live.house.ids.next('msg'), thread, frame: null, kind: 'reply', payload, version: 1 },
    ...{ from: { is: 'agent', name: 'desk' }, to: { is: 'owner' } },
    label: { integrity: 'trusted', readers: 'public', sources: [] },
  },
});

const figures = async ({ live }: Watched): Promise<string> =>
  (await live.ask(`${BASE}/metrics`, { method: 'GET', headers: { authorization: `Bearer ${ORCHESTRATOR_TOKEN}` } }))
    .text;
const sockets = async (watched: Watched) => Number(/^sallyport_websockets (\d+)$/m.exec(await figures(watched))?.[1]);

test('a socket ends at once when its person logs out, is given another role, or loses a right', async () => {
  const { live, org } = watched;
  const out = await watched.watch('operator');
  await out.next('connected');
  const left = await live.ask(`${BASE}/api/v1/auth/logout`, {
    method: 'POST',
    headers: { authorization: `Bearer ${out.token}` },
  });
  expect(left.status).toBe(204);
  expect(await out.closed).toEqual([4401, 'session_ended']);
  await watched.person('owner');
  const demoted = await watched.watch('owner');
  await demoted.next('connected');
  await live.house.store.people.commit(org, { event: 'invitation', person: demoted.id as PersonId }, [
    identityWrite('person.role', { id: demoted.id as PersonId, role: 'viewer' }),
  ]);
  expect((await demoted.closed)[0]).toBeOneOf([4401, 4403]);
  const cut = await watched.watch('viewer');
  await cut.next('connected');
  await live.done('identity/create-grant', {
    ...{ organizationId: org, principal: cut.id, effect: 'deny', action: 'swarm.*', resource: { kind: 'any' } },
  });
  expect((await cut.closed)[0]).toBeOneOf([4401, 4403]);
});

test('an inject by a socket is one by REST: the same rules, the same limit for both', async () => {
  const viewer = await watched.watch('viewer');
  viewer.say({ type: 'inject', ref: 'a', to: 'desk', payload: 'hi' });
  expect(await viewer.next('refused')).toMatchObject({ ref: 'a', code: 'forbidden' });
  const operator = await watched.watch('operator');
  for (let i = 0; i < 5; i++) await watched.say(operator.token, String(i));
  for (let i = 5; i < 10; i++) {
    operator.say({ type: 'inject', ref: String(i), to: 'desk', payload: 'hi' });
    expect(await operator.next('done')).toMatchObject({ ref: String(i), threadId: expect.any(String) });
  }
  operator.say({ type: 'inject', ref: 'x', to: 'desk', payload: 'one too many' });
  expect(await operator.next('refused')).toMatchObject({ ref: 'x', code: 'rate_limited' });
  await expect(watched.say(operator.token, 'nor so')).rejects.toThrow('429');
});

test('the stream of messages alone, of one agent', async () => {
  const { token, ticket } = await watched.person('operator');
  const client = await watched.open(`/ws/messages?ticket=${await ticket()}&agent=clerk`, { origin: ORIGIN });
  await client.next('connected');
  await watched.say(token, 'How many?');
  await client.next(({ from }) => from === 'agent:clerk');
  expect(client.heard.slice(1).map(({ type, to }) => [type, to])).toEqual([
    ['message', 'agent:clerk'],
    ['message', 'agent:desk'],
  ]);
});

test('a server that stops tells its sockets', async () => {
  const client = await watched.watch('viewer');
  await client.next('connected');
  const stopping = watched.stop();
  expect(await client.closed).toEqual([1001, 'server_stopping']);
  await stopping;
  expect(watched.live.faults).toEqual([]);
});
