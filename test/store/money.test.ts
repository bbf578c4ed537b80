/** Money: whatever is told of actions, in whatever order and however often, their counters hold what each did cost as last known. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billed } from '../../src/comms/billing/markup.ts';
import { commsWrite } from '../../src/comms/writes.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Claimed } from '../../src/guard/permit.ts';
import type { Take } from '../../src/guard/take.ts';
import { calendarPeriod, HOUR_MS } from '../../src/kernel/time.ts';
import type { Desk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { deskOn } from '../support/open.ts';

/** Half of many a cost: rounding shows. */
const MARKUP = 50;
const ZONES = { day: 'America/New_York', month: 'Asia/Tokyo' } as const;

const spend = (meter: string, amount: number): Take => ({
  meter,
  amount,
  unit: 'money',
  caps: (['day', 'month'] as const).map((calendar) => ({
    limit: 1_000_000,
    window: { calendar, zone: ZONES[calendar] },
    code: 'spend_limit',
    name: `per ${calendar}`,
  })),
});

type News = 'settle' | 'report';
type Step =
  | { readonly is: 'send'; readonly meter: string; readonly reserve: number }
  | { readonly is: News; readonly which: number; readonly state: Delivery['state']; readonly cost: number | null }
  | { readonly is: 'wait'; readonly hours: number };

/** What is known of one action: what it holds, in which periods, and whether its outcome can still change. */
interface Sent {
  readonly claimed: Claimed;
  readonly reserve: number;
  readonly counters: readonly string[];
  state: Delivery['state'] | 'claimed';
  cost: number;
}

const meter = fc.constantFrom('a', 'b');
const send = fc.record({ is: fc.constant('send' as const), meter, reserve: fc.integer({ min: 0, max: 50 }) });
const step: fc.Arbitrary<Step> = fc.oneof(
  send,
  fc.record({
    is: fc.constantFrom<News>('settle', 'report'),
    which: fc.nat(2),
    state: fc.constantFrom<Delivery['state']>('ok', 'ok', 'ok', 'failed', 'unknown', 'cancelled'),
    cost: fc.option(fc.integer({ min: 0, max: 200 })),
  }),
  fc.record({ is: fc.constant('wait' as const), hours: fc.constantFrom(1, 9, 24, 24 * 30) }),
);
const story = fc
  .tuple(send, fc.array(step, { minLength: 20, maxLength: 40, size: 'max' }))
  .map(([first, more]): readonly Step[] => [first, ...more]);

const deliveryOf = (state: Delivery['state'], cost: number | null): Delivery =>
  state === 'ok'
    ? { state, ref: 'r', ...(cost === null ? {} : { cost }) }
    : {
        state,
        code: state === 'unknown' ? 'outcome_unknown' : 'provider_rejected',
        say: 'No.',
        ...(state === 'failed' && cost !== null ? { cost } : {}),
      };

const costAfter = ({ reserve }: Sent, state: Delivery['state'], cost: number | null): number => {
  if (state === 'unknown') return reserve;
  return state === 'cancelled' ? 0 : (cost ?? (state === 'ok' ? reserve : 0));
};

/**
 * What the ledger promises: the first word stands, whether it is a settlement or news from outside; an unknown outcome becomes
 * known once; a price may always be corrected.
 */
function learn(sent: Sent, is: News, state: Delivery['state'], cost: number | null): void {
  const open = sent.state === 'unknown' || sent.state === 'claimed';
  const tells = state !== 'unknown' || (is === 'settle' && sent.state === 'claimed');
  if (open && tells) {
    sent.state = state;
    sent.cost = costAfter(sent, state, cost);
  } else if (is === 'report' && priced.has(sent.state) && priced.has(state) && cost !== null) sent.cost = cost;
}
const priced: ReadonlySet<string> = new Set(['ok', 'failed']);

async function play(desk: Desk, steps: readonly Step[]): Promise<Sent[]> {
  const all: Sent[] = [];
  for (const one of steps) {
    if (one.is === 'wait') desk.clock.pass(one.hours * HOUR_MS);
    else if (one.is === 'send') {
      const { meter: id, reserve } = one;
      const claimed = await desk.claimed('test.send', { takes: [spend(id, reserve)] });
      const counters = (['day', 'month'] as const).map(
        (unit) => `${id}@${calendarPeriod(desk.clock.now(), unit, ZONES[unit])}`,
      );
      all.push({ claimed, reserve, counters, state: 'claimed', cost: reserve });
    } else if (all.length > 0) {
      const sent = all.at(-1 - (one.which % all.length))!;
      const delivery = deliveryOf(one.state, one.cost);
      if (one.is === 'settle') await desk.ledger.settle(sent.claimed, delivery);
      else await desk.ledger.report(desk.org, { action: sent.claimed.id, delivery });
      learn(sent, one.is, one.state, one.cost);
    }
  }
  return all;
}

describe.each(engines)('the money of actions on $name', (on) => {
  it('is what each did cost as last known, in the periods in which it was reserved', { timeout: 120_000 }, async () => {
    const desk = await deskOn(on);
    await desk.store.found(desk.org, 'test', [commsWrite('billing.configure', { markupPercent: MARKUP })]);
    const before = new Map<string, number>();
    const total = { messages: 0, cost: 0, billed: 0 };
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        for (const { claimed, counters, cost, state } of await play(desk, steps)) {
          if (state !== 'claimed' && state !== 'cancelled') {
            total.messages++;
            total.cost += cost;
            total.billed += billed(cost, MARKUP);
          }
          for (const id of counters) before.set(id, (before.get(id) ?? 0) + cost);
          const row = await desk.engine.db
            .selectFrom('action')
            .select('cost')
            .where('id', '=', claimed.id)
            .executeTakeFirstOrThrow();
          expect(Number(row.cost)).toBe(cost);
        }
        for (const [id, used] of before) expect(await desk.meter(id), id).toBe(used);
        const usage = await desk.store.comms.usage(desk.org, { agent: desk.agent, from: 0, to: 1_000_000 });
        const zero = { messages: 0, cost: 0, billed: 0 };
        expect(usage[0] ?? zero).toMatchObject(total);
      }),
      { numRuns: on.name === 'memory' ? 100 : 25 },
    );
    expect(desk.faults).toEqual([]);
  });

  it('is corrected once for each price, when the same and another one come at once', async () => {
    const desk = await deskOn(on);
    const claimed = await desk.claimed('test.send', { takes: [spend('a', 10)] });
    const news = [undefined, 7, 7, 3, 12, 12].map((cost) => deliveryOf('ok', cost ?? null));
    await Promise.all([
      desk.ledger.settle(claimed, news[0]!),
      ...news.slice(1).map((delivery) => desk.ledger.report(desk.org, { action: claimed.id, delivery })),
    ]);
    await Promise.all(
      [5, 5, 9].map((cost) =>
        desk.ledger.report(desk.org, { action: claimed.id, delivery: { state: 'ok', ref: 'r', cost } }),
      ),
    );
    const { cost } = await desk.engine.db.selectFrom('action').select('cost').executeTakeFirstOrThrow();
    const today = `a@${calendarPeriod(desk.clock.now(), 'day', ZONES.day)}`;
    expect([5, 9]).toContain(Number(cost));
    expect(await desk.meter(today)).toBe(Number(cost));
  });
});
