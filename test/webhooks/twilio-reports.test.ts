/** What becomes of an SMS: sent by Twilio's double, told by its signed callbacks in any order, and asked about where nothing is told. */
import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import {
  actionOf,
  BASE,
  type Live,
  type LiveAgent,
  messageOf,
  NUMBER,
  openLive,
  PERSON,
  spentBy,
  texting,
} from '../support/live-house.ts';

const RESERVE = 7_900;
const MINUTE = 60_000;
const RANK = { queued: 0, sent: 1, delivered: 2 } as const;

const send = (live: Live, agent: LiveAgent, body = 'Hello') =>
  live.act('comms/send-message', { to: PERSON, body }, agent.token);
const refOf = (live: Live) => live.twilio.messages[0]!.sid;
/** Every row that a delivery could change; not the log, and not the times at which things were looked at. */
async function state(live: Live): Promise<string> {
  const rows = await dump(live.engine);
  return ['message', 'action', 'suppression', 'consent_record', 'meter', 'idempotency', 'relationship']
    .map((table) => `${table} ${rows.get(table)}`)
    .join('\n');
}

describe.each(engines)('an SMS by Twilio, on $name', (on) => {
  it('leaves with its status callback on the public name, and costs what Twilio says in the end', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    const { status, json } = await send(live, agent);
    expect([status, json.status, json.from]).toEqual([200, 'sent', NUMBER]);
    const [{ to, from, body, statusCallback }] = live.twilio.messages as [Live['twilio']['messages'][0]];
    expect([to, from, body]).toEqual([PERSON, NUMBER, 'Hello']);
    expect(statusCallback).toMatch(
      new RegExp(`^${BASE}/webhooks/twilio/${agent.id}/status\\?m=${json.messageId}&n=[\\w-]{22}$`),
    );
    expect(await spentBy(live, agent)).toBe(RESERVE);
    expect((await live.everything()).includes(new URL(statusCallback!).searchParams.get('n')!)).toBe(false);

    for (const told of ['sent', 'delivered']) expect((await live.twilio.report(refOf(live), told)).status).toBe(200);
    live.clock.pass(2 * MINUTE);
    await live.house.followUp(); // delivered, and no price yet
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'delivered', cost: RESERVE });

    Object.assign(live.twilio.messages[0]!, { price: '-0.00415' });
    live.clock.pass(10 * MINUTE);
    await live.house.followUp();
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'delivered', cost: 4_150 });
    expect(await spentBy(live, agent)).toBe(4_150);
    expect(await actionOf(live, json._meta.actionId)).toMatchObject({ state: 'done', cost: 4_150 });

    const asked = live.twilio.requests.length;
    live.clock.pass(48 * 60 * MINUTE);
    await live.house.followUp();
    expect(live.twilio.requests).toHaveLength(asked); // nothing is open any more
    expect(live.faults).toEqual([]);
  });

  it('whose price is above what was reserved takes that from the budget too', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    await send(live, agent);
    await live.twilio.report(refOf(live), 'delivered');
    Object.assign(live.twilio.messages[0]!, { price: '-0.02' });
    live.clock.pass(2 * MINUTE);
    await live.house.followUp();
    expect(await spentBy(live, agent)).toBe(20_000);
  });

  it('is known to have been sent when its callback comes before the answer to the request', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    const waiting = live.twilio.hanging();
    live.twilio.fail({ is: 'hang', after: true });
    const sending = send(live, agent);
    await waiting;
    const messageId = new URL(live.twilio.messages[0]!.statusCallback!).searchParams.get('m')!;
    expect(await messageOf(live, agent, messageId)).toMatchObject({ status: 'queued' });
    expect((await live.twilio.report(refOf(live), 'delivered')).status).toBe(200);
    expect(await messageOf(live, agent, messageId)).toMatchObject({ status: 'delivered' });
    live.twilio.account.pageSize = 0; // there is no finding it by asking
    live.twilio.hangUp();
    const { status, json } = await sending;
    expect([status, json.messageId]).toEqual([200, messageId]);
    expect(await actionOf(live, json._meta.actionId)).toEqual({ state: 'done', cost: RESERVE, ref: refOf(live) });
    expect(await messageOf(live, agent, messageId)).toMatchObject({ status: 'delivered' });
    expect(live.twilio.messages).toHaveLength(1);
  });

  it.each([
    ['half an answer', { is: 'half_answer', after: true }],
    ['a broken connection', { is: 'reset', after: true }],
    ['an answer that is none', { is: 'not_json', after: true }],
    ['a failure that may have come too late', { is: 'error', after: true, status: 503, code: null }],
  ] as const)('after %s is unknown, keeps its reserve, and is settled by its callback', async (_how, failure) => {
    const live = await openLive({ on });
    const agent = await texting(live);
    live.twilio.fail(failure);
    const { status, json } = await send(live, agent);
    expect([status, json.code]).toEqual([504, 'outcome_unknown']);
    const { messageId } = json.output;
    expect(await messageOf(live, agent, messageId)).toMatchObject({ status: 'unknown' });
    expect(await spentBy(live, agent)).toBe(RESERVE);
    expect((await live.twilio.report(refOf(live), 'sent')).status).toBe(200);
    expect(await messageOf(live, agent, messageId)).toMatchObject({ status: 'sent' });
    expect(await actionOf(live, json.actionId)).toMatchObject({ state: 'done', ref: refOf(live), cost: RESERVE });
    expect(live.twilio.messages).toHaveLength(1);
  });

  it('of unknown outcome is found by asking where exactly one fits, and not where two do', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    const fails: { actionId: string; output: { messageId: string } }[] = [];
    for (const body of ['Only once', 'Twice', 'Twice']) {
      live.twilio.fail({ is: 'half_answer', after: true });
      fails.push((await send(live, agent, body)).json);
    }
    await live.house.tick();
    await vi.waitFor(async () => expect(await actionOf(live, fails[0]!.actionId)).toMatchObject({ state: 'done' }));
    expect(await messageOf(live, agent, fails[0]!.output.messageId)).toMatchObject({ status: 'sent' });
    for (const { actionId, output } of fails.slice(1)) {
      expect(await actionOf(live, actionId)).toMatchObject({ state: 'unknown' });
      expect(await messageOf(live, agent, output.messageId)).toMatchObject({ status: 'unknown' });
    }
    expect(await spentBy(live, agent)).toBe(3 * RESERVE);
    expect(live.twilio.messages).toHaveLength(3);
  });

  it('that a person stopped at Twilio (21610) ends what we send to that person', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    await send(live, agent);
    expect((await live.twilio.report(refOf(live), 'failed', 21610)).status).toBe(200);
    expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
  });
});

