/** What a provider says, what a clock did once, and what clients name their keys: none of it is taken on trust. */
import { describe, expect, it } from 'vitest';
import { parseEntry } from '../../src/audit/entry.ts';
import { headerLine, leafLine } from '../../src/audit/export.ts';
import { exportVerifier } from '../../src/audit/verify-export.ts';
import type { Delivery } from '../../src/guard/action.ts';
import { createExecutor } from '../../src/guard/executor.ts';
import type { Take } from '../../src/guard/take.ts';
import { fromBase64 } from '../../src/kernel/encoding.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { createIds, type MessageId } from '../../src/kernel/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import type { Desk } from '../support/desk.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { deskOn, houseOn } from '../support/open.ts';

const RESERVED = 10;
const money: Take = {
  meter: 'money',
  amount: RESERVED,
  unit: 'money',
  caps: [{ limit: 10_000, window: { calendar: 'day', zone: 'UTC' }, code: 'spend_limit', name: 'perDay' }],
};

/** The platform's export, line by line, and the offline verifier's report on it. */
async function report({ store, vkey }: Desk) {
  await store.checkpoint();
  const { origin, size, checkpoint } = await store.log.head();
  const verifier = exportVerifier({ vkey });
  verifier.line(headerLine({ origin, vkey, org: 'org_platform', size, checkpoint }));
  for (const { index, leaf, body } of await store.log.leaves(null, { from: 0, size, limit: size }))
    verifier.line(leafLine(index, { leaf: fromBase64(leaf)!, body: body! }));
  return verifier.report();
}

describe.each(engines)('a provider’s word on $name', (on) => {
  /** What the books say after a delivery that no type would allow. */
  async function booksAfter(said: object) {
    const desk = await deskOn(on, { execute: async () => ({ state: 'ok', ref: 'r', ...said }) as Delivery });
    const { ledger, catalogue, faults } = desk;
    const onFault = (fault: unknown) => faults.push(fault);
    const executor = createExecutor({
      ...{ ledger, catalogue, onFault, clock: desk.clock },
      ...{ maxInFlight: 1, maxPerOrganization: 1, tickMs: HOUR_MS },
    });
    const claimed = await desk.claimed('test.send', { takes: [money] });
    const settled = await executor.run(claimed, MINUTE_MS);
    await executor.stop();
    await desk.store.checkpoint();
    const bodies = await desk.engine.db.selectFrom('log_entry').select('body').orderBy('idx').execute();
    expect(bodies.map(({ body }) => parseEntry(body))).not.toContain(null);
    expect(await report(desk)).toMatchObject({ ok: true, problems: [] });
    return { settled, spent: await desk.meter('money@2026-11-20'), faults, last: (await desk.log()).at(-1)! };
  }

  it.each([-1, 0.5, Number.NaN, -1e12, 2 ** 60, Number.POSITIVE_INFINITY, '7', null])(
    'that a message cost %s leaves its money at what was reserved, and is told as a fault',
    async (cost) => {
      const { settled, spent, faults, last } = await booksAfter({ cost });
      expect(settled).toMatchObject({ is: 'moved', delivery: { state: 'ok' } });
      expect(spent).toBe(RESERVED);
      expect(last).toMatchObject({ type: 'result', state: 'ok', cost: RESERVED });
      expect(faults).toEqual([expect.any(RangeError)]);
    },
  );

  it('that a message cost a plain amount, or nothing, is believed', async () => {
    expect(await booksAfter({ cost: 7 })).toMatchObject({ spent: 7, faults: [] });
    expect(await booksAfter({ cost: 0 })).toMatchObject({ spent: 0, faults: [] });
    expect(await booksAfter({})).toMatchObject({ spent: RESERVED, faults: [] });
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['nothing', '', /^none$/],
    ['10 kB', 'x'.repeat(10_000), /^x{200}$/],
    ['half a character', 'a\ud800b', /^a\ufffdb$/],
    ['a character that the cut halves', `${'x'.repeat(199)}\u{1f600}`, /^x{199}\ufffd$/],
    ['NUL, which PostgreSQL has not', 'a\0b', /^a\ufffdb$/],
    ['a number', 42, /^42$/],
    ['null', null, /^null$/],
    ['an object', { toString: () => 'id' }, /^id$/],
  ])('whose reference is %s is recorded in a form that the log and the verifier read', async (_, ref, kept) => {
    const { settled, last, faults } = await booksAfter({ ref });
    expect(settled).toMatchObject({ is: 'moved', delivery: { state: 'ok' } });
    expect(last).toMatchObject({ type: 'result', state: 'ok', ref: expect.stringMatching(kept) });
    expect(faults).toEqual([]);
  });
});

