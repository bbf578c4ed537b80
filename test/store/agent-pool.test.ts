/** The agents that an organisation may have: never one more, however many ask at once and on however many servers. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { reasonsIn, verdictWhen } from '../matrix/outcome.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testKeys } from '../support/house.ts';
import { houseOn } from '../support/open.ts';

const DESK = { displayName: 'Desk', capabilities: { sms: true } };
const tally = (verdicts: readonly string[]) => ({
  allowed: verdicts.filter((verdict) => verdict === 'allow').length,
  full: verdicts.filter((verdict) => verdict === 'agent_pool_full').length,
});
const pool = (t: TestHouse, organizationId: string, maxAgents: number) =>
  t.done('comms.expand_agent_pool', t.orchestrator, { organizationId, maxAgents });

describe.each(engines)('the agent pool on $name', (on) => {
  it('of 20 provisions at once at a pool of 5 exactly 5 are made, whichever action asks', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await pool(t, id, 5);
    const names = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'comms.provision_channels' : 'comms.onboard_customer'));
    const verdicts = await Promise.all(names.map((name) => verdictWhen(t.call(name, admin, DESK))));
    expect(tally(verdicts)).toEqual({ allowed: 5, full: 15 });
    expect(await t.done('comms.ping', admin)).toMatchObject({ pool: { maxAgents: 5, used: 5 } });
  });

  it('an agent that ends frees its place, and one that gets a channel more takes none', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await pool(t, id, 1);
    const first = await t.agent(admin);
    const full = await t.call('comms.provision_channels', admin, DESK);
    expect(reasonsIn(full)).toEqual(['agent-pool:agent_pool_full']);
    expect(full).toMatchObject({ why: [{ fact: '1 of 1 places are taken' }] });
    const more = { ...DESK, agentId: first.id, capabilities: { email: true } };
    expect(await verdictWhen(t.call('comms.provision_channels', admin, more))).toBe('allow');
    await t.done('comms.deprovision_channels', admin, { agentId: first.id });
    expect(await verdictWhen(t.call('comms.provision_channels', admin, DESK))).toBe('allow');
  });

  it('a paused agent keeps its place: nobody gets more by pausing, adding and resuming', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await pool(t, id, 1);
    const { id: agentId } = await t.agent(admin);
    await t.done('comms.pause_agent', admin, { agentId });
    expect(await verdictWhen(t.call('comms.provision_channels', admin, DESK))).toBe('agent_pool_full');
    expect(await t.done('comms.get_organization', admin)).toMatchObject({ pool: { maxAgents: 1, used: 1 } });
    await t.done('comms.resume_agent', admin, { agentId });
    await t.done('comms.pause_agent', admin, { agentId });
    await t.done('comms.deprovision_channels', admin, { agentId });
    expect(await verdictWhen(t.call('comms.provision_channels', admin, DESK))).toBe('allow');
  });

  it('is the tier’s unless the orchestrator has said, and below what there is nobody is ended', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    expect(await t.done('comms.get_organization', admin)).toMatchObject({ pool: { maxAgents: 100, used: 0 } });
    const agent = await t.agent(admin);
    expect(await pool(t, id, 0)).toMatchObject({ pool: { maxAgents: 0, used: 1 } });
    expect(await verdictWhen(t.call('comms.ping', agent.by))).toBe('allow');
    expect(await verdictWhen(t.call('comms.provision_channels', admin, DESK))).toBe('agent_pool_full');
  });
});

const shared = engines.filter(({ name }) => name === 'postgres');
describe.runIf(shared.length > 0)('two servers on one database', () => {
  it('give away no place twice', async () => {
    const { engine, again, dispose } = await shared[0]!.open();
    const keys = testKeys();
    const houses = [await openHouse({ engine, keys }), await openHouse({ engine: again(), keys })];
    onTestFinished(async () => {
      for (const house of houses) await house[Symbol.asyncDispose]();
      await dispose();
    });
    const { id, admin } = await houses[0]!.organization();
    await pool(houses[0]!, id, 5);
    const asked = Array.from({ length: 20 }, (_, i) => houses[i % 2]!);
    const verdicts = await Promise.all(asked.map((t) => verdictWhen(t.call('comms.provision_channels', admin, DESK))));
    expect(tally(verdicts)).toEqual({ allowed: 5, full: 15 });
  });
});
