/** WhatsApp's 24 hours: free text within, templates alone outside, in sandbox and in production. */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant } from '../matrix/tenant.ts';
import { engines } from '../support/engines.ts';
import { intoProduction } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';

const CONTACT = '+14155550101';
const SENDER = '+12125550123';
const TEMPLATE = `HX${'0a'.repeat(16)}`;

async function setUp(mode: 'sandbox' | 'production') {
  const t = await houseOn(engines[0]!);
  const at = await openTenant(t);
  const { agent, admin } = at;
  if (mode === 'production') {
    await intoProduction(t, at.org, admin);
    await t.done('comms.register_provider', admin, {
      provider: 'twilio',
      credentials: { accountSid: 'AC1', authToken: 'token' },
    });
    await t.done('comms.bind_sender', admin, { agentId: agent.id, channel: 'whatsapp', address: SENDER });
  } else {
    const desk = { agentId: agent.id, displayName: 'Front desk', capabilities: { whatsapp: true } };
    await t.done('comms.provision_channels', admin, desk);
  }
  await t.done('comms.record_consent', agent.by, { contact: CONTACT, channel: 'whatsapp', type: 'express' });
  const send = (more: object = {}) =>
    t.call('comms.send_message', agent.by, { to: CONTACT, channel: 'whatsapp', body: 'Hello', ...more });
  let refs = 0;
  const hears = () =>
    t.done('comms.receive_message', at.provider, {
      ...{ agentId: agent.id, channel: 'whatsapp', from: CONTACT, to: SENDER, body: 'Hi' },
      providerRef: `wa-${refs++}`,
    });
  return { t, send, hears };
}

describe.each(['sandbox', 'production'] as const)('on WhatsApp in %s', (mode) => {
  it('free text reaches only whom has written within 24 hours; a template reaches everyone who agreed', async () => {
    const { t, send, hears } = await setUp(mode);
    const refused = ['whatsapp-window:template_required'];
    expect(reasonsIn(await send())).toEqual(refused);
    expect((await send({ templateId: TEMPLATE })).is).toBe('done');
    await hears();
    expect((await send()).is).toBe('done');
    t.clock.pass(DAY_MS - 1);
    expect((await send()).is).toBe('done');
    t.clock.pass(1);
    expect(reasonsIn(await send())).toEqual(refused);
    const vars = { 1: "O'Brien; Sons", 2: 'choose a time; drop by anytime' };
    expect((await send({ templateId: TEMPLATE, templateVars: vars })).is).toBe('done');
    if (mode === 'production')
      expect(t.vendors.sent.at(-1)?.input).toMatchObject({ templateId: TEMPLATE, templateVars: vars });
  });
});

it.each([
  [{ templateId: 'HX1' }, 'template:invalid_input'],
  [{ templateVars: { 1: 'Bob' } }, 'template:invalid_input'],
  [{ templateId: TEMPLATE, channel: 'sms' }, 'template:invalid_input'],
  [
    { templateId: TEMPLATE, templateVars: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [i, 'x'])) },
    'template:invalid_input',
  ],
  [{ templateId: TEMPLATE, templateVars: { 1: '<script>alert(1)</script>' } }, 'input-safety:unsafe_input'],
  [{ templateId: TEMPLATE, templateVars: { 1: 2 } }, 'input:invalid_input'],
])('a template that is none is refused: %j', async (more, reason) => {
  const { send } = await setUp('sandbox');
  expect(reasonsIn(await send(more))).toContain(reason);
});
