/**
 * The law at work (C20, C23, C26): nobody is called or marketed to at the wrong hours, too often, or without being told;
 * and what is explained is what is judged (X07, X08).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { CONTACT, callable } from '../matrix/examples.ts';
import { explainedDenials, reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testClock } from '../support/house.ts';
import { testVendors } from '../support/vendors.ts';

/** A marketing text; California's hours are the federal ones, 8 to 21. */
const OFFER = { to: CONTACT, body: 'Half price today.', purpose: 'marketing' } as const;
const WRITTEN = { type: 'express_written', source: 'web form', proof: 'I agree to offers.' } as const;

async function agreed(at: Tenant, contact: string, channel: 'sms' | 'voice'): Promise<void> {
  await at.t.done('comms.record_consent', at.agent.by, { contact, channel, ...WRITTEN });
}
const place = ({ t, admin }: Tenant, contact: string, said: object) =>
  t.done('comms.set_contact_place', admin, { contact, ...said });
const offer = ({ t, agent }: Tenant, change: object = {}) =>
  t.call('comms.send_message', agent.by, { ...OFFER, ...change });
const dryCall = ({ t, agent }: Tenant, change: object = {}) =>
  t.call('comms.make_call', agent.by, { to: CONTACT, dryRun: true, ...change });

async function ready(t: TestHouse): Promise<Tenant> {
  const at = await openTenant(t);
  await agreed(at, CONTACT, 'sms');
  return at;
}
const at = (time: string) => testClock(Date.parse(time));

describe('marketing by text', () => {
  it.for([
    ['2026-11-21T04:59:59Z', '20:59:59 in California', []],
    ['2026-11-21T05:00:00Z', '21:00 in California', ['calling-window:outside_calling_hours']],
    ['2026-11-20T15:59:59Z', '7:59:59 in California', ['calling-window:outside_calling_hours']],
    ['2026-11-20T16:00:00Z', '8:00 in California', []],
    ['2026-11-01T15:59:59Z', '7:59:59 on the day when the clocks go back', ['calling-window:outside_calling_hours']],
    ['2026-11-01T16:00:00Z', '8:00 on the day when the clocks go back', []],
    ['2026-03-08T15:00:00Z', '8:00 on the day when the clocks go forward', []],
  ] as const)('at %s, %s', async ([time, , refused]) => {
    await using t = await openHouse({ clock: at(time) });
    const outcome = await offer(await ready(t));
    if (refused.length === 0) expect(outcome.is).toBe('done');
    else expect(reasonsIn(outcome)).toEqual(refused);
  });

  it('is told when it would be allowed, by which law, and what time it is there', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T06:30:00Z') });
    const outcome = await offer(await ready(t));
    if (outcome.is !== 'refused') throw new Error(outcome.is);
    expect(outcome.why).toMatchObject([
      {
        code: 'outside_calling_hours',
        source: '47 CFR 64.1200(c)(1)',
        say: expect.stringContaining('8:00–21:00'),
        fact: expect.stringContaining('Fri 22:30 in America/Los_Angeles'),
        retryAt: Date.parse('2026-11-21T16:00:00Z'),
      },
    ]);
    const why = await t.done('audit.why', t.orchestrator, { actionId: outcome.id });
    expect(why.reasons).toMatchObject([{ guard: 'calling-window', source: '47 CFR 64.1200(c)(1)' }]);
  });

  it('waits for the hours and goes then', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T06:30:00Z') });
    const tenant = await ready(t);
    await offer(tenant);
    t.clock.set(Date.parse('2026-11-21T16:00:00Z'));
    expect((await offer(tenant)).is).toBe('done');
  });

  it('has no hours where it was asked for', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T11:00:00Z') });
    const tenant = await ready(t);
    expect((await offer(tenant, { purpose: 'transactional' })).is).toBe('done');
    expect((await offer(tenant, { purpose: 'conversational' })).is).toBe('done');
  });

  it('is refused where the number may be in two zones and one of them is closed', async () => {
    // area code 812 is in Eastern and in Central Indiana: 8:30 and 7:30
    await using t = await openHouse({ clock: at('2026-11-20T13:30:00Z') });
    const tenant = await openTenant(t);
    await agreed(tenant, '+18122345678', 'sms');
    expect(reasonsIn(await offer(tenant, { to: '+18122345678' }))).toEqual(['calling-window:outside_calling_hours']);
    t.clock.pass(30 * MINUTE_MS);
    expect((await offer(tenant, { to: '+18122345678' })).is).toBe('done');
  });

  it('that was admitted in time is not sent when the hours are over', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T04:55:00Z'), overrides: { maxInFlight: 0 } });
    const tenant = await ready(t);
    expect((await offer(tenant)).is).toBe('pending');
    expect((await offer(tenant, { purpose: 'transactional' })).is).toBe('pending');
    t.clock.set(Date.parse('2026-11-21T05:00:00Z')); // 21:00; younger than a message may grow
    const claimed = await t.house.ledger.claim(10);
    expect(claimed.map(({ input }) => input)).toMatchObject([{ purpose: 'transactional' }]);
  });
});

