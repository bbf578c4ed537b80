/** The flow policy at work in a house: what is held, what releasing does, what an administrator may declare. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { explainedDenials, reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { openHouse, type TestHouse } from '../support/house.ts';

const ANN = '+14155550141';
const BEN = '+14155550142';

let t: TestHouse;
let at: Tenant;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(() => t[Symbol.asyncDispose]());
beforeEach(async () => {
  t.clock.pass(MINUTE_MS);
  at = await openTenant(t);
});

const send = (to: string, more: object = {}) =>
  t.call('comms.send_message', at.agent.by, { to, body: 'Hello', purpose: 'conversational', ...more });
const hears = async (from: string, body = 'Hi'): Promise<string> => {
  const outcome = await t.inbound(at.agent, from, body);
  return outcome.is === 'done' ? (outcome.output as { messageId: string }).messageId : '';
};
const flow = (input: object) => t.done('comms.set_flow_policy', at.admin, { agentId: at.agent.id, ...input });
const heldFor = (outcome: Outcome) => (outcome.is === 'held' ? outcome.why.map(({ policy }) => policy) : [outcome.is]);
const idOf = (outcome: Outcome) => (outcome.is === 'explained' ? null : outcome.id);
const approve = (actionId: unknown) => t.done('comms.approve', at.admin, { actionId });

describe('what is held', () => {
  it('is sent exactly as it was asked for once a person approves, and once', async () => {
    await hears(ANN);
    const link = await send(ANN, { body: 'See https://new.example/a' });
    expect(heldFor(link)).toEqual(['flow:new_link']);
    expect(await approve(idOf(link))).toMatchObject({ approved: true, outcome: 'done' });
    const [sent] = (await t.done('comms.get_messages', at.agent.by, { direction: 'outbound' })).messages;
    expect(sent).toMatchObject({ to: ANN, body: 'See https://new.example/a', status: 'sent' });
    expect(reasonsIn(await t.call('comms.approve', at.admin, { actionId: idOf(link) }))).toEqual(['held:not_held']);
    // what a person let through once is not let through for ever
    expect(heldFor(await send(ANN, { body: 'See https://new.example/a' }))).toEqual(['flow:new_link']);
  });

  it('tells why, to whoever decides and to who asks later', async () => {
    await hears(ANN);
    const outcome = await send(ANN, { body: 'See https://new.example/a' });
    const { held } = await t.done('comms.list_held', at.admin);
    expect(held[0].why).toEqual([
      'The text holds a link to a place that nobody trusted has named. An administrator must approve it.',
    ]);
    const why = await t.done('audit.why', at.agent.by, { actionId: idOf(outcome) });
    expect(JSON.stringify(why)).toContain('information-flow');
  });

  it('may be a change of rows too: it is made when it is approved, by what was shown, once', async () => {
    await hears(ANN);
    const asked = { contact: BEN, channel: 'sms', idempotencyKey: 'k' };
    const outcome = await t.call('comms.record_consent', at.agent.by, asked);
    expect(heldFor(outcome)).toEqual(['flow:control']);
    expect(
      await t.done('comms.check_consent', at.admin, { agentId: at.agent.id, contact: BEN, channel: 'sms' }),
    ).toMatchObject({ history: [] });
    expect(idOf(await t.call('comms.record_consent', at.agent.by, asked))).toBe(idOf(outcome));
    const approved = await approve(idOf(outcome));
    expect(approved).toMatchObject({ outcome: 'done', result: { contact: BEN } });
    expect(await t.call('comms.record_consent', at.agent.by, asked)).toMatchObject({
      is: 'done',
      id: idOf(outcome),
      output: { contact: BEN },
    });
    expect(await t.done('audit.why', at.agent.by, { actionId: idOf(outcome) })).toMatchObject({ state: 'done' });
    expect((await t.done('comms.list_held', at.admin)).held).toEqual([]);
    // recorded while the agent was under the words of somebody else: that does not make the contact known
    expect(heldFor(await send(BEN, { purpose: 'transactional' }))).toEqual(['flow:new_recipient']);
  });

  it('is not done when it is denied, or when nobody answers in time', async () => {
    await hears(ANN);
    const ask = () => t.call('comms.record_consent', at.agent.by, { contact: BEN, channel: 'sms' });
    const [denied, late] = [await ask(), await ask()];
    await t.done('comms.deny', at.admin, { actionId: idOf(denied) });
    t.clock.pass(15 * MINUTE_MS);
    expect(reasonsIn(await t.call('comms.approve', at.admin, { actionId: idOf(late) }))).toEqual([
      'held:approval_expired',
    ]);
    await t.house.ledger.sweep();
    expect(
      await t.done('comms.check_consent', at.admin, { agentId: at.agent.id, contact: BEN, channel: 'sms' }),
    ).toMatchObject({ history: [] });
  });

  it('is refused without asking anybody where the policy says so', async () => {
    await flow({ newRecipient: 'deny', newLink: 'deny', control: 'deny', spend: 'deny', spendAbove: 10_000 });
    await hears(ANN);
    await t.consent(at.agent, BEN);
    expect(reasonsIn(await send('+14155550143', { purpose: 'conversational' }))).toEqual(['consent:consent_required']);
    expect(reasonsIn(await send(ANN, { body: 'https://new.example' }))).toEqual(['information-flow:flow_refused']);
    expect(reasonsIn(await send(ANN, { body: 'x '.repeat(700) }))).toEqual(['information-flow:flow_refused']);
    const consent = await t.call('comms.record_consent', at.agent.by, { contact: BEN, channel: 'sms' });
    expect(reasonsIn(consent)).toEqual(['information-flow:flow_refused']);
    const dry = await t.call('comms.record_consent', at.agent.by, { contact: BEN, channel: 'sms', dryRun: true });
    expect(explainedDenials(dry)).toEqual(['information-flow:flow_refused']);
  });
});

describe('an agent that hears from many', () => {
  it('can still answer the first of them', async () => {
    await hears(ANN);
    for (let i = 0; i < 40; i++) await hears(`+141555501${50 + (i % 40)}`);
    expect((await send(ANN)).is).toBe('done');
  });

  it('answers nobody whom it only heard of: the rule over any order of messages, gifts and answers', async () => {
    const who = fc.constantFrom('+14155550141', '+14155550142', '+14155550143');
    const step = fc.record({ is: fc.constantFrom('hears', 'given', 'sends', 'chosen'), who });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        t.clock.pass(MINUTE_MS);
        at = await openTenant(t);
        const wrote = new Set<string>();
        const known = new Set<string>();
        for (const one of steps) {
          if (one.is === 'hears') wrote.add(one.who) && (await hears(one.who));
          else if (one.is === 'given') known.add(one.who) && (await t.consent(at.agent, one.who));
          else if (one.is === 'chosen') {
            // by the agent itself: counts as long as it has read nothing
            const outcome = await t.call('comms.record_consent', at.agent.by, { contact: one.who, channel: 'sms' });
            expect(outcome.is).toBe(wrote.size === 0 ? 'done' : 'held');
            if (outcome.is === 'done') known.add(one.who);
          } else {
            const outcome = await send(one.who);
            if (known.has(one.who) || wrote.has(one.who)) expect(outcome.is).toBe('done');
            else expect(reasonsIn(outcome)).toEqual(['consent:consent_required']);
          }
        }
        // and whom it may write to by law, but nobody chose and who did not write, it does not
        if (wrote.size > 0)
          for (const other of ['+14155550144']) expect((await send(other, { dryRun: true })).is).toBe('explained');
      }),
      { numRuns: 25 },
    );
  });
});

describe('an administrator', () => {
  it('declares what was read trusted, up to the message that was looked at and not beyond', async () => {
    const first = await hears(ANN);
    const second = await hears(ANN, 'and more');
    const clear = (upTo: string, by = at.admin) => t.call('comms.clear_context', by, { agentId: at.agent.id, upTo });
    expect(reasonsIn(await clear(second, at.agent.by))).toContain('authority:forbidden');
    expect(reasonsIn(await clear(first))).toEqual(['comms.clear_context:conflict']);
    expect(heldFor(await send(ANN, { body: 'https://new.example' }))).toEqual(['flow:new_link']);
    expect((await clear(second)).is).toBe('done');
    expect((await send(ANN, { body: 'https://new.example' })).is).toBe('done');
    await hears(ANN, 'again');
    expect(heldFor(await send(ANN, { body: 'https://new.example' }))).toEqual(['flow:new_link']);
  });

  it('names the hosts that may be linked to, each with all below it', async () => {
    expect(await flow({ trustedHosts: ['Acme.example', 'xn--bcher-kva.example'] })).toMatchObject({
      trustedHosts: ['acme.example', 'xn--bcher-kva.example'],
      newRecipient: 'hold',
    });
    await hears(ANN);
    for (const body of ['https://acme.example/a', 'www.acme.example', 'https://bücher.example'])
      expect((await send(ANN, { body })).is, body).toBe('done');
    for (const body of ['https://acme.example.evil.example', 'notacme.example', 'https://acme.example@evil.example'])
      expect(heldFor(await send(ANN, { body })), body).toEqual(['flow:new_link']);
    for (const host of ['com', 'https://acme.example', '*.acme.example', 'acme.example/x', 'co.uk', 'localhost', '']) {
      const outcome = await t.call('comms.set_flow_policy', at.admin, { agentId: at.agent.id, trustedHosts: [host] });
      expect(outcome.is, host).toBe('refused');
    }
    expect(await flow({ spendAbove: 5 })).toMatchObject({
      spendAbove: 5,
      trustedHosts: ['acme.example', 'xn--bcher-kva.example'],
    });
  });

  it('may have links asked for of an agent that has read nothing, too', async () => {
    await t.consent(at.agent, ANN);
    const link = { body: 'https://new.example/a', purpose: 'transactional' };
    expect((await send(ANN, link)).is).toBe('done');
    await flow({ unlabelledLinks: 'hold' });
    expect(heldFor(await send(ANN, link))).toEqual(['flow:new_link']);
    await flow({ unlabelledLinks: 'deny' });
    expect(reasonsIn(await send(ANN, link))).toEqual(['information-flow:flow_refused']);
  });

  it('acts for the agent without its taint', async () => {
    await hears(ANN);
    await t.consent(at.agent, BEN);
    const outcome = await t.call('comms.send_message', at.admin, {
      agentId: at.agent.id,
      to: BEN,
      body: 'https://new.example',
    });
    expect(outcome.is).toBe('done');
  });
});
