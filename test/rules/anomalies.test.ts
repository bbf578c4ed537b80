/** What is unusual about an agent is told, and pauses it where its policy says so; only an administrator lets it go on. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { testCarrier } from '../support/carrier.ts';
import { type HouseOptions, openHouse, type TestAgent, type TestHouse } from '../support/house.ts';

const CONTACT = '+14155550101';

async function houseOf(options: HouseOptions = {}) {
  const t = await openHouse(options);
  onTestFinished(() => t[Symbol.asyncDispose]());
  return t;
}
const send = (t: TestHouse, agent: TestAgent, to = CONTACT, body = 'Hello') =>
  t.call('comms.send_message', agent.by, { to, body });

/** An agent that sends twelve messages at once. */
async function busy(t: TestHouse, policy?: object) {
  const { id: org, admin } = await t.organization();
  const agent = await t.agent(admin, { perMinute: 1_000, perHour: 10_000, perDay: 10_000 });
  await t.consent(agent, CONTACT);
  if (policy !== undefined) await t.done('comms.set_anomaly_policy', admin, { agentId: agent.id, ...policy });
  for (let i = 0; i < 12; i++) await send(t, agent, CONTACT, `Order ${i} has arrived.`);
  return { org, admin, agent };
}
async function alertsOf(t: TestHouse, organizationId: string) {
  await t.house.store.checkpoint();
  const { alerts } = await t.done('comms.list_alerts', t.orchestrator, { organizationId });
  return alerts as { kind: string; severity: string; subject: string; detail: Record<string, unknown> }[];
}

describe('an agent that does something unusual', () => {
  it('is told of, and goes on, unless its policy says otherwise', async () => {
    const t = await houseOf();
    const { org, agent } = await busy(t);
    await t.house.detect();
    expect(await alertsOf(t, org)).toMatchObject([
      { kind: 'volume_spike', severity: 'MEDIUM', subject: agent.id, detail: { last: 12, before: 0, paused: false } },
    ]);
    expect(await send(t, agent)).toMatchObject({ is: 'done' });
    expect(t.faults).toEqual([]);
  });

  it('is paused by its policy, by the server itself, with an entry in the log', async () => {
    const t = await houseOf();
    const { org, agent } = await busy(t, { onAnomaly: 'pause' });
    await t.house.detect();
    expect(await alertsOf(t, org)).toMatchObject([{ kind: 'volume_spike', detail: { paused: true } }]);
    expect(await send(t, agent)).toMatchObject({ is: 'refused', why: [{ code: 'agent_paused' }] });
    const { entries } = await t.done('audit.query_log', t.orchestrator, { organizationId: org, limit: 20 });
    const entry = JSON.stringify(entries.find((one: object) => JSON.stringify(one).includes('comms.pause_agent')));
    expect(entry).toContain('system:anomaly-detector');
    expect(t.faults).toEqual([]);
  });

  it('is not paused for a kind that its policy does not name', async () => {
    const t = await houseOf();
    const { agent } = await busy(t, { onAnomaly: 'pause', kinds: ['many_tokens'] });
    await t.house.detect();
    expect(await send(t, agent)).toMatchObject({ is: 'done' });
  });

  it('is looked at anew once it was resumed, and paused again', async () => {
    const t = await houseOf();
    const { admin, agent } = await busy(t, { onAnomaly: 'pause' });
    await t.house.detect();
    await t.done('comms.resume_agent', admin, { agentId: agent.id });
    await t.house.detect();
    expect(await send(t, agent)).toMatchObject({ is: 'done' });
    for (let i = 0; i < 12; i++) await send(t, agent);
    await t.house.detect();
    expect(await send(t, agent)).toMatchObject({ is: 'refused', why: [{ code: 'agent_paused' }] });
  });

  it('is nobody’s business while the detector is off', async () => {
    const t = await houseOf({ environment: { ANOMALY_DETECTOR_ENABLED: 'false' } });
    const { org } = await busy(t, { onAnomaly: 'pause' });
    await t.house.detect();
    expect(await alertsOf(t, org)).toEqual([]);
  });

  it('made too many tokens, wrote the same to too many, wrote to too many for the first time, was refused too often', async () => {
    const { carriers } = testCarrier();
    const t = await houseOf({ overrides: { carriers } });
    const { id: org, admin } = await t.organization();
    const agent = await t.agent(admin, {
      perMinute: 1_000,
      perHour: 10_000,
      perDay: 10_000,
      spendPerDay: 1e9,
      spendPerMonth: 1e9,
    });
    for (let i = 0; i < 4; i++)
      await t.done('identity.rotate_agent_token', admin, { agentId: agent.id, keepOldFor: 3_600 });
    for (let i = 0; i < 21; i++) {
      const to = `+141555501${String(i).padStart(2, '0')}`;
      await t.consent(agent, to);
      await send(t, agent, to, `  Hello,   THE shop is open`);
    }
    for (let i = 0; i < 25; i++) await send(t, agent, '+14155550150');
    await t.house.detect();
    const kinds = (await alertsOf(t, org)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['first_contacts', 'many_tokens', 'refusal_spike', 'same_text', 'volume_spike']);
  });

  it('that fails to send, half of the time, is told of', async () => {
    let nth = 0;
    const sms = {
      name: 'test',
      retry: 'never' as const,
      send: async () =>
        nth++ % 2 === 0
          ? ({ state: 'ok', ref: `r${nth}` } as const)
          : ({ state: 'failed', code: 'provider_rejected', say: 'No.' } as const),
    };
    const t = await houseOf({ overrides: { carriers: { sandbox: { sms }, production: {} } } });
    const { org } = await busy(t);
    await t.house.detect();
    expect((await alertsOf(t, org)).map(({ kind }) => kind).toSorted()).toEqual(['error_spike', 'volume_spike']);
  });
});