describe.each(engines)('a clock that stood a year ahead once, on $name', (on) => {
  const LIMIT = 3;
  it.each([MINUTE_MS, DAY_MS])('locks nobody out for longer than a window of %i ms, and makes no room', async (ms) => {
    const desk = await deskOn(on);
    const start = desk.clock.now();
    const caps = [{ limit: LIMIT, window: { ms }, code: 'rate_limited', name: 'limit' }] as const;
    const send = async () => (await desk.propose('test.send', { takes: [{ meter: 'm', amount: 1, caps }] })).is;
    desk.clock.pass(365 * DAY_MS);
    for (let i = 0; i < LIMIT; i++) expect(await send()).toBe('pending');
    desk.clock.set(start);
    expect(await send()).toBe('refused');
    desk.clock.pass(ms - 1);
    expect(await send()).toBe('refused');
    desk.clock.pass(1);
    for (let i = 0; i < LIMIT; i++) expect(await send()).toBe('pending');
    expect(await send()).toBe('refused');
    expect(desk.faults).toEqual([]);
  });

  it('does not keep from asking for approval either', async () => {
    const desk = await deskOn(on);
    const start = desk.clock.now();
    const caps = [{ limit: 1, window: { ms: MINUTE_MS }, code: 'rate_limited', name: 'limit' }] as const;
    const takes = [{ meter: 'm', amount: 1, caps }];
    desk.clock.pass(365 * DAY_MS);
    await desk.propose('test.send', { takes });
    desk.clock.set(start);
    expect((await desk.propose('test.send', { takes, hold: true })).is).toBe('refused');
    desk.clock.pass(MINUTE_MS);
    expect((await desk.propose('test.send', { takes, hold: true })).is).toBe('held');
  });
});

describe.each(engines)('an idempotency key on $name', (on) => {
  it('is nowhere in the database as it was given: people name orders and numbers in them', async () => {
    const desk = await deskOn(on);
    const key = 'order of Ann Example, 4155550101';
    for (const name of ['test.send', 'test.note', 'test.secret'] as const) {
      await desk.propose(name, {}, { key });
      await desk.propose(name, { says: 'other arguments' }, { key });
    }
    await desk.propose('test.send', { hold: true }, { key: `${key} held` });
    const claimed = await desk.claimed('test.send', {}, { key: `${key} sent` });
    await desk.ledger.settle(claimed, { state: 'ok', ref: 'r' });
    expect(await desk.propose('test.send', {}, { key: `${key} sent` })).toMatchObject({ is: 'done', id: claimed.id });
    await desk.store.checkpoint();
    expect(await desk.count('idempotency')).toBe(5);
    for (const [table, rows] of await dump(desk.engine)) {
      expect(rows, table).not.toContain('Ann Example');
      expect(rows, table).not.toContain('4155550101');
    }
  });
});

describe.each(engines)('an agent’s messages on $name', (on) => {
  const CONTACT = '+14155550101';
  const SCANNED = 2_000;

  it('are all found page by page, however few fit; a page looks at 2000 at most', async () => {
    const t = await houseOn(on);
    const agent = await t.agent();
    const ids = createIds(t.clock, systemEntropy());
    const { db } = t.engine;
    await t.inbound(agent, CONTACT, 'match');
    const row = await db.selectFrom('message').selectAll().executeTakeFirstOrThrow();
    /** So many messages of others, a millisecond each. */
    const pile = async (count: number): Promise<readonly MessageId[]> => {
      const rows = Array.from({ length: count }, () => {
        t.clock.pass(1);
        return { ...row, id: ids.next('msg'), contact: 'another', at: t.clock.now() };
      });
      for (let i = 0; i < count; i += 500)
        await db
          .insertInto('message')
          .values(rows.slice(i, i + 500))
          .execute();
      return rows.map(({ id }) => id);
    };
    const page = (input: object) => t.done('comms.get_messages', agent.by, input);
    const follow = async (input: object) => {
      const pages: number[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const { messages, cursor: older } = await page({ ...input, ...(cursor === undefined ? {} : { cursor }) });
        pages.push(messages.length);
        cursor = older;
      }
      return pages;
    };
    await pile(SCANNED);
    t.clock.pass(1);
    await t.inbound(agent, CONTACT, 'match');
    const newest = await pile(SCANNED + 300);

    const first = await page({ contact: CONTACT });
    expect(first).toEqual({ messages: [], cursor: newest.at(-SCANNED) });
    expect(await follow({ contact: CONTACT })).toEqual([0, 1, 1]);
    expect(await follow({ contact: CONTACT, limit: 1 })).toEqual([0, 1, 1]);
    expect(await follow({ contact: '+14155550105' })).toEqual([0, 0, 0]);
    const unfiltered = await follow({ limit: 100 });
    expect(unfiltered.reduce((sum, count) => sum + count)).toBe(2 * SCANNED + 302);
  });

  it('from a time on are exactly those from that millisecond on', async () => {
    const t = await houseOn(on);
    const agent = await t.agent();
    const start = t.clock.now();
    for (const body of ['a', 'b', 'c']) {
      await t.inbound(agent, CONTACT, body);
      t.clock.pass(1);
    }
    const since = async (ms: number) =>
      (await t.done('comms.get_messages', agent.by, { since: new Date(start + ms).toISOString() })).messages.map(
        ({ body }: { body: string }) => body,
      );
    expect([await since(0), await since(1), await since(2), await since(3)]).toEqual([
      ['c', 'b', 'a'],
      ['c', 'b'],
      ['c'],
      [],
    ]);
  });
});
