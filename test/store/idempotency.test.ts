/** The client's idempotency key: one effect and one answer, for 24 hours, for its own principal and arguments alone. */
import { describe, expect, it } from 'vitest';
import { guardWrite } from '../../src/guard/writes.ts';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { engines } from '../support/engines.ts';
import { deskOn } from '../support/open.ts';

const takes = [
  { meter: 'm', amount: 1, caps: [{ limit: 100, window: { ms: MINUTE_MS }, code: 'rate_limited', name: 'perMinute' }] },
] as const;

describe.each(engines)('an idempotency key on $name', (on) => {
  it('gives the first answer again and does nothing twice', async () => {
    const desk = await deskOn(on);
    const first = await desk.propose('test.note', { says: 'hello', takes }, { key: 'k' });
    const again = await desk.propose('test.note', { says: 'hello', takes }, { key: 'k' });
    expect(first).toMatchObject({ is: 'done', output: { says: 'hello' } });
    expect(again).toEqual(first);
    expect([await desk.count('action'), await desk.meter('m')]).toEqual([1, 1]);
  });

  it('holds among requests of the same moment', async () => {
    const desk = await deskOn(on);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => desk.propose('test.note', { says: 'x', takes }, { key: 'k' })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await desk.meter('m')).toBe(1);
  });

  it('answers with what stands now: pending, then the outcome', async () => {
    const desk = await deskOn(on);
    const claimed = await desk.claimed('test.send', { takes }, { key: 'k' });
    expect(await desk.propose('test.send', { takes }, { key: 'k' })).toMatchObject({
      is: 'pending',
      id: claimed.id,
      output: { state: 'queued' },
      claimed: null,
    });
    await desk.ledger.settle(claimed, { state: 'ok', ref: 'r' });
    expect(await desk.propose('test.send', { takes }, { key: 'k' })).toMatchObject({
      is: 'done',
      id: claimed.id,
      output: { state: 'ok' },
    });
  });

  it('answers with a failure as a failure', async () => {
    const desk = await deskOn(on);
    const claimed = await desk.claimed('test.send', {}, { key: 'k' });
    await desk.ledger.settle(claimed, { state: 'failed', code: 'provider_rejected', say: 'No.' });
    expect(await desk.propose('test.send', {}, { key: 'k' })).toMatchObject({
      is: 'failed',
      id: claimed.id,
      output: { state: 'failed' },
      delivery: { state: 'failed', code: 'provider_rejected' },
    });
  });

  it('follows a held action through approval to its outcome', async () => {
    const desk = await deskOn(on);
    const held = await desk.propose('test.send', { hold: true }, { key: 'k' });
    expect(await desk.propose('test.send', { hold: true }, { key: 'k' })).toMatchObject({ is: 'held', id: held.id });
    const released = await desk.approve(held.id!);
    expect(await desk.propose('test.send', { hold: true }, { key: 'k' })).toMatchObject({
      is: 'pending',
      id: held.id,
      output: { state: 'queued' },
    });
    if (released.is !== 'pending' || released.claimed === null) throw new Error(released.is);
    await desk.ledger.settle(released.claimed, { state: 'ok', ref: 'r' });
    expect(await desk.propose('test.send', { hold: true }, { key: 'k' })).toMatchObject({
      is: 'done',
      id: held.id,
      output: { state: 'ok' },
    });
  });

  it('with other arguments is refused and does nothing', async () => {
    const desk = await deskOn(on);
    await desk.propose('test.note', { says: 'a', takes }, { key: 'k' });
    expect(await desk.propose('test.note', { says: 'b', takes }, { key: 'k' })).toMatchObject({
      is: 'refused',
      why: [{ guard: 'idempotency', code: 'idempotency_conflict' }],
    });
    expect(await desk.meter('m')).toBe(1);
  });

  it('is another one for another principal, action or organisation', async () => {
    const desk = await deskOn(on);
    const other = await desk.tenant('other');
    const { by } = desk.proposal('test.note');
    const answers = [
      await desk.propose('test.note', {}, { key: 'k' }),
      await desk.propose('test.send', {}, { key: 'k' }),
      await desk.propose('test.note', {}, { key: 'k', ...other }),
      await desk.ledger.propose({
        ...desk.proposal('test.note', {}, { key: 'k', by: { ...by, id: 'tok_2', agent: null } }),
        agent: null,
      }),
    ];
    expect(answers.map(({ is }) => is)).toEqual(['done', 'pending', 'done', 'done']);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(4);
  });

  it('works for 24 hours, and is free from then on, swept or not', async () => {
    const desk = await deskOn(on);
    const first = await desk.propose('test.note', {}, { key: 'k' });
    desk.clock.pass(DAY_MS - 1);
    expect((await desk.propose('test.note', {}, { key: 'k' })).id).toBe(first.id);
    desk.clock.pass(1);
    const second = await desk.propose('test.note', { says: 'other' }, { key: 'k' });
    expect(second).toMatchObject({ is: 'done', output: { says: 'other' } });
    expect((await desk.propose('test.note', { says: 'other' }, { key: 'k' })).id).toBe(second.id);
    desk.clock.pass(DAY_MS);
    await desk.ledger.sweep();
    expect(await desk.count('idempotency')).toBe(0);
  });

  it('never shows a secret a second time, and does not store it', async () => {
    const desk = await deskOn(on);
    const first = await desk.propose('test.secret', { says: 'spa_secret' }, { key: 'k' });
    expect(first).toMatchObject({ is: 'done', output: { says: 'spa_secret' } });
    expect(await desk.propose('test.secret', { says: 'spa_secret' }, { key: 'k' })).toMatchObject({
      is: 'refused',
      why: [{ code: 'already_shown' }],
    });
    expect(await desk.engine.db.selectFrom('idempotency').select('output').execute()).toEqual([{ output: null }]);
  });

  it('is not used up by a refusal', async () => {
    const desk = await deskOn(on);
    const none = [{ ...takes[0], caps: [{ ...takes[0].caps[0], limit: 0 }] }];
    expect((await desk.propose('test.note', { takes: none }, { key: 'k' })).is).toBe('refused');
    expect((await desk.propose('test.note', { takes }, { key: 'k' })).is).toBe('done');
  });

  it('tells a principal whose rights ended nothing of what was done under it', async () => {
    const desk = await deskOn(on);
    const by = { ...desk.proposal('test.note').by, fences: [{ of: 'token', id: 'tok_1', epoch: 0 }] } as const;
    await desk.propose('test.note', { says: 'a' }, { key: 'k', by });
    await desk.propose('test.note', { writes: [guardWrite('fence.bump', { of: 'token', id: 'tok_1' })] });
    const refused = await desk.propose('test.note', { says: 'a' }, { key: 'k', by });
    expect(refused).toMatchObject({ is: 'refused', why: [{ code: 'stale' }] });
  });
});