describe('where a contact lives', () => {
  const TOKYO = { zone: 'Asia/Tokyo' };

  it('is said by an administrator and changes the hours; taken back, the number tells again', async () => {
    await using t = await openHouse();
    const tenant = await ready(t);
    await place(tenant, CONTACT, TOKYO);
    expect(reasonsIn(await offer(tenant))).toContain('calling-window:outside_calling_hours');
    await place(tenant, CONTACT, { clear: true });
    expect((await offer(tenant)).is).toBe('done');
  });

  it('is never said by the agent (an agent that chose the time zone could call at any hour)', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T11:00:00Z') });
    const tenant = await ready(t);
    const said = await t.call('comms.set_contact_place', tenant.agent.by, { contact: CONTACT, ...TOKYO });
    expect(reasonsIn(said)).toEqual(['authority:forbidden']);
    for (const field of ['zone', 'place', 'at', 'timezone']) {
      expect(reasonsIn(await offer(tenant, { [field]: 'Asia/Tokyo' })), field).toEqual(['input:invalid_input']);
    }
    expect(reasonsIn(await offer(tenant))).toEqual(['calling-window:outside_calling_hours']);
  });

  it('decides on the consent that marketing needs too: a Canadian number of somebody in New York', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    const contact = '+14165550123';
    await t.done('comms.record_consent', tenant.agent.by, { contact, channel: 'sms', type: 'express' });
    const checked = async () => {
      const { purposes } = await t.done('comms.check_consent', tenant.agent.by, { contact, channel: 'sms' });
      return purposes.find(({ purpose }: { purpose: string }) => purpose === 'marketing').allowed;
    };
    const explained = async () => {
      const asked = { contact, purpose: 'marketing' };
      const { rules } = await t.done('comms.explain_compliance', tenant.agent.by, asked);
      return rules.find(({ guard }: { guard: string }) => guard === 'consent').verdict;
    };
    expect((await offer(tenant, { to: contact })).is).toBe('done');
    expect(await explained()).toBe('allow');
    expect(await checked()).toBe(true);
    for (const said of [{ country: 'US', region: 'NY' }, { zone: 'America/New_York' }]) {
      await place(tenant, contact, said);
      expect(reasonsIn(await offer(tenant, { to: contact })), JSON.stringify(said)).toContain(
        'consent:consent_required',
      );
      expect(await explained()).toBe('deny');
      expect(await checked()).toBe(false);
    }
  });

  it('is one organisation’s alone', async () => {
    await using t = await openHouse();
    const [mine, other] = [await ready(t), await ready(t)];
    await place(other, CONTACT, TOKYO);
    expect((await offer(mine)).is).toBe('done');
    const asked = { contact: CONTACT, channel: 'sms' };
    expect((await t.done('comms.check_consent', mine.agent.by, asked)).place).toBeNull();
    expect((await t.done('comms.check_consent', other.agent.by, asked)).place).toMatchObject(TOKYO);
    const foreign = { contact: CONTACT, ...TOKYO, organizationId: mine.org };
    expect(reasonsIn(await t.call('comms.set_contact_place', other.admin, foreign))).toEqual(['input:not_found']);
  });

  it.for([
    [{}, 'field clear'],
    [{ zone: 'Asia/Tokyo', clear: true }, 'field clear'],
    [{ zone: 'UTC' }, 'field zone'],
    [{ zone: '+09:00' }, 'field zone'],
    [{ zone: 'Mars/Olympus' }, 'field zone'],
    [{ country: 'XX' }, 'field country'],
    [{ country: 'us' }, 'field country'],
    [{ region: 'FL' }, 'field region'],
    [{ country: 'DE', region: 'FL' }, 'field region'],
    [{ country: 'US', region: 'QC' }, 'field region'],
  ] as const)('is refused as %j', async ([said, fact]) => {
    await using t = await openHouse();
    const outcome = await t.call('comms.set_contact_place', t.orchestrator, { contact: CONTACT, ...said });
    if (outcome.is !== 'refused') throw new Error(outcome.is);
    expect(outcome.why).toMatchObject([{ guard: 'place', code: 'invalid_input', fact }]);
  });

  it('stands in no row as it was said', async () => {
    const { engine } = await engines[0]!.open();
    await using t = await openHouse({ engine });
    await place(await ready(t), CONTACT, { zone: 'Pacific/Chatham', country: 'NZ' });
    for (const [table, rows] of await dump(engine)) expect(rows, table).not.toContain('Chatham');
  });

  it('makes a verdict stale: what is ready goes out under no older one', async () => {
    await using t = await openHouse({ overrides: { maxInFlight: 0 } });
    const tenant = await ready(t);
    expect((await offer(tenant)).is).toBe('pending');
    await place(tenant, CONTACT, TOKYO);
    expect(await t.house.ledger.claim(10)).toEqual([]);
    expect((await t.done('comms.get_messages', tenant.agent.by)).messages).toMatchObject([{ errorCode: 'stale' }]);
  });
});