it('more than ten failed authentications from one address, also while it is locked out, are a HIGH alert without the address', async () => {
  const t = await houseOf();
  for (let i = 0; i < 11; i++) t.house.lockOut.failed('2001:db8:a:b::/64');
  await t.house.detect();
  const alerts = await alertsOf(t, 'org_platform');
  expect(alerts.map(({ kind, severity, subject }) => [kind, severity, subject]).toSorted()).toEqual([
    ['failed_authentications', 'HIGH', '2001:db8:a::/48'],
    ['lock_out', 'HIGH', '2001:db8:a::/48'],
  ]);
  expect(JSON.stringify(alerts)).not.toContain('a:b');
});

describe('a paused agent', () => {
  async function paused(options: HouseOptions = {}) {
    const t = await houseOf(options);
    const { admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, CONTACT);
    return { t, admin, agent, pause: () => t.done('comms.pause_agent', admin, { agentId: agent.id }) };
  }

  it('sends nothing of what was ready when it was paused', async () => {
    const { t, agent, pause } = await paused({ overrides: { maxInFlight: 0 } }); // nothing is claimed by itself
    const { id } = (await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' }, { waitMs: 0 })) as {
      id: string;
    };
    await pause();
    expect(await t.house.ledger.claim(10)).toEqual([]);
    const why = await t.done('audit.why', t.orchestrator, { agentId: agent.id, actionId: id });
    expect(JSON.stringify(why)).toContain('cancelled');
  });

  it('can’t lift it, nor can another tenant; nobody sends in its name, and nothing that is held is released', async () => {
    const { t, admin, agent, pause } = await paused();
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const held = (await send(t, agent)) as { id: string };
    await pause();
    expect(await t.call('comms.resume_agent', agent.by, {})).toMatchObject({ is: 'refused' });
    const other = await t.organization();
    const theirs = await t.call('comms.resume_agent', other.admin, { agentId: agent.id });
    expect(theirs).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
    const inItsName = await t.call('comms.send_message', admin, { agentId: agent.id, to: CONTACT, body: 'Hello' });
    expect(inItsName).toMatchObject({ is: 'refused', why: [{ code: 'agent_paused' }] });
    const approved = await t.done('comms.approve', admin, { actionId: held.id });
    expect(JSON.stringify(approved)).toContain('agent_paused');
    expect(t.vendors.sent).toEqual([]);
  });

  it('still takes in what people write, and their STOP; administrators still look after it', async () => {
    const { t, admin, agent, pause } = await paused();
    await pause();
    expect(await t.inbound(agent, CONTACT, 'Stop')).toMatchObject({ is: 'done' });
    await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { perMinute: 1 } });
    await t.done('comms.get_messages', admin, { agentId: agent.id });
    await t.done('comms.resume_agent', admin, { agentId: agent.id });
    expect(await send(t, agent)).toMatchObject({
      is: 'refused',
      why: [{ code: 'suppressed' }, { code: 'consent_required' }],
    });
  });

  it('is paused once by two at once, and ends like any other', async () => {
    const { t, admin, agent, pause } = await paused();
    const both = await Promise.allSettled([pause(), pause()]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await t.done('comms.deprovision_channels', admin, { agentId: agent.id });
    const outcome = await t.call('comms.resume_agent', admin, { agentId: agent.id });
    expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'agent_inactive' }] });
  });
});
