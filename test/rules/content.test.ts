/** The content filter between an agent and a person: on every channel and in every field, told and recorded without the text. */
import { describe, expect, it } from 'vitest';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse } from '../support/house.ts';

const CONTACT = '+14155550101';
const MAIL = 'bob@example.com';
const THREAT = 'I will kill you, said the zebra.';
const FINE = { body: 'Your order has arrived.' };

const INPUTS = {
  'sms body': { to: CONTACT, body: THREAT },
  'whatsapp body': { to: CONTACT, channel: 'whatsapp', body: THREAT },
  'email body': { to: MAIL, channel: 'email', subject: 'Order', body: THREAT },
  'email subject': { ...FINE, to: MAIL, channel: 'email', subject: THREAT },
  'email html': {
    ...FINE,
    to: MAIL,
    channel: 'email',
    subject: 'Order',
    html: '<p>I will <b>k</b>&#105;ll<!-- --> you.</p>',
  },
  'email attachments.*.filename': {
    ...FINE,
    ...{ to: MAIL, channel: 'email', subject: 'Order' },
    attachments: [{ filename: 'I will kill you.txt', contentType: 'text/plain', content: 'aGk=' }],
  },
} as const;

/** An agent that may write to both contacts on every channel. */
async function ready(at: Tenant): Promise<void> {
  const { t, agent, admin } = at;
  const capabilities = { sms: true, whatsapp: true, email: true };
  await t.done('comms.provision_channels', admin, { agentId: agent.id, displayName: 'Desk', capabilities });
  for (const channel of ['sms', 'whatsapp', 'email']) {
    const contact = channel === 'email' ? MAIL : CONTACT;
    await t.done('comms.record_consent', agent.by, { contact, channel, type: 'express' });
  }
}

describe('a threat', () => {
  it.each(Object.entries(INPUTS))('is refused in %s, and a dry run and why say so', async (place, input) => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await ready(at);
    const field = place.split(' ')[1];
    const reason = {
      guard: 'content',
      code: 'content_refused',
      fact: expect.stringContaining(`field ${field}: threat/`),
    };
    const outcome = await t.call('comms.send_message', at.agent.by, input);
    if (outcome.is !== 'refused') throw new Error(JSON.stringify(outcome));
    expect(outcome.why).toEqual(expect.arrayContaining([expect.objectContaining(reason)]));
    expect(await t.done('audit.why', at.agent.by, { actionId: outcome.id })).toMatchObject({
      code: 'content_refused',
      reasons: expect.arrayContaining([expect.objectContaining(reason)]),
    });
    const dry = await t.call('comms.send_message', at.agent.by, { ...input, dryRun: true });
    expect(dry).toMatchObject({ is: 'explained', verdict: 'deny' });
    if (dry.is === 'explained')
      expect(dry.checks.find(({ guard }) => guard === 'content')?.findings).toMatchObject([{ is: 'deny' }]);
  });

  it.each([
    '<!-->I will kill you',
    '<!--->I will kill you',
    '<!-- x --!>I will <b>k</b>ill you',
    '<!--[if mso]><p>I will kill you</p><![endif]-->',
    '<noscript>I will kill you</noscript>',
    '<object data="x">I will kill you</object>',
    '<svg/>I will k<b>i</b>ll you',
    '<svg><style></svg>I will kill you</style>',
    '<svg><text>I will kill you</text></svg>',
    '<a =">I will kill you">',
    '<a b=c=">I will kill you">x',
    '<img src="cid:1" alt="I will kill you">',
    'I will &#107ill you',
    "<p title='I will &#107;ill you'>Hello</p>",
  ])('is found where some mail program shows it: %s', async (html) => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await ready(at);
    const mail = { ...FINE, to: MAIL, channel: 'email', subject: 'Order' };
    expect((await t.call('comms.send_message', at.agent.by, { ...mail, html: '<p>Hello</p>' })).is).toBe('done');
    expect(await t.call('comms.send_message', at.agent.by, { ...mail, html })).toMatchObject({
      is: 'refused',
      why: [{ guard: 'content', fact: expect.stringContaining('field html: threat/') }],
    });
  });

  it('is told beside what else forbids the message', async () => {
    await using t = await openHouse();
    const { agent, admin } = await openTenant(t);
    await t.done('comms.dnc_add', admin, { contact: CONTACT });
    const outcome = await t.call('comms.send_message', agent.by, INPUTS['sms body']);
    expect(outcome.is === 'refused' && outcome.why.map(({ guard }) => guard)).toEqual([
      'content',
      'suppression',
      'consent',
    ]);
  });

  it('that is refused is kept nowhere, in no table and no answer', async () => {
    const { engine } = await engines[0]!.open();
    await using t = await openHouse({ engine });
    const at = await openTenant(t);
    await ready(at);
    for (const input of Object.values(INPUTS)) {
      const outcome = await t.call('comms.send_message', at.agent.by, input);
      expect(JSON.stringify(outcome)).not.toMatch(/zebra|kill/);
      if (outcome.is !== 'refused') throw new Error(outcome.is);
      expect(JSON.stringify(await t.done('audit.why', at.agent.by, { actionId: outcome.id }))).not.toMatch(
        /zebra|kill/,
      );
    }
    for (const [table, rows] of await dump(engine)) expect(rows, table).not.toMatch(/zebra|kill/);
  });
});

