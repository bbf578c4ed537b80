/** Nothing leaves without the contact's active consent to this agent, on this channel, for this purpose (C24). */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { openHouse } from '../support/house.ts';

const AMERICAN = '+14155550101';
const BRITISH = '+447400123456';
const PURPOSES = ['transactional', 'marketing', 'conversational'] as const;
const TYPES = ['express_written', 'express', 'transactional', 'implied'] as const;

/** The purposes for which a message leaves. */
async function allowed({ t, agent }: Tenant, to: string): Promise<readonly string[]> {
  const purposes: string[] = [];
  for (const purpose of PURPOSES) {
    const outcome = await t.call('comms.send_message', agent.by, { to, body: 'Hello', purpose });
    if (outcome.is === 'done') purposes.push(purpose);
    else expect(reasonsIn(outcome)).toEqual(['consent:consent_required']);
  }
  return purposes;
}
/** And what the agent is told of it when it asks. */
async function told({ t, agent }: Tenant, contact: string): Promise<readonly string[]> {
  const { purposes } = await t.done('comms.check_consent', agent.by, { contact, channel: 'sms' });
  return purposes.flatMap((one: { purpose: string; allowed: boolean }) => (one.allowed ? [one.purpose] : []));
}
const EVIDENCE = { source: 'web form', proof: 'I agree to "offers".' };
const record = ({ t, agent }: Tenant, contact: string, more: object = {}) =>
  t.done('comms.record_consent', agent.by, { contact, channel: 'sms', ...EVIDENCE, ...more });

const EVERY = ['transactional', 'marketing', 'conversational'];
const NO_MARKETING = ['transactional', 'conversational'];

describe('a message', () => {
  it('to a contact who has not consented does not leave, for any purpose', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    expect([await allowed(at, AMERICAN), await told(at, AMERICAN)]).toEqual([[], []]);
  });

  it.for([
    [AMERICAN, 'express_written', EVERY],
    [AMERICAN, 'express', NO_MARKETING],
    [AMERICAN, 'transactional', NO_MARKETING],
    [AMERICAN, 'implied', NO_MARKETING],
    [BRITISH, 'express_written', EVERY],
    [BRITISH, 'express', EVERY],
    [BRITISH, 'transactional', NO_MARKETING],
    [BRITISH, 'implied', NO_MARKETING],
  ] as const)('to %s on a consent of type %s leaves for what that covers', async ([contact, type, purposes]) => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await record(at, contact, { type });
    expect([await allowed(at, contact), await told(at, contact)]).toEqual([purposes, purposes]);
  });

  it('leaves on an implied consent for 30 days, to the millisecond; on the others without end', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await record(at, AMERICAN, { type: 'implied' });
    t.clock.pass(30 * DAY_MS - 1);
    expect(await allowed(at, AMERICAN)).toEqual(NO_MARKETING);
    t.clock.pass(1);
    expect(await told(at, AMERICAN)).toEqual([]);
    for (const type of TYPES.filter((one) => one !== 'implied')) await record(at, BRITISH, { type });
    t.clock.pass(3_650 * DAY_MS);
    expect(await told(at, BRITISH)).toEqual(EVERY);
  });

  it('that answers one of theirs leaves for 30 days without a consent, and no other does', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await t.inbound(at.agent, AMERICAN, 'When do you open?');
    expect(await allowed(at, AMERICAN)).toEqual(['conversational']);
    t.clock.pass(30 * DAY_MS - 1);
    expect(await allowed(at, AMERICAN)).toEqual(['conversational']);
    t.clock.pass(1);
    expect([await allowed(at, AMERICAN), await told(at, AMERICAN)]).toEqual([[], []]);
  });

  it('leaves under any spelling of the number that consented', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await record(at, '+1 (415) 555-0101');
    expect(await allowed(at, '+1.415.555.0101')).toEqual(NO_MARKETING);
  });
});

describe('a consent', () => {
  it('to one agent is none to another, nor to another organisation', async () => {
    await using t = await openHouse();
    const [at, other] = [await openTenant(t), await openTenant(t)];
    await record(at, AMERICAN);
    await t.inbound(at.agent, AMERICAN, 'Hello');
    for (const stranger of [{ ...at, agent: at.colleague }, other])
      expect(await allowed(stranger, AMERICAN)).toEqual([]);
    expect(await allowed(at, AMERICAN)).toEqual(NO_MARKETING);
  });

  it('on one channel is none on another', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    for (const channel of ['whatsapp', 'voice']) await record(at, AMERICAN, { channel, type: 'express_written' });
    expect(await allowed(at, AMERICAN)).toEqual([]);
  });

  it('that is revoked is over at once, and can be given anew', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    for (const type of TYPES) await record(at, AMERICAN, { type });
    await t.done('comms.revoke_consent', at.agent.by, { contact: '+1 415 555 0101', channel: 'sms' });
    expect(await allowed(at, AMERICAN)).toEqual([]);
    await record(at, AMERICAN);
    expect(await allowed(at, AMERICAN)).toEqual(NO_MARKETING);
  });

  it('that is revoked stops what was allowed on it and has not left', async () => {
    await using t = await openHouse({ overrides: { maxInFlight: 0 } });
    const at = await openTenant(t);
    await record(at, AMERICAN);
    expect((await t.call('comms.send_message', at.agent.by, { to: AMERICAN, body: 'Hello' })).is).toBe('pending');
    await t.done('comms.revoke_consent', at.agent.by, { contact: AMERICAN, channel: 'sms' });
    expect(await t.house.ledger.claim(10)).toEqual([]);
    expect((await t.done('comms.get_messages', at.agent.by)).messages).toMatchObject([{ errorCode: 'stale' }]);
  });

  it('in writing is recorded only with its evidence, and opens no marketing without', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    const written = { contact: AMERICAN, channel: 'sms', type: 'express_written' };
    for (const less of [{}, { source: 'web form' }, { proof: 'I agree.' }, { source: 'web form', proof: ' ' }]) {
      const outcome = await t.call('comms.record_consent', at.agent.by, { ...written, ...less });
      expect(reasonsIn(outcome)).toEqual(['evidence:invalid_input']);
    }
    expect(await allowed(at, AMERICAN)).toEqual([]);
    await t.done('comms.record_consent', at.agent.by, { ...written, ...EVIDENCE });
    expect(await allowed(at, AMERICAN)).toEqual(EVERY);
  });

  it('is kept with its proof, time and end, newest first', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await record(at, AMERICAN, { type: 'express_written' });
    t.clock.pass(DAY_MS);
    await t.done('comms.revoke_consent', at.agent.by, { contact: AMERICAN, channel: 'sms', source: 'by telephone' });
    const { history } = await t.done('comms.check_consent', at.agent.by, { contact: AMERICAN, channel: 'sms' });
    expect(history).toMatchObject([
      { event: 'revoked', source: 'by telephone', at: '2026-11-21T19:00:00.000Z' },
      {
        event: 'recorded',
        type: 'express_written',
        ...EVIDENCE,
        at: '2026-11-20T19:00:00.000Z',
      },
    ]);
  });
});
