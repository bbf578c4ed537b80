/** The book of alerts over every engine: what is booked is delivered by one server at a time, and outlives them all. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Recipient } from '../../src/guard/alert-book.ts';
import type { ToldAlert } from '../../src/guard/alerts.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testClock, testKeys } from '../support/house.ts';

const TO: Recipient = { org: PLATFORM_ORG, channel: 'email', to: 'ops@example.com' };
const alert = (at: number, more: Partial<ToldAlert> = {}): ToldAlert => ({
  severity: 'HIGH',
  kind: 'test_kind',
  org: PLATFORM_ORG,
  say: 'Something is wrong.',
  subject: 'thing',
  detail: { count: 1 },
  count: 1,
  since: at,
  at,
  ...more,
});

describe.each(engines)('the book of alerts on $name', (on) => {
  async function database() {
    const { engine, again, dispose } = await on.open();
    const keys = testKeys();
    const clock = testClock();
    const open: Desk[] = [];
    onTestFinished(async () => {
      for (const desk of open) await desk.store.close();
      await dispose();
    });
    const server = async (more: Parameters<typeof openDesk>[0]) => {
      const one = await openDesk({ keys, clock, ...more });
      open.unshift(one);
      return one.store;
    };
    const first = await server({ engine });
    return { engine, clock, first, org: open[0]!.org, another: () => server({ engine: again(), beside: open[0]! }) };
  }

  it('hands a delivery out once, and again when who had it has died', async () => {
    const { clock, first } = await database();
    const id = await first.alerts.book(alert(clock.now()), [TO]);
    const [taken] = await first.alerts.takeDue(10);
    expect(taken).toMatchObject({ ...TO, attempt: 1, since: clock.now(), alert: { id, kind: 'test_kind' } });
    expect(await first.alerts.takeDue(10)).toEqual([]);
    clock.pass(119_999);
    expect(await first.alerts.takeDue(10)).toEqual([]);
    clock.pass(1);
    const [again] = await first.alerts.takeDue(10);
    expect(again).toMatchObject({ id: taken!.id, attempt: 2 });
  });

  it('lets what has ended end once', async () => {
    const { clock, first } = await database();
    await first.alerts.book(alert(clock.now()), [TO]);
    const [taken] = await first.alerts.takeDue(10);
    const ended = { delivery: taken!.id, attempt: 1, code: null, nextAt: null };
    await first.alerts.attempted(PLATFORM_ORG, { ...ended, state: 'delivered' });
    await first.alerts.attempted(PLATFORM_ORG, { ...ended, state: 'given_up' });
    await first.alerts.attempted(PLATFORM_ORG, { ...ended, state: 'waiting', nextAt: clock.now() });
    clock.pass(3_600_000);
    expect(await first.alerts.takeDue(10)).toEqual([]);
    expect(await first.alerts.alerts(PLATFORM_ORG, { limit: 5 })).toMatchObject([
      { deliveries: [{ state: 'delivered', attempts: 1 }] },
    ]);
  });

  it('is not hurried by an attempt that ended late while the next is under way', async () => {
    const { clock, first } = await database();
    await first.alerts.book(alert(clock.now()), [TO]);
    const [taken] = await first.alerts.takeDue(10);
    clock.pass(120_000);
    expect(await first.alerts.takeDue(10)).toHaveLength(1);
    const late = { delivery: taken!.id, attempt: 1, state: 'waiting', code: 'stale', nextAt: clock.now() } as const;
    await first.alerts.attempted(PLATFORM_ORG, late);
    expect(await first.alerts.takeDue(10)).toEqual([]);
    await first.alerts.attempted(PLATFORM_ORG, { ...late, attempt: 2 });
    expect(await first.alerts.takeDue(10)).toHaveLength(1);
  });

  it('is read in pages, an organisation’s own alone, and forgets after 90 days', async () => {
    const { clock, first, org, engine } = await database();
    for (let i = 0; i < 5; i++) {
      await first.alerts.book(alert(clock.now(), { subject: `p${i}` }), [TO]);
      await first.alerts.book(alert(clock.now(), { subject: `o${i}`, org }), [TO]);
      clock.pass(1);
    }
    const page = await first.alerts.alerts(org, { limit: 3 });
    const rest = await first.alerts.alerts(org, { limit: 3, before: page.at(-1)!.id });
    expect([...page, ...rest].map(({ subject }) => subject)).toEqual(['o4', 'o3', 'o2', 'o1', 'o0']);
    expect(page.every(({ deliveries }) => deliveries.length === 0)).toBe(true); // they are the operator's
    expect(await first.alerts.alerts(PLATFORM_ORG, { limit: 100 })).toHaveLength(10);
    clock.pass(90 * 24 * 3_600_000 + 1);
    await first.alerts.sweep(clock.now());
    for (const table of ['alert', 'alert_delivery'] as const)
      expect(await engine.db.selectFrom(table).select('id').execute()).toEqual([]);
  });

  if (on.name === 'postgres') {
    it('hands each delivery to one of two servers that ask at once', async () => {
      const { clock, first, another } = await database();
      const second = await another();
      for (let i = 0; i < 40; i++) await first.alerts.book(alert(clock.now(), { subject: `s${i}` }), [TO]);
      const rounds = await Promise.all(
        Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? first : second).alerts.takeDue(10)),
      );
      const more = await first.alerts.takeDue(100);
      const taken = [...rounds.flat(), ...more].map(({ id }) => id);
      expect(taken).toHaveLength(40);
      expect(new Set(taken).size).toBe(40);
    });
  }
});
