/** A refusal names every reason of its stage and no later one's, each with its rule, a code and a sentence. */
import { expect, it } from 'vitest';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant } from '../matrix/tenant.ts';
import { openHouse } from '../support/house.ts';

const CONTACT = '+14155550101';

it('a refusal tells all reasons of the first stage that says no, stage by stage', async () => {
  await using t = await openHouse();
  const { agent, admin, provider } = await openTenant(t);
  const foreign = await openTenant(t);
  const asked = async (input: object, by = agent.by) => reasonsIn(await t.call('comms.send_message', by, input));

  // authorise
  expect(await asked({ to: 'x', body: 'x', agentId: foreign.agent.id }, provider)).toEqual([
    'authority:forbidden',
    'standing:not_found',
  ]);
  // validate
  expect(await asked({ to: "bob@x.com' OR 'a'='a", body: 'x'.repeat(4_097), channel: 'whatsapp' })).toEqual([
    'input-safety:unsafe_input',
    'channel:channel_not_allowed',
    'recipient:invalid_input',
    'recipient:invalid_input',
  ]);
  // comply
  await t.done('comms.dnc_add', admin, { contact: CONTACT });
  await t.done('comms.dnc_add', t.orchestrator, { contact: CONTACT, organizationId: 'org_platform' });
  await t.inbound(agent, CONTACT, 'STOP');
  const send = { to: CONTACT, body: 'Hello' };
  expect(await asked(send)).toEqual([
    'suppression:suppressed',
    'suppression:suppressed',
    'suppression:suppressed',
    'consent:consent_required',
  ]);
  // limit
  const other = '+14155550105';
  await t.consent(agent, other);
  const limits = {
    perMinute: 1,
    perHour: 1,
    perDay: 1,
    messagesPerNumberPerDay: 1,
    spendPerDay: 7_900,
    spendPerMonth: 7_900,
  };
  await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits });
  await t.done('comms.send_message', agent.by, { to: other, body: 'Hello' });
  expect(await asked({ to: other, body: 'Hello' })).toEqual([
    'rates:rate_limited',
    'rates:rate_limited',
    'rates:rate_limited',
    'contact-frequency:contact_frequency',
    'spend:spend_limit',
    'spend:spend_limit',
  ]);
});

it('every property that does not parse is named at once', async () => {
  await using t = await openHouse();
  const { agent } = await openTenant(t);
  const outcome = await t.call('comms.send_message', agent.by, {
    to: 7,
    body: '',
    channel: 'fax',
    purpose: null,
    extra: 1,
  });
  if (outcome.is !== 'refused') throw new Error(outcome.is);
  expect(outcome.issues.map(({ path }) => path).sort()).toEqual(['', 'body', 'channel', 'purpose', 'to']);
  expect(outcome.why).toHaveLength(1);
});

it('each reason has a sentence that says what to do, its source, and when waiting helps', async () => {
  await using t = await openHouse();
  const { agent, admin } = await openTenant(t);
  await t.done('comms.dnc_add', admin, { contact: CONTACT });
  const refused = await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' });
  expect(refused).toMatchObject({
    why: [
      { guard: 'suppression', say: expect.stringContaining('comms_dnc_remove'), source: 'do-not-contact list' },
      {
        guard: 'consent',
        say: expect.stringContaining('comms_record_consent'),
        source: expect.stringContaining('CFR'),
      },
    ],
  });
  const other = '+14155550105';
  await t.consent(agent, other);
  await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { perMinute: 1 } });
  await t.done('comms.send_message', agent.by, { to: other, body: 'Hello' });
  expect(await t.call('comms.send_message', agent.by, { to: other, body: 'Hello' })).toMatchObject({
    why: [
      {
        guard: 'rates',
        source: 'limit perMinute',
        say: expect.stringMatching(/Try again in 60 s/),
        retryAt: t.clock.now() + 60_000,
      },
    ],
  });
});

it('why an action was refused can be asked afterwards, by its agent and administrators alone', async () => {
  await using t = await openHouse();
  const { agent, colleague, admin } = await openTenant(t);
  const outcome = await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' });
  if (outcome.is !== 'refused') throw new Error(outcome.is);
  const actionId = outcome.id!;
  for (const by of [agent.by, admin, t.orchestrator]) {
    const report = await t.done('audit.why', by, { actionId });
    expect(report).toMatchObject({ state: 'refused', code: 'consent_required', reasons: [{ guard: 'consent' }] });
    expect(report.logIndexes).toHaveLength(1);
  }
  expect(reasonsIn(await t.call('audit.why', colleague.by, { actionId }))).toEqual(['audit.why:not_found']);
});
