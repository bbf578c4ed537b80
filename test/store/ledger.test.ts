/** What the ledger's verbs promise, on every engine: atomic, monotonic, folded, and held no longer than allowed. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/guard/action.ts';
import type { Take } from '../../src/guard/take.ts';
import { guardWrite } from '../../src/guard/writes.ts';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { approval, BROKEN_WRITE, HOLD_MS } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { deskOn } from '../support/open.ts';

const perMinute = (limit: number, meter = 'm', amount = 1): Take => ({
  meter,
  amount,
  caps: [{ limit, window: { ms: MINUTE_MS }, code: 'rate_limited', name: 'perMinute' }],
});
const budget = (limit: number, amount: number): Take => ({
  meter: 'money',
  amount,
  unit: 'money',
  caps: [{ limit, window: { calendar: 'day', zone: 'UTC' }, code: 'spend_limit', name: 'spendPerDay' }],
});
const MONEY_TODAY = 'money@2026-11-20';
const OK: Delivery = { state: 'ok', ref: 'ref_1' };
const FAILED: Delivery = { state: 'failed', code: 'provider_rejected', say: 'No.' };
const UNKNOWN: Delivery = { state: 'unknown', code: 'outcome_unknown', say: 'Who knows.' };
const CANCELLED: Delivery = { state: 'cancelled', code: 'stale', say: 'Not sent.' };

describe.each(engines)('the ledger on $name', (on) => {
  describe('is atomic', () => {
    it('leaves no take, row, contact or entry of a proposal whose write fails', async () => {
      const desk = await deskOn(on);
      const before = await desk.log();
      await expect(
        desk.propose(
          'test.send',
          { to: '+14155550101', takes: [perMinute(5), budget(100, 10)], writes: [BROKEN_WRITE] },
          { key: 'k', claim: true },
        ),
      ).rejects.toThrow('no writer');
      expect([await desk.count('take'), await desk.count('meter'), await desk.count('action')]).toEqual([0, 0, 0]);
      expect([await desk.count('contact'), await desk.count('idempotency')]).toEqual([0, 0]);
      expect(await desk.log()).toEqual(before);
      // and nothing of it is remembered in memory: the same key, contact and meter work
      const next = await desk.propose(
        'test.send',
        { to: '+14155550101', takes: [perMinute(1), budget(10, 10)] },
        { key: 'k' },
      );
      expect(next.is).toBe('pending');
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY), await desk.count('contact')]).toEqual([1, 10, 1]);
    });

    it('leaves nothing of a settlement whose write fails, and takes the next one', async () => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.send', { takes: [budget(100, 10)], atTheEnd: [BROKEN_WRITE] });
      const before = await desk.log();
      await expect(desk.ledger.settle(claimed, { ...OK, cost: 4 })).rejects.toThrow('no writer');
      expect(await desk.log()).toEqual(before);
      expect(await desk.meter(MONEY_TODAY)).toBe(10);
      const { state } = await desk.engine.db
        .selectFrom('action')
        .select('state')
        .where('id', '=', claimed.id)
        .executeTakeFirstOrThrow();
      expect(state).toBe('claimed');
    });

    it('fails one operation of a group of 64 alone', async () => {
      const desk = await deskOn(on);
      const results = await Promise.allSettled(
        Array.from({ length: 64 }, (_, i) =>
          desk.propose('test.note', {
            says: `${i}`,
            takes: [perMinute(100)],
            ...(i === 40 ? { writes: [BROKEN_WRITE] } : {}),
          }),
        ),
      );
      expect(results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([40]);
      expect([await desk.count('action'), await desk.count('take'), await desk.meter('m')]).toEqual([63, 63, 63]);
      expect((await desk.log()).filter(({ type }) => type === 'decision')).toHaveLength(63);
    });

    it('tells a refusal by a lost race to its own operation alone', async () => {
      const desk = await deskOn(on);
      const [lost, won] = await Promise.allSettled([
        desk.propose('test.note', { throws: 'Lost.' }),
        desk.propose('test.note', {}),
      ]);
      expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
      expect(won).toMatchObject({ status: 'fulfilled', value: { is: 'done' } });
    });

    it('grants all takes of an action or none', async () => {
      const desk = await deskOn(on);
      const refused = await desk.propose('test.send', {
        takes: [perMinute(5, 'a'), perMinute(0, 'b'), budget(100, 10)],
      });
      expect(refused).toMatchObject({ is: 'refused', why: [{ guard: 'takes', code: 'rate_limited' }] });
      expect([
        await desk.meter('a'),
        await desk.meter('b'),
        await desk.meter(MONEY_TODAY),
        await desk.count('take'),
      ]).toEqual([0, 0, 0, 0]);
    });

    it('counts the unauthenticated even when another operation of the group fails', async () => {
      const desk = await deskOn(on);
      for (const prefix of ['192.0.2.0/24', '192.0.2.0/24', '198.51.100.0/24']) desk.ledger.unauthenticated(prefix);
      await desk.ledger.sweep();
      expect((await desk.log()).filter(({ type }) => type === 'unauthenticated')).toEqual([]);
      desk.clock.pass(MINUTE_MS);
      await Promise.allSettled([desk.ledger.sweep(), desk.propose('test.note', { writes: [BROKEN_WRITE] })]);
      await desk.ledger.sweep();
      expect((await desk.log()).filter(({ type }) => type === 'unauthenticated')).toMatchObject([
        { prefix: '192.0.2.0/24', count: 2, org: 'org_platform' },
        { prefix: '198.51.100.0/24', count: 1 },
      ]);
    });
  });

  describe('settles', () => {
    it.each([
      ['ok', OK],
      ['failed', FAILED],
      ['cancelled', CANCELLED],
    ] as const)('once: %s stands whatever comes after it', async (_, first) => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.send', { takes: [perMinute(5), budget(100, 10)] });
      expect(await desk.ledger.settle(claimed, first)).toMatchObject({ is: 'moved' });
      const after = [await desk.meter('m'), await desk.meter(MONEY_TODAY), await desk.log()];
      for (const later of [OK, FAILED, UNKNOWN, CANCELLED]) {
        expect(await desk.ledger.settle(claimed, later)).toMatchObject({ is: 'already' });
      }
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY), await desk.log()]).toEqual(after);
    });

    it('lets an unknown outcome become known later, once, and never unknown again', async () => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.send', { takes: [budget(100, 10)] });
      expect(await desk.ledger.settle(claimed, UNKNOWN)).toMatchObject({ is: 'moved' });
      expect(await desk.meter(MONEY_TODAY)).toBe(10); // may have to be paid
      expect(await desk.ledger.settle(claimed, UNKNOWN)).toMatchObject({ is: 'already' });
      expect(await desk.ledger.settle(claimed, { ...OK, cost: 7 })).toMatchObject({ is: 'moved' });
      expect(await desk.meter(MONEY_TODAY)).toBe(7);
      expect(await desk.ledger.settle(claimed, UNKNOWN)).toMatchObject({ is: 'already' });
      expect(await desk.ledger.settle(claimed, FAILED)).toMatchObject({ is: 'already' });
      expect((await desk.log()).flatMap(({ type, state }) => (type === 'result' ? [state] : []))).toEqual([
        'unknown',
        'ok',
      ]);
    });

    it('ignores what an earlier attempt tells after a later one was claimed', async () => {
      const desk = await deskOn(on);
      const first = await desk.claimed('test.resend', { takes: [budget(100, 10)] });
      desk.clock.pass(31_000);
      await desk.ledger.recover();
      const [second] = await desk.ledger.claim(1);
      expect(second).toMatchObject({ id: first.id, attempt: 2 });
      expect(await desk.ledger.settle(first, FAILED)).toMatchObject({ is: 'already' });
      expect(await desk.meter(MONEY_TODAY)).toBe(10);
      expect(await desk.ledger.settle(second!, OK)).toMatchObject({ is: 'moved' });
    });

    it('nothing that it does not know', async () => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.send');
      expect(await desk.ledger.settle({ ...claimed, id: desk.ids.next('act') }, OK)).toMatchObject({ is: 'already' });
      const other = await desk.tenant('other');
      expect(await desk.ledger.settle({ ...claimed, org: other.org }, OK)).toMatchObject({ is: 'already' });
      expect(await desk.ledger.settle(claimed, OK)).toMatchObject({ is: 'moved' });
    });
  });

  describe('claims and recovers', () => {
    it('leases the oldest ready actions of any organisation, at most as many as asked', async () => {
      const desk = await deskOn(on);
      const other = await desk.tenant('other');
      const ids: string[] = [];
      for (const options of [{}, other, {}]) {
        ids.push((await desk.propose('test.send', {}, options)).id!);
        desk.clock.pass(1);
      }
      expect(await desk.ledger.claim(0)).toEqual([]);
      expect((await desk.ledger.claim(2)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect((await desk.ledger.claim(2)).map(({ id }) => id)).toEqual(ids.slice(2));
      expect(await desk.ledger.claim(2)).toEqual([]);
    });

    it('hands out the input as it was judged', async () => {
      const desk = await deskOn(on);
      const input = { to: '+14155550101', says: 'Grüße 👋' };
      await desk.propose('test.send', input);
      expect(await desk.ledger.claim(1)).toMatchObject([
        { input, action: 'test.send', org: desk.org, agent: desk.agent, attempt: 1 },
      ]);
    });

    it('cancels what a fence stopped between propose and claim, and gives its takes back', async () => {
      const desk = await deskOn(on);
      const { id } = await desk.propose('test.send', { to: '+14155550101', takes: [perMinute(5), budget(100, 10)] });
      const kept = await desk.propose('test.send', { to: '+14155550102', takes: [perMinute(5), budget(100, 10)] });
      await desk.propose('test.note', { writes: [guardWrite('fence.bump', { of: 'contact', id: '+14155550101' })] });
      expect((await desk.ledger.claim(10)).map((claimed) => claimed.id)).toEqual([kept.id]);
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY), await desk.count('take')]).toEqual([1, 10, 1]);
      expect((await desk.log()).at(-1)).toMatchObject({
        type: 'result',
        action: id,
        state: 'cancelled',
        code: 'stale',
        cost: 0,
      });
    });

    it('does not call a repeat that a fence stopped "not sent": its first attempt may have left', async () => {
      const desk = await deskOn(on);
      const first = await desk.claimed('test.resend', { to: '+14155550101', takes: [perMinute(5), budget(100, 10)] });
      desk.clock.pass(31_000);
      await desk.ledger.recover();
      await desk.propose('test.note', { writes: [guardWrite('fence.bump', { of: 'contact', id: '+14155550101' })] });
      expect(await desk.ledger.claim(10)).toEqual([]);
      expect((await desk.log()).at(-1)).toMatchObject({ type: 'result', action: first.id, state: 'unknown' });
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY)]).toEqual([1, 10]);
    });

    it('leaves a lease that has not run out alone', async () => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.resend');
      desk.clock.pass(29_000);
      await desk.ledger.recover();
      expect(await desk.ledger.claim(10)).toEqual([]);
      expect(await desk.ledger.settle(claimed, OK)).toMatchObject({ is: 'moved' });
    });

    it('calls an unrepeatable attempt unknown when its lease has run out, and still hears its outcome', async () => {
      const desk = await deskOn(on);
      const claimed = await desk.claimed('test.send', { takes: [budget(100, 10)] });
      desk.clock.pass(31_000);
      await desk.ledger.recover();
      expect(await desk.ledger.claim(10)).toEqual([]);
      expect((await desk.log()).at(-1)).toMatchObject({
        type: 'result',
        action: claimed.id,
        state: 'unknown',
        cost: 10,
      });
      expect(await desk.ledger.settle(claimed, { ...OK, cost: 3 })).toMatchObject({ is: 'moved' });
      expect(await desk.meter(MONEY_TODAY)).toBe(3);
    });
  });

  describe('folds refusals', () => {
    it('records 20 a minute of one caller, action and code, then one entry with the count', async () => {
      const desk = await deskOn(on);
      const refuse = () => desk.propose('test.send', { takes: [perMinute(0)] });
      const ids: (string | null)[] = [];
      for (let i = 0; i < 50; i++) ids.push((await refuse()).id);
      expect(ids.filter((id) => id !== null)).toHaveLength(20);
      expect(ids.slice(20)).toEqual(Array(30).fill(null));
      expect(await desk.count('action')).toBe(20);
      await desk.ledger.sweep();
      expect((await desk.log()).filter(({ type }) => type === 'refusals')).toEqual([]);
      desk.clock.pass(MINUTE_MS);
      await desk.ledger.sweep();
      await desk.ledger.sweep();
      const log = await desk.log();
      expect(log.filter(({ decision }) => decision === 'deny')).toHaveLength(20);
      expect(log.filter(({ type }) => type === 'refusals')).toMatchObject([
        { count: 30, org: desk.org, agent: desk.agent, name: 'test.send', code: 'rate_limited' },
      ]);
      expect(await desk.count('refusal_count')).toBe(0);
      expect((await refuse()).id).not.toBeNull();
    });

    it('records the count when the next minute begins with another refusal', async () => {
      const desk = await deskOn(on);
      for (let i = 0; i < 25; i++) await desk.propose('test.send', { takes: [perMinute(0)] });
      desk.clock.pass(MINUTE_MS);
      expect((await desk.propose('test.send', { takes: [perMinute(0)] })).id).not.toBeNull();
      expect((await desk.log()).filter(({ type }) => type === 'refusals')).toMatchObject([{ count: 5 }]);
    });

    it('keeps callers, actions, codes and organisations apart', async () => {
      const desk = await deskOn(on);
      const other = await desk.tenant('other');
      const two = {
        id: 'tok_2',
        kind: 'organization',
        org: desk.org,
        agent: null,
        scopes: new Set(['agent:act' as const]),
        fences: [],
      } as const;
      const refusals = [
        () => desk.propose('test.send', { takes: [perMinute(0)] }),
        () => desk.propose('test.note', { takes: [perMinute(0)] }),
        () => desk.propose('test.send', { takes: [budget(0, 1)] }),
        () => desk.propose('test.send', { takes: [perMinute(0)] }, other),
        () =>
          desk.ledger.propose({ ...desk.proposal('test.send', { takes: [perMinute(0)] }, { by: two }), agent: null }),
      ];
      for (let i = 0; i < 20; i++) for (const refuse of refusals) expect((await refuse()).id).not.toBeNull();
      for (const refuse of refusals) expect((await refuse()).id).toBeNull();
    });

    it('folds refusals before the guards in the same way', async () => {
      const desk = await deskOn(on);
      const { by } = desk.proposal('test.send');
      const why = [{ is: 'deny', guard: 'input', code: 'invalid_input', say: 'No.' }] as const;
      const refuse = () =>
        desk.ledger.refuse({
          id: desk.ids.next('act'),
          by,
          org: desk.org,
          agent: desk.agent,
          name: 'test.send',
          version: 1,
          why,
        });
      const ids = [];
      for (let i = 0; i < 22; i++) ids.push(await refuse());
      expect(ids.filter((id) => id !== null)).toHaveLength(20);
      expect((await desk.log()).filter(({ decision }) => decision === 'deny')).toMatchObject(
        Array(20).fill({ codes: ['input:invalid_input'] }),
      );
    });
  });

  describe('explains', () => {
    it('every stage, and records and reserves nothing', async () => {
      const desk = await deskOn(on);
      const before = await desk.log();
      const ok = await desk.ledger.explain(desk.proposal('test.send', { to: '+14155550101', takes: [perMinute(1)] }));
      expect(ok.is).toBe('allow');
      await desk.propose('test.send', { takes: [perMinute(1)] });
      const full = await desk.ledger.explain(desk.proposal('test.send', { takes: [perMinute(1)], hold: true }));
      expect(full.is).toBe('deny');
      expect(full.checks.find(({ guard }) => guard === 'takes')?.findings).toMatchObject([
        { is: 'take' },
        { is: 'deny', code: 'rate_limited' },
      ]);
      expect(full.checks.find(({ guard }) => guard === 'approval')?.findings).toMatchObject([{ is: 'hold' }]);
      expect((await desk.log()).length).toBe(before.length + 1);
      expect([await desk.count('action'), await desk.meter('m')]).toEqual([1, 1]);
    });
  });

  describe('holds', () => {
    const held = { to: '+14155550101', hold: true, takes: [perMinute(5), budget(100, 10)] };

    it('reserve nothing until they are approved; then everything is granted', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', held);
      expect(hold).toMatchObject({ is: 'held', until: desk.clock.now() + HOLD_MS });
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY)]).toEqual([0, 0]);
      expect(await desk.ledger.release(desk.org, hold.id!, true)).toBeNull(); // nobody approved it
      const released = await desk.approve(hold.id!);
      expect(released).toMatchObject({ is: 'pending', id: hold.id, claimed: { id: hold.id, input: held } });
      expect([await desk.meter('m'), await desk.meter(MONEY_TODAY)]).toEqual([1, 10]);
      expect(await desk.ledger.release(desk.org, hold.id!, true)).toBeNull();
      const log = (await desk.log()).filter(({ action, type }) => action === hold.id && type === 'decision');
      expect(log.map(({ decision }) => decision)).toEqual(['hold', 'allow']);
      expect(log[0]!['commit']).toBe(log[1]!['commit']); // the very same input
    });

    it('are refused at once when the limits are used up', async () => {
      const desk = await deskOn(on);
      expect(await desk.propose('test.send', { ...held, takes: [perMinute(0)] })).toMatchObject({
        is: 'refused',
        why: [{ code: 'rate_limited' }],
      });
    });

    it('are judged again when approved: a limit that was used up meanwhile refuses', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', { ...held, takes: [perMinute(1)] });
      await desk.propose('test.send', { takes: [perMinute(1)] });
      expect(await desk.approve(hold.id!)).toMatchObject({
        is: 'refused',
        id: hold.id,
        why: [{ code: 'rate_limited' }],
      });
      expect(await desk.meter('m')).toBe(1);
      expect((await desk.log()).at(-1)).toMatchObject({ action: hold.id, decision: 'deny' });
    });

    it('have one winner when two approve at once', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', held);
      const approve = (by: string) => desk.propose('test.note', { writes: [approval(hold.id!, by)] });
      const outcomes = await Promise.allSettled([approve('tok_a'), approve('tok_b'), approve('tok_c')]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
      const releases = await Promise.all([1, 2].map(() => desk.ledger.release(desk.org, hold.id!, true)));
      expect(releases.filter((release) => release !== null)).toHaveLength(1);
      expect(await desk.meter('m')).toBe(1);
    });

    it('expire after 15 minutes, not a millisecond earlier, and can’t be approved any more', async () => {
      const desk = await deskOn(on);
      const late = await desk.propose('test.send', held);
      const early = await desk.propose('test.send', held);
      desk.clock.pass(HOLD_MS - 1);
      await desk.ledger.sweep();
      expect(await desk.approve(early.id!)).toMatchObject({ is: 'pending' });
      desk.clock.pass(1);
      await expect(desk.approve(late.id!)).rejects.toMatchObject({ code: 'conflict' });
      await desk.ledger.sweep();
      expect((await desk.log()).at(-1)).toMatchObject({
        type: 'result',
        action: late.id,
        state: 'cancelled',
        code: 'approval_expired',
      });
      await expect(desk.approve(late.id!)).rejects.toMatchObject({ code: 'conflict' });
      expect(await desk.meter('m')).toBe(1);
    });

    it('that were approved before a crash are judged and released by who comes after', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', held);
      await desk.propose('test.note', {
        writes: [approval(hold.id!)],
      });
      desk.clock.pass(HOLD_MS + 30_000);
      await desk.ledger.sweep(); // approved in time, and only just run out: there is time to restart
      await desk.ledger.recover();
      expect(await desk.ledger.claim(10)).toEqual([]); // who approved may be about to release it
      await desk.ledger.recover();
      expect((await desk.ledger.claim(10)).map(({ id }) => id)).toEqual([hold.id]);
    });

    it('that were approved, and taken up long after, are not released', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', held);
      await desk.propose('test.note', {
        writes: [approval(hold.id!)],
      });
      desk.clock.pass(30 * DAY_MS);
      for (let round = 0; round < 2; round++) await desk.ledger.recover();
      expect(await desk.ledger.claim(10)).toEqual([]);
      expect(await desk.store.log.action(desk.org, hold.id!)).toMatchObject({ code: 'approval_expired' });
    });

    it('stay denied, and say so with a code', async () => {
      const desk = await deskOn(on);
      const hold = await desk.propose('test.send', held, { key: 'k' });
      await desk.propose('test.note', {
        writes: [guardWrite('hold.deny', { action: hold.id!, by: 'tok_admin', note: null })],
      });
      await expect(desk.approve(hold.id!)).rejects.toMatchObject({ code: 'conflict' });
      expect(await desk.propose('test.send', held, { key: 'k' })).toMatchObject({
        is: 'refused',
        id: hold.id,
        why: [{ guard: 'approval', code: 'approval_denied' }],
      });
      expect(await desk.store.log.action(desk.org, hold.id!)).toMatchObject({
        state: 'refused',
        code: 'approval_denied',
        reasons: [{ guard: 'approval', code: 'approval_denied' }],
      });
    });

    it('that ran out say so with a code', async () => {
      const desk = await deskOn(on);
      await desk.propose('test.send', held, { key: 'k' });
      desk.clock.pass(HOLD_MS);
      await desk.ledger.sweep();
      expect(await desk.propose('test.send', held, { key: 'k' })).toMatchObject({
        is: 'refused',
        why: [{ guard: 'approval', code: 'approval_expired' }],
      });
    });

    it('of a principal whose credential was replaced meanwhile are not released, whatever organisation it is of', async () => {
      const desk = await deskOn(on);
      const by = {
        id: 'tok_root',
        kind: 'orchestrator',
        org: 'org_platform',
        agent: null,
        scopes: new Set(['agent:act' as const]),
        fences: [{ of: 'token', id: 'tok_root', epoch: 0 }],
      } as const;
      const [revoked, kept] = [
        await desk.propose('test.send', held, { by }),
        await desk.propose('test.send', held, {
          by: { ...by, id: 'tok_root2', fences: [{ of: 'token', id: 'tok_root2', epoch: 0 }] },
        }),
      ];
      await desk.ledger.propose({
        ...desk.proposal(
          'test.note',
          { writes: [guardWrite('fence.bump', { of: 'token', id: 'tok_root' })] },
          { by: { ...by, fences: [] } },
        ),
        org: 'org_platform',
        agent: null,
      });
      expect(await desk.approve(revoked.id!)).toMatchObject({ is: 'refused', why: [{ code: 'stale' }] });
      expect(await desk.approve(kept.id!)).toMatchObject({ is: 'pending' });
    });
  });
});