it.each([
  ['comms.send_otp', { to: CONTACT }],
  ['comms.make_call', { to: CONTACT, dryRun: true }],
])('the name of an organisation that %s would say is read too', async (action, input) => {
  await using t = await openHouse();
  for (const [name, refuses] of [
    ['Kill yourself now', true],
    ['Scunthorpe Cocktails', false],
  ] as const) {
    const slug = name.toLowerCase().replaceAll(' ', '-');
    const { adminToken } = await t.done('comms.create_organization', t.orchestrator, { name, slug });
    const agent = await t.agent((await t.house.authenticate(adminToken))!);
    for (const channel of ['sms', 'voice'])
      await t.done('comms.record_consent', agent.by, { contact: CONTACT, channel, type: 'express' });
    const told = JSON.stringify(await t.call(action, agent.by, input));
    expect(told.includes('content_refused'), name).toBe(refuses);
    expect(told).not.toMatch(/kill/i);
  }
});

describe('the policy', () => {
  const SWEARING = { to: CONTACT, body: 'Where the fuck are you?' };
  const MILD = { to: CONTACT, body: 'Damn, it is late.' };
  const QUOTING = { to: CONTACT, body: 'Our workshop on Monday is about messages such as "I will kill you".' };
  const QUOTED = { to: CONTACT, body: 'From us: "I will kill you"' };
  it.each([
    ['standard', QUOTING, 'flagged'],
    ['strict', QUOTING, 'flagged'],
    ['lenient', QUOTED, 'refused'],
    ['standard', SWEARING, 'refused'],
    ['standard', MILD, 'flagged'],
    ['strict', MILD, 'refused'],
    ['lenient', SWEARING, 'flagged'],
    ['lenient', INPUTS['sms body'], 'refused'],
    ['lenient', { to: CONTACT, body: 'Gas the Jews' }, 'refused'],
    ['strict', { to: CONTACT, ...FINE }, 'sent'],
  ] as const)('%s, %j: %s', async (policy, input, wanted) => {
    await using t = await openHouse({ environment: { CONTENT_POLICY: policy } });
    const { agent } = await openTenant(t);
    await t.consent(agent, CONTACT);
    const outcome = await t.call('comms.send_message', agent.by, input);
    const flags = outcome.is === 'done' ? outcome.warnings.map(({ code }) => code) : [];
    expect(outcome.is === 'done' ? (flags.includes('flagged_content') ? 'flagged' : 'sent') : outcome.is).toBe(wanted);
  });

  it('of a name that is none of them stops the start', async () => {
    await expect(openHouse({ environment: { CONTENT_POLICY: 'off' } })).rejects.toThrow(/CONTENT_POLICY/);
  });
});
