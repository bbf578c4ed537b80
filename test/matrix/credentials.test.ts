/**
 * Credentials at providers are written and used, and never read back: every action, by everybody who may do it, answers
 * without the values that were registered, and so do the log, the alerts and the database.
 */
import { expect, it, onTestFinished } from 'vitest';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';
import { exampleOf, isByNoDoor, nextMinute } from './examples.ts';
import { leastOf, naming, openTenant } from './tenant.ts';

const CANARIES = ['AC-canary-of-the-account', 'token-canary-5f3a', 're_canary_5f3a', 'AC-canary-of-the-platform'];

it('no action tells the value of a credential, to whoever asks', async () => {
  const { engine } = await engines[0]!.open();
  const t = await openHouse({ engine });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const [sid, token, key, platformSid] = CANARIES as [string, string, string, string];
  const own = { provider: 'twilio', credentials: { accountSid: sid, authToken: token } };
  const mail = { provider: 'resend', credentials: { apiKey: key } };
  const platform = { provider: 'twilio', credentials: { accountSid: platformSid, authToken: token } };
  await t.done('comms.register_provider', t.orchestrator, { ...platform, organizationId: 'org_platform' });

  const told: string[] = [];
  let asked = 0;
  for (const entry of t.house.catalogue.entries) {
    if (isByNoDoor(entry)) continue;
    if (entry.action.name === 'comms.register_provider') continue; // who gives them has them
    nextMinute(t);
    const at = await openTenant(t);
    for (const account of [own, mail]) await t.done('comms.register_provider', at.admin, account);
    const input = await exampleOf(entry.action.name).valid(at);
    const callers = [at.agent.by, at.admin, t.orchestrator, leastOf(entry, at)];
    for (const by of callers) {
      const outcome = await t
        .call(entry.action.name, by, { ...input, ...naming(entry, by, at) })
        .catch((fault: unknown) => String(fault));
      asked++;
      const text = JSON.stringify(outcome);
      for (const canary of CANARIES) if (text.includes(canary)) told.push(`${entry.action.name}: ${canary}`);
    }
  }
  expect(told).toEqual([]);
  expect(asked).toBeGreaterThan(150);
  expect(t.vendors.asked.length).toBeGreaterThan(50); // they were there, and used
  const kept = [...(await dump(engine)).values()].join('\n');
  for (const canary of CANARIES) expect(kept).not.toContain(canary);
});

it('an organisation’s own account comes before the platform’s', async () => {
  const t = await openHouse();
  onTestFinished(() => t[Symbol.asyncDispose]());
  const account = { provider: 'twilio', credentials: { accountSid: 'AC1', authToken: 'token' } };
  await t.done('comms.register_provider', t.orchestrator, { ...account, organizationId: 'org_platform' });
  const { id, admin } = await t.organization();
  await intoProduction(t, id, admin);
  await t.done('comms.register_provider', admin, account);
  const agent = await t.agent(admin);
  await t.done('comms.bind_sender', t.orchestrator, { agentId: agent.id, channel: 'sms', address: '+12125550199' });
  await t.consent(agent, '+14155550101');
  await t.done('comms.send_message', agent.by, { to: '+14155550101', body: 'Hello' });
  expect(t.vendors.sent.map(({ context }) => context['credentialOrg'])).toEqual([id]);
  expect(await t.done('comms.ping', admin)).toMatchObject({
    health: [
      { provider: 'twilio', account: 'own', state: 'up' },
      { provider: 'twilio', account: 'platform', state: 'up' },
    ],
  });
});
