/** Reads are bounded in bytes, not in rows alone: a page ends early and goes on, a record of a thread says that it was cut. */
import { expect, test } from 'vitest';
import { TRUSTED } from '../../../src/guard/label.ts';
import { swarmWrite } from '../../../src/swarm/writes.ts';
import type { SwarmHouse } from '../fixture.ts';
import { shop, somebody } from './house.ts';

const LARGE = '€'.repeat(190_000);
const MEGABYTE = 1_048_576;

/** Says so many things in a thread, without an agent. */
async function fill(house: SwarmHouse, thread: string, payload: unknown, times: number): Promise<void> {
  const one = () =>
    swarmWrite('thread-message.append', {
      ...{ id: house.house.ids.next('msg'), thread: thread as never, frame: null, kind: 'reply', payload, version: 1 },
      ...{ from: { is: 'agent', name: 'desk' }, to: { is: 'owner' }, label: TRUSTED },
    });
  await house.house.store.found(house.org, 'filled', Array.from({ length: times }, one));
}
async function threadWith(house: SwarmHouse, payload: unknown): Promise<string> {
  const { threadId } = await house.done('swarm.inject', somebody(house.org, 'operator'), { to: 'desk', payload });
  await house.pump();
  return threadId;
}

test('a page of messages ends at some megabytes, and its cursor goes on', async () => {
  await using house = await shop();
  const threadId = await threadWith(house, 'How many?');
  await fill(house, threadId, LARGE, 30);
  const viewer = somebody(house.org, 'viewer');
  for (const [name, given] of [
    ['swarm.list_messages', {}],
    ['swarm.list_thread_messages', { threadId }],
  ] as const) {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { messages: { messageId: string }[]; cursor: string | null } = await house.done(name, viewer, {
        ...{ ...given, limit: 200 },
        ...(cursor === null ? {} : { cursor }),
      });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(9 * MEGABYTE);
      expect(page.messages.length).toBeGreaterThan(0);
      seen.push(...page.messages.map(({ messageId }) => messageId));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual([...new Set(seen)].toSorted().reverse());
    expect(seen).toHaveLength(34);
  }
});

test('the record of a thread is cut, and says so; a frame by itself is shown whole', async () => {
  await using house = await shop();
  const viewer = somebody(house.org, 'viewer');
  const small = await threadWith(house, 'How many?');
  const whole = await house.done('swarm.inspect_thread', viewer, { threadId: small });
  expect([whole.cut, whole.messages[0].payload]).toEqual([false, 'How many?']);

  const threadId = await threadWith(house, LARGE);
  const few = await house.done('swarm.inspect_thread', viewer, { threadId });
  expect(few.cut).toBe(true);
  expect(few.messages).toHaveLength(4);
  expect(few.messages[0].payload.slice(0, 10)).toBe(LARGE.slice(0, 10));
  expect(Buffer.byteLength(JSON.stringify(few))).toBeLessThan(MEGABYTE);
  const [{ frameId, steps }] = few.frames;
  const call = (all: { kind: string; text: string }[]) => all.find(({ kind }) => kind === 'call')!.text;
  expect(call(steps).length).toBeLessThan(25_000);
  const one = await house.done('swarm.inspect_thread', viewer, { threadId, frameId });
  expect(call(one.frames[0].steps)).toContain(LARGE);

  await fill(house, threadId, LARGE, 30);
  const many = await house.done('swarm.inspect_thread', viewer, { threadId });
  expect(many.cut).toBe(true);
  expect(many.messages.length).toBeLessThan(34);
  expect(many.frames[0].steps).toEqual(steps);
  expect(Buffer.byteLength(JSON.stringify(many))).toBeLessThan(2 * MEGABYTE);
});

test('of very many messages the latest are shown', async () => {
  await using house = await shop();
  const threadId = await threadWith(house, 'How many?');
  await fill(house, threadId, 'x', 1_100);
  const { cut, messages, frames } = await house.done('swarm.inspect_thread', somebody(house.org, 'viewer'), {
    threadId,
  });
  expect([cut, messages.length, messages.at(-1).seq]).toEqual([true, 1_000, 1_104]);
  expect(frames[0].steps[0]).toMatchObject({ kind: 'input', messageId: expect.stringMatching(/^msg_/) });
});
