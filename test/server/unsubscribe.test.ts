/** One-click unsubscription counts every time: also for somebody who came back with START and goes again. */
import { Hono } from 'hono';
import { expect, it, onTestFinished } from 'vitest';
import type { Env } from '../../src/server/context.ts';
import { providerPrincipal, type WebhookParts } from '../../src/server/webhooks/delivery.ts';
import { mountUnsubscribe } from '../../src/server/webhooks/unsubscribe.ts';
import { openHouse } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';

const RECIPIENT = 'ann@example.com';

it('unsubscribes by the same mail again after START, and says so only when it is in force', async () => {
  const t = await openHouse();
  onTestFinished(() => t[Symbol.asyncDispose]());
  const { id, admin } = await t.organization();
  await intoProduction(t, id, admin);
  await t.done('comms.register_provider', admin, { provider: 'resend', credentials: { apiKey: 're_12345678' } });
  const made = { displayName: 'Desk', capabilities: { email: true } };
  const { agentId, securityToken } = await t.done('comms.provision_channels', admin, made);
  const by = (await t.house.authenticate(securityToken))!;
  await t.done('comms.bind_sender', admin, { agentId, channel: 'email', address: 'desk@example.org' });
  await t.done('comms.record_consent', by, { contact: RECIPIENT, channel: 'email', type: 'express' });
  const mail = { to: RECIPIENT, channel: 'email', unsubscribe: true, subject: 'News', body: 'Here they are.' };
  await t.done('comms.send_message', by, mail);
  const token = t.vendors.sent[0]!.context['unsubscribe']!;

  const app = new Hono<Env>();
  mountUnsubscribe(app, {
    ...t.house,
    ...t.house.webhooks,
    organizationOf: (one: typeof agentId) => t.house.store.tenancy.organizationOf(one),
    protection: { refuse: () => undefined, verified: () => undefined },
  } as unknown as WebhookParts);
  const click = () => app.request(`/unsubscribe/${token}`, { method: 'POST' });
  const suppressed = async () => {
    const outcome = await t.call('comms.send_message', by, mail);
    return outcome.is === 'refused' && outcome.why.some(({ code }) => code === 'suppressed');
  };

  expect((await click()).status).toBe(200);
  expect(await suppressed()).toBe(true);
  const provider = providerPrincipal('test', id);
  const start = {
    agentId,
    channel: 'email',
    from: RECIPIENT,
    to: 'desk@example.org',
    body: 'START',
    providerRef: 'in_1',
    authenticated: true,
  };
  await t.done('comms.receive_message', provider, start);
  expect(await suppressed()).toBe(false);
  expect((await click()).status).toBe(200);
  expect(await suppressed()).toBe(true);
});