describe('how often', () => {
  const OREGON = { country: 'US', region: 'OR' };

  it('40 offers at once, by two agents, to somebody in Oregon: three leave', async () => {
    await using t = await openHouse();
    const tenant = await ready(t);
    await place(tenant, CONTACT, OREGON);
    const { colleague, agent } = tenant;
    await t.done('comms.record_consent', colleague.by, { contact: CONTACT, channel: 'sms', ...WRITTEN });
    const limits = { perMinute: 100, perHour: 1_000, perDay: 1_000 };
    for (const { id } of [agent, colleague]) {
      await t.done('comms.set_agent_limits', t.orchestrator, { agentId: id, limits });
    }
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        t.call('comms.send_message', (i % 2 === 0 ? agent : colleague).by, { ...OFFER, body: `Offer ${i}` }),
      ),
    );
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(3);
    const refused = outcomes.find(({ is }) => is === 'refused')!;
    if (refused.is !== 'refused') throw new Error(refused.is);
    expect(refused.why).toMatchObject([
      {
        guard: 'legal-frequency',
        code: 'contact_frequency',
        source: expect.stringContaining('HB 3865'),
        fact: expect.stringContaining('3 used, 1 asked for'),
        retryAt: t.clock.now() + DAY_MS,
      },
    ]);
    expect((await offer(tenant, { purpose: 'transactional' })).is).toBe('done'); // no marketing
    t.clock.pass(DAY_MS); // a Saturday, 11 in Oregon
    expect((await offer(tenant)).is).toBe('done');
  });

  it('counts another organisation’s apart', async () => {
    await using t = await openHouse();
    const [one, other] = [await ready(t), await ready(t)];
    for (const tenant of [one, other]) await place(tenant, CONTACT, OREGON);
    for (const tenant of [one, other]) for (let i = 0; i < 3; i++) expect((await offer(tenant)).is).toBe('done');
    for (const tenant of [one, other])
      expect(reasonsIn(await offer(tenant))).toEqual(['legal-frequency:contact_frequency']);
  });

  it('has counted already when the place is said later', async () => {
    await using t = await openHouse();
    const tenant = await ready(t);
    for (let i = 0; i < 4; i++) expect((await offer(tenant)).is).toBe('done'); // California has no cap
    await place(tenant, CONTACT, OREGON);
    expect(reasonsIn(await offer(tenant))).toEqual(['legal-frequency:contact_frequency']);
  });

  it('remembers as long as the longest law: four calls in thirty days to France', async () => {
    const number = '+33142278186';
    await using t = await openHouse({ clock: at('2026-11-03T10:00:00Z') }); // a Tuesday, 11 in Paris
    const tenant = await openTenant(t);
    await callable(tenant);
    await agreed(tenant, number, 'voice');
    const call = () => t.call('comms.make_call', tenant.agent.by, { to: number, purpose: 'marketing', language: 'fr' });
    for (let i = 0; i < 4; i++) {
      expect((await call()).is).toBe('done');
      t.clock.pass(2 * DAY_MS - (i === 1 ? DAY_MS : 0)); // Thursday, Friday, … never a weekend
      if (i === 2) t.clock.pass(DAY_MS);
    }
    t.clock.set(Date.parse('2026-12-02T10:00:00Z'));
    expect(reasonsIn(await call())).toEqual(['legal-frequency:contact_frequency']);
    t.clock.set(Date.parse('2026-12-03T10:00:00Z')); // thirty days after the first
    expect((await call()).is).toBe('done');
  });
});