describe('what Twilio refuses', () => {
  it.each([
    ['is not sent, costs nothing and is told with its code', 21606, 'provider_rejected', true],
    ['because the person opted out there suppresses here', 21610, 'provider_rejected', false],
  ] as const)('%s (%i)', async (_what, code, told, again) => {
    const live = await openLive();
    const agent = await texting(live);
    live.twilio.fail({ is: 'error', status: 400, code });
    const { status, json } = await send(live, agent);
    expect([status, json.code]).toEqual([502, told]);
    expect(await messageOf(live, agent, json.output.messageId)).toMatchObject({
      status: 'failed',
      errorCode: String(code),
      cost: 0,
    });
    expect(await spentBy(live, agent)).toBe(0);
    expect((await send(live, agent)).status).toBe(again ? 200 : 403);
  });

  it('with an opt-out, found out only by asking, suppresses here too', async () => {
    const live = await openLive();
    const agent = await texting(live);
    live.twilio.fail({ is: 'half_answer', after: true });
    const { json } = await send(live, agent);
    Object.assign(live.twilio.messages[0]!, { status: 'failed', errorCode: 21610 });
    await live.house.tick();
    await vi.waitFor(async () =>
      expect(await actionOf(live, json.actionId)).toMatchObject({ state: 'failed', cost: 0 }),
    );
    expect(await messageOf(live, agent, json.output.messageId)).toMatchObject({ status: 'failed', errorCode: '21610' });
    expect(await spentBy(live, agent)).toBe(0);
    expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
  });

  it('of a message that it took keeps what it charges for it', async () => {
    const live = await openLive();
    const agent = await texting(live);
    const { json } = await send(live, agent);
    Object.assign(live.twilio.messages[0]!, { status: 'undelivered', errorCode: 30003, price: '-0.0042' });
    live.clock.pass(2 * MINUTE);
    await live.house.followUp(); // the callback was lost
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({
      status: 'failed',
      errorCode: '30003',
      cost: 4_200,
    });
    expect(await spentBy(live, agent)).toBe(4_200);
  });
});

describe('callbacks', () => {
  test('in every order and number move a message forward only; a repeat changes nothing and gets the same answer', async () => {
    const live = await openLive();
    const agent = await texting(live);
    await live.done('comms/set-agent-limits', { agentId: agent.id, limits: { perMinute: 100 } });
    const told = fc.array(fc.constantFrom('queued', 'sent', 'delivered'), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(told, async (states) => {
        const { json } = await send(live, agent);
        const sid = refOf(live);
        const answers = new Map<string, string>();
        let most: keyof typeof RANK = 'sent'; // what the answer to the request said
        for (const one of states) {
          const before = answers.has(one) ? await state(live) : null;
          const answer = await live.twilio.report(sid, one);
          expect(answer.status).toBe(200);
          const text = await answer.text();
          expect(answers.get(one) ?? text).toBe(text);
          answers.set(one, text);
          if (before !== null) expect((await state(live)) === before).toBe(true);
          if (RANK[one] > RANK[most]) most = one;
          expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: most });
        }
      }),
      { numRuns: 12 },
    );
  });

  test.each([
    ['failed', 'delivered'],
    ['delivered', 'failed'],
    ['undelivered', 'sent'],
  ])('of what has ended do not change it: %s, then %s', async (first, later) => {
    const live = await openLive();
    const agent = await texting(live);
    const { json } = await send(live, agent);
    await live.twilio.report(refOf(live), first, 30007);
    const before = await messageOf(live, agent, json.messageId);
    expect((await live.twilio.report(refOf(live), later)).status).toBe(200);
    expect(await messageOf(live, agent, json.messageId)).toEqual(before);
    expect(before.status).toBe(first === 'delivered' ? 'delivered' : 'failed');
  });

  test('many at once are each taken once', async () => {
    const live = await openLive();
    const agent = await texting(live);
    const { json } = await send(live, agent);
    const states = Array.from({ length: 30 }, (_, i) => (['sent', 'delivered', 'queued'] as const)[i % 3]!);
    const answers = await Promise.all(states.map((one) => live.twilio.report(refOf(live), one)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await messageOf(live, agent, json.messageId)).toMatchObject({ status: 'delivered' });
    const kept = await live.engine.db
      .selectFrom('idempotency')
      .select('key')
      .where('name', '=', 'comms.report_delivery')
      .execute();
    expect(kept).toHaveLength(3);
  });
});
