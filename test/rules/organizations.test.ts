/** Organisations: the review before production, and suspension (C28, C36). */
import { describe, expect, it, onTestFinished } from 'vitest';
import { verdictWhen } from '../matrix/outcome.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { intoProduction, SUBMISSION } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';

const CONTACT = '+14155550101';

async function opened() {
  const t = await openHouse();
  onTestFinished(() => t[Symbol.asyncDispose]());
  return t;
}
const review = (t: TestHouse, organizationId: string, decision: string, note?: string) =>
  t.call('comms.review_kyc', t.orchestrator, { organizationId, decision, ...(note && { note }) });
const suspend = (t: TestHouse, organizationId: string) =>
  t.done('comms.suspend_organization', t.orchestrator, { organizationId, reason: 'complaints' });
const reinstate = (t: TestHouse, organizationId: string) =>
  t.done('comms.reinstate_organization', t.orchestrator, { organizationId });

describe('the review', () => {
  it('nobody comes to production without a submission and an administrator of the platform', async () => {
    const t = await opened();
    const { id, admin } = await t.organization();
    const standing = async () => {
      const { mode, kyc } = await t.done('comms.get_organization', admin);
      return `${kyc} ${mode}`;
    };
    expect(await standing()).toBe('none sandbox');
    expect(await verdictWhen(review(t, id, 'approve'))).toBe('kyc_required');
    await t.done('comms.submit_kyc', admin, SUBMISSION);
    expect(await standing()).toBe('pending_review sandbox');
    expect(await verdictWhen(t.call('comms.review_kyc', admin, { organizationId: id, decision: 'approve' }))).toBe(
      'forbidden',
    );
    expect(await verdictWhen(t.call('comms.submit_kyc', admin, SUBMISSION))).toBe('conflict');
    expect(await verdictWhen(review(t, id, 'reject', 'Which customers?'))).toBe('allow');
    expect(await standing()).toBe('rejected sandbox');
    expect(await verdictWhen(review(t, id, 'approve'))).toBe('kyc_required');
    await t.done('comms.submit_kyc', admin, { ...SUBMISSION, useCase: 'Parcels of our shop’s customers.' });
    expect(await verdictWhen(review(t, id, 'approve'))).toBe('allow');
    expect(await standing()).toBe('approved production');
    const { review: steps } = await t.done('comms.get_organization', admin);
    expect(steps.map(({ what }: { what: string }) => what)).toEqual(['approve', 'submit', 'reject', 'submit']);
    expect(steps[2].note).toBe('Which customers?');
    expect(steps[3].details).toEqual({ ...SUBMISSION, country: null, contactEmail: null });
  });

  it('is of one organisation, which the orchestrator names: none is decided on by leaving the name out', async () => {
    const t = await opened();
    for (const [action, input] of [
      ['comms.review_kyc', { decision: 'suspend' }],
      ['comms.suspend_organization', { reason: 'x' }],
      ['comms.expand_agent_pool', { maxAgents: 1 }],
    ] as const) {
      const outcome = await t.call(action, t.orchestrator, input);
      expect(outcome).toMatchObject({ is: 'refused', issues: [{ path: 'organizationId' }] });
    }
    for (const nobody of ['org_nobody', 'org_platform'])
      expect(await verdictWhen(review(t, nobody, 'suspend'))).toBe('not_found');
  });

  it('keeps what a company says of itself sealed, and out of the log', async () => {
    const t = await houseOn(engines[0]!);
    const { id, admin } = await t.organization();
    const said = {
      company: 'Quokka Parcels',
      website: 'https://quokka.example',
      useCase: 'Wallaby news',
      contactEmail: 'numbat@quokka.example',
    };
    await t.done('comms.submit_kyc', admin, said);
    await review(t, id, 'reject', 'Bandicoot says no');
    const kept = [...(await dump(t.engine)).values()].join('\n'); // the log is among the tables
    expect(kept).toContain(id);
    for (const word of ['Quokka', 'quokka', 'Wallaby', 'numbat', 'Bandicoot']) expect(kept).not.toContain(word);
    const { review: steps } = await t.done('comms.get_organization', admin);
    expect(JSON.stringify(steps)).toMatch(/Bandicoot.*Quokka/);
  });

  it.each([
    ['http://acme.example', 'website'],
    ['https://user@acme.example', 'website'],
    ['https://localhost', 'website'],
  ])('does not take %s for a company’s website', async (website, field) => {
    const t = await opened();
    const { admin } = await t.organization();
    const outcome = await t.call('comms.submit_kyc', admin, { ...SUBMISSION, website });
    expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'invalid_input' }] });
    expect(JSON.stringify(outcome)).toContain(`${field}:`);
  });
});