describe('a call', () => {
  it('is refused at night whatever its purpose, and allowed by day', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await callable(tenant);
    expect(await dryCall(tenant)).toMatchObject({ verdict: 'allow' });
    t.clock.set(Date.parse('2026-11-21T05:00:00Z'));
    for (const purpose of ['transactional', 'conversational']) {
      expect(explainedDenials(await dryCall(tenant, { purpose }))).toEqual(['calling-window:outside_calling_hours']);
    }
  });

  it('is refused without consent, and after two to the same number in a day', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    expect(explainedDenials(await dryCall(tenant))).toContain('consent:consent_required');
    await callable(tenant);
    for (let i = 0; i < 2; i++) await t.done('comms.make_call', tenant.agent.by, { to: CONTACT });
    expect(explainedDenials(await dryCall(tenant))).toEqual(['contact-frequency:contact_frequency']);
  });

  it('says that an AI calls, for whom, and that it is recorded, before the greeting', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await callable(tenant);
    const input = { to: CONTACT, greeting: 'It is about your order.', record: true };
    const { opening } = await t.done('comms.make_call', tenant.agent.by, input);
    expect(opening).toMatch(/^Hello, this is an AI assistant calling for org-\d+\. .*This call is recorded\./);
    const [call] = t.vendors.called;
    expect(call!.context['opening']).toBe(opening);
    expect(call!.duties).toEqual(
      expect.arrayContaining(['disclose_ai_first', 'announce_recording', 'stop_recording_on_objection']),
    );
  });

  it('offers the way out at once when it is marketing', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await callable(tenant);
    await agreed(tenant, CONTACT, 'voice');
    const { opening } = await t.done('comms.make_call', tenant.agent.by, { to: CONTACT, purpose: 'marketing' });
    expect(opening).toContain('say stop');
    expect(t.vendors.called[0]!.duties).toContain('opt_out_in_call');
  });

  it.for([
    [{ language: 'ja', greeting: 'もしもし、アクメです。' }, ['ai-disclosure:disclosure_required']],
    [{ language: 'ja', greeting: 'アクメのAIアシスタントです。' }, []],
    [{ language: 'nl', greeting: 'Hallo. Ik ben een AI.' }, ['ai-disclosure:disclosure_required']],
    [{ language: 'nl', greeting: 'Hallo, ik ben een AI.', record: true }, ['recording-consent:disclosure_required']],
    [{ language: 'fr-CA' }, []],
    [{ language: 'fr', record: true }, []],
  ] as const)('in a language: %j', async ([input, refused]) => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await callable(tenant);
    expect(explainedDenials(await dryCall(tenant, input))).toEqual(refused);
  });

  it('is judged and not placed where nobody carries calls, and uses nothing up', async () => {
    const vendors = testVendors();
    await using t = await openHouse({
      overrides: {
        connectVendors(open) {
          const { calls: _nobody, ...rest } = vendors.connect(open);
          return rest;
        },
      },
    });
    const tenant = await openTenant(t);
    await t.done('comms.record_consent', tenant.agent.by, { contact: CONTACT, channel: 'voice' });
    expect(await dryCall(tenant)).toMatchObject({ verdict: 'allow' });
    for (let i = 0; i < 5; i++) {
      const outcome = await t.call('comms.make_call', tenant.agent.by, { to: CONTACT });
      expect(outcome).toMatchObject({
        is: 'failed',
        delivery: { code: 'provider_not_configured', say: expect.stringContaining('later release') },
      });
    }
    expect(vendors.called).toEqual([]);
    const { agents } = await t.done('comms.get_usage_dashboard', tenant.agent.by);
    expect(agents[0].limits).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ name: 'perDay', used: 0 }),
        expect.objectContaining({ name: 'spendPerDay', used: 0 }),
      ]),
    );
    const no = await t.call('comms.make_call', tenant.agent.by, { to: '+14155550120' });
    expect(reasonsIn(no)).toEqual(['consent:consent_required']);
  });
});

describe('an explanation', () => {
  const NUMBERS = [
    '+14155550100',
    '+13055551234',
    '+18122345678',
    '+18005551234',
    '+15035551234',
    '+12075551234',
    '+16135551234',
    '+442079460000',
    '+33142278186',
    '+493012345678',
    '+819012345678',
    '+61212345678',
    '+97145551234',
  ];
  /** The guards that an explanation is about. */
  const LEGAL = [
    'recipient',
    'suppression',
    'consent',
    'calling-window',
    'ai-disclosure',
    'recording-consent',
    'legal-frequency',
  ];

  it('never disagrees with a dry run', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await callable(tenant);
    for (const contact of NUMBERS) {
      for (const channel of ['sms', 'voice'] as const) await agreed(tenant, contact, channel);
    }
    await place(tenant, '+13055551234', { zone: 'Asia/Tokyo' });
    await place(tenant, '+12075551234', { country: 'US', region: 'ME' });
    await t.done('comms.dnc_add', tenant.admin, { contact: '+61212345678' });
    await t.done('comms.revoke_consent', tenant.agent.by, { contact: '+819012345678', channel: 'sms' });
    for (let i = 0; i < 3; i++) {
      await t.done('comms.send_message', tenant.agent.by, { ...OFFER, to: '+15035551234', body: `${i}` });
    }
    const from = t.clock.now();
    const question = fc.record({
      contact: fc.constantFrom(...NUMBERS),
      channel: fc.constantFrom('sms', 'voice'),
      purpose: fc.constantFrom('transactional', 'marketing', 'conversational'),
      minutes: fc.nat({ max: 14 * 24 * 60 }),
      record: fc.boolean(),
    });
    let last = from;
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 4, maxLength: 4 }), async (questions) => {
        for (const { contact, channel, purpose, minutes, record } of questions) {
          last += MINUTE_MS; // below the limit of reads
          t.clock.set(Math.max(last, from + minutes * MINUTE_MS));
          last = t.clock.now();
          const explained = await t.done('comms.explain_compliance', tenant.agent.by, {
            contact,
            channel,
            purpose,
            record,
          });
          const input = channel === 'voice' ? { to: contact, record } : { to: contact, body: 'Hi' };
          const name = channel === 'voice' ? 'comms.make_call' : 'comms.send_message';
          const dry = await t.call(name, tenant.agent.by, { ...input, purpose, dryRun: true });
          const denied = new Set(
            explainedDenials(dry)
              .map((denial) => denial.split(':')[0]!)
              .filter((guard) => LEGAL.includes(guard)),
          );
          const told = new Set(
            explained.rules.flatMap((rule: { guard: string; verdict: string }) =>
              rule.verdict === 'deny' ? [rule.guard] : [],
            ),
          );
          expect(told).toEqual(denied);
          expect(explained.verdict).toBe(denied.size === 0 ? 'allow' : 'deny');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('tells from when it is allowed, and that holds then and not a minute before', async () => {
    await using t = await openHouse({ clock: at('2026-11-21T06:30:00Z') });
    const tenant = await openTenant(t);
    for (const contact of ['+14155550100', '+13055551234', '+33142278186']) {
      await agreed(tenant, contact, 'sms');
      const asked = { contact, channel: 'sms', purpose: 'marketing' };
      const { verdict, allowedFrom } = await t.done('comms.explain_compliance', tenant.agent.by, asked);
      expect(verdict).toBe('deny');
      const verdictAt = async (time: number) => {
        const then = { ...asked, at: new Date(time).toISOString() };
        return (await t.done('comms.explain_compliance', tenant.agent.by, then)).verdict;
      };
      expect(await verdictAt(Date.parse(allowedFrom)), contact).toBe('allow');
      expect(await verdictAt(Date.parse(allowedFrom) - MINUTE_MS), contact).toBe('deny');
    }
  });

  it('counts what was sent, and tells when one more fits', async () => {
    await using t = await openHouse();
    const tenant = await ready(t);
    await place(tenant, CONTACT, { country: 'US', region: 'OR' });
    for (let i = 0; i < 3; i++) {
      await offer(tenant, { body: `${i}` });
      t.clock.pass(HOUR_MS);
    }
    const asked = { contact: CONTACT, channel: 'sms', purpose: 'marketing' };
    const { rules, allowedFrom } = await t.done('comms.explain_compliance', tenant.agent.by, asked);
    expect(rules).toContainEqual(
      expect.objectContaining({
        guard: 'legal-frequency',
        verdict: 'deny',
        fact: '3 of 3 used',
        tag: 'Q',
        checkedAt: '2026-11-20',
      }),
    );
    expect(allowedFrom).toBe('2026-11-21T19:00:00.000Z');
  });

  it('tells where the contact may be and by which evidence', async () => {
    await using t = await openHouse();
    const tenant = await ready(t);
    await place(tenant, CONTACT, { country: 'US', region: 'OR', zone: 'America/Boise' });
    const { assumed, place: said } = await t.done('comms.explain_compliance', tenant.agent.by, { contact: CONTACT });
    expect(assumed).toMatchObject({
      countries: ['US'],
      regions: ['OR'],
      zones: ['America/Boise'],
      from: { zone: 'zone' },
    });
    expect(said).toMatchObject({ region: 'OR' });
  });

  it('without an agent tells that consent was not asked, and of opt-outs all the same', async () => {
    await using t = await openHouse();
    const tenant = await openTenant(t);
    await t.done('comms.dnc_add', tenant.admin, { contact: CONTACT });
    const { verdict, rules } = await t.done('comms.explain_compliance', tenant.admin, { contact: CONTACT });
    expect(verdict).toBe('deny');
    expect(rules).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ guard: 'suppression', verdict: 'deny' }),
        expect.objectContaining({ guard: 'consent', verdict: 'unknown' }),
      ]),
    );
  });
});