describe.each(engines)('suspension on $name', (on) => {
  it('two decisions at once make one: the other is told that it is decided', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await t.done('comms.submit_kyc', admin, SUBMISSION);
    const verdicts = await Promise.all(
      ['approve', 'approve', 'approve'].map((decision) => verdictWhen(review(t, id, decision))),
    );
    expect(verdicts.toSorted()).toEqual(['allow', 'conflict', 'conflict']);
  });

  it('refuses every token of the organisation at once, and none of another; lifting it lets them in again', async () => {
    const t = await houseOn(on);
    const [one, other] = [await t.organization(), await t.organization()];
    const [agent, foreign] = [await t.agent(one.admin), await t.agent(other.admin)];
    await suspend(t, one.id);
    for (const token of [agent.token, one.token])
      await expect(t.house.authenticate(token)).rejects.toMatchObject({ code: 'organization_inactive' });
    for (const token of [foreign.token, other.token]) expect(await t.house.authenticate(token)).not.toBeNull();
    // who was let in a moment before gets no further
    for (const by of [agent.by, one.admin])
      expect(await verdictWhen(t.call('comms.ping', by))).toBe('organization_inactive');
    await reinstate(t, one.id);
    for (const token of [agent.token, one.token]) expect(await t.house.authenticate(token)).not.toBeNull();
    expect(await verdictWhen(t.call('comms.ping', agent.by))).toBe('allow');
  });

  it('a revoked token stays unknown, whatever becomes of its organisation', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.done('identity.revoke_agent_token', admin, { agentId: agent.id });
    await suspend(t, id);
    expect(await t.house.authenticate(agent.token)).toBeNull();
  });

  it('cancels what is ready and has not begun, and gives back what it took', async () => {
    const t = await houseOn(on, { overrides: { maxInFlight: 0 } });
    const { id, admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, CONTACT);
    expect(await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'on its way' })).toMatchObject({
      is: 'pending',
    });
    await suspend(t, id);
    await t.house.ledger.claim(10);
    await reinstate(t, id);
    const { messages } = await t.done('comms.get_messages', agent.by);
    expect(messages).toMatchObject([{ status: 'failed', errorCode: 'stale' }]);
    const { agents } = await t.done('comms.get_usage_dashboard', agent.by);
    for (const { used } of agents[0].limits) expect(used).toBe(0);
  });

  it('leaves what is held held, and lets nobody release it until it is lifted', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, CONTACT);
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const held = await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'held' });
    if (held.is !== 'held') throw new Error(held.is);
    await suspend(t, id);
    for (const by of [admin, t.orchestrator]) {
      const named = by === admin ? {} : { organizationId: id };
      const outcome = t.call('comms.approve', by, { actionId: held.id, ...named });
      expect(await verdictWhen(outcome)).toBe('organization_inactive');
    }
    const { held: waiting } = await t.done('comms.list_held', t.orchestrator, { organizationId: id });
    expect(waiting).toMatchObject([{ actionId: held.id }]);
    await reinstate(t, id);
    expect(await t.done('comms.approve', admin, { actionId: held.id })).toMatchObject({ outcome: 'done' });
  });

  it('still takes messages in, and hears the STOP in one', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, CONTACT);
    await suspend(t, id);
    expect(await t.inbound(agent, CONTACT, 'STOP')).toMatchObject({ is: 'done', output: { optOut: 'stop' } });
    await reinstate(t, id);
    expect(await verdictWhen(t.call('comms.send_message', agent.by, { to: CONTACT, body: 'hi' }))).toBe('suppressed');
  });

  it('lets the orchestrator look and reinstate, and do nothing else', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await t.agent(admin);
    await suspend(t, id);
    const at = { organizationId: id };
    expect(await t.done('comms.get_organization', t.orchestrator, at)).toMatchObject({ kyc: 'suspended' });
    const night = { displayName: 'Night desk', capabilities: { sms: true } };
    expect(await verdictWhen(t.call('comms.provision_channels', t.orchestrator, { ...at, ...night }))).toBe(
      'organization_inactive',
    );
    expect(await verdictWhen(review(t, id, 'approve'))).toBe('organization_inactive');
    expect(await verdictWhen(t.call('comms.suspend_organization', t.orchestrator, { ...at, reason: 'x' }))).toBe(
      'organization_inactive',
    );
    await reinstate(t, id);
    expect(await verdictWhen(t.call('comms.reinstate_organization', t.orchestrator, at))).toBe('conflict');
  });

  it('takes nobody’s right to be erased away', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.inbound(agent, CONTACT, 'Hello');
    await suspend(t, id);
    expect(await t.done('comms.erase_contact', t.orchestrator, { organizationId: id, contact: CONTACT })).toMatchObject(
      { erased: { messages: 1 } },
    );
  });

  it('lies over the review: who was in production is in production again', async () => {
    const t = await houseOn(on);
    const { id, admin } = await t.organization();
    await intoProduction(t, id, admin);
    expect(await verdictWhen(review(t, id, 'suspend'))).toBe('allow');
    const shown = async () => {
      const { organizations } = await t.done('comms.list_organizations', t.orchestrator);
      const { status, mode, kyc } = organizations.find(
        ({ organizationId }: { organizationId: string }) => organizationId === id,
      );
      return { status, mode, kyc };
    };
    expect(await shown()).toEqual({ status: 'suspended', mode: 'production', kyc: 'suspended' });
    await reinstate(t, id);
    expect(await shown()).toEqual({ status: 'active', mode: 'production', kyc: 'approved' });
  });
});
