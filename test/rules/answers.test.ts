/** The answers to STOP, START and HELP: one each, at once, from the sender that the word came to, and to nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answeringSystem } from '../../src/comms/answers.ts';
import { readInbound } from '../../src/comms/rules/opt-out.ts';
import { ANSWERED, answerTo } from '../../src/comms/rules/opt-out-answers.ts';
import { OPT_OUT_LANGUAGES } from '../../src/comms/rules/opt-out-words.ts';
import { smsSize } from '../../src/comms/rules/sms-segments.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { testCarrier } from '../support/carrier.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testKeys } from '../support/house.ts';
import { houseOn } from '../support/open.ts';

const CONTACT = '+14155550101';
let refs = 0;

const senderOf = async (at: Tenant, channel: string): Promise<string> => {
  const { channels } = await at.t.done('comms.get_channel_status', at.admin, { agentId: at.agent.id });
  return channels.find((one: { channel: string }) => one.channel === channel).address;
};

interface Word {
  readonly body: string;
  readonly channel?: string;
  readonly from?: string;
  readonly [more: string]: unknown;
}
/** A word to the agent's own sender, as a provider delivers it. */
async function says(at: Tenant, { channel = 'sms', from = CONTACT, ...word }: Word, to?: string) {
  const input = { agentId: at.agent.id, channel, from, to: to ?? (await senderOf(at, channel)), ...word };
  return at.t.done('comms.receive_message', at.provider, { providerRef: `ref-${refs++}`, ...input });
}

interface Sent {
  readonly to: string;
  readonly body: string;
  readonly channel: string;
}
const answersTo = async (at: Tenant, contact = CONTACT): Promise<readonly Sent[]> => {
  const { messages } = await at.t.done('comms.get_messages', at.t.orchestrator, {
    agentId: at.agent.id,
    contact,
    direction: 'outbound',
  });
  return messages;
};
const rounds = async (t: TestHouse): Promise<void> => {
  while (await t.house.answer());
};

async function tenant(options: Parameters<typeof openHouse>[0] = {}, on = engines[0]!) {
  const t = await houseOn(on, options);
  return { t, at: await openTenant(t) };
}

describe('the texts', () => {
  const all = OPT_OUT_LANGUAGES.flatMap((language) => ANSWERED.map((said) => ({ language, said })));
  it.each(all)('$said in $language names who writes, holds no link, fits one SMS and reads as no opt-out', (one) => {
    const { text, subject } = answerTo(one.said, one.language, 'Acme Dental Care');
    expect(text).toMatch(/^Acme Dental Care: /);
    expect(`${subject} ${text}`).not.toMatch(/https?:|www\.|\w\.\w{2,}/i);
    expect(smsSize(text)).toMatchObject({ segments: 1, encoding: 'GSM-7' });
    expect(['none', 'mention']).toContain(readInbound(text).is);
  });
  it('cut a name that would not fit', () =>
    expect(smsSize(answerTo('help', 'fr', 'x'.repeat(200)).text).segments).toBe(1));
});

describe('STOP', () => {
  it.each([
    ['STOP', /unsubscribed/],
    ['ARRÊT', /désinscription/],
    ['BAJA', /baja confirmada/],
    ['Bitte nicht mehr anschreiben', /abgemeldet/],
  ])('%s is confirmed once, in its language', async (body, text) => {
    const { t, at } = await tenant();
    await says(at, { body });
    await rounds(t);
    await rounds(t);
    expect(await answersTo(at)).toMatchObject([{ to: CONTACT, body: expect.stringMatching(text), status: 'sent' }]);
  });

  it.each(engines)('twenty at once on $name are confirmed once, whoever sends', async (on) => {
    const keys = testKeys();
    const { t, at } = await tenant({ keys }, on);
    const to = await senderOf(at, 'sms');
    const other = on.name === 'memory' ? null : await openHouse({ engine: t.again(), keys, clock: t.clock });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        says({ ...at, t: other !== null && i % 2 === 1 ? other : t }, { body: 'STOP' }, to),
      ),
    );
    await Promise.all([t, other ?? t, t, other ?? t].map((house) => house.house.answer()));
    expect(await answersTo(at)).toHaveLength(1);
    await other?.[Symbol.asyncDispose]();
    expect(t.faults).toEqual([]);
  });

  it('that a provider delivers again is confirmed once', async () => {
    const { t, at } = await tenant();
    for (let i = 0; i < 3; i++) {
      await says(at, { body: 'STOP', providerRef: 'SM1' });
      await rounds(t);
    }
    expect(await answersTo(at)).toHaveLength(1);
  });

  it('repeated later is confirmed no more', async () => {
    const { t, at } = await tenant();
    for (const wait of [0, MINUTE_MS, 2 * DAY_MS]) {
      t.clock.pass(wait);
      await says(at, { body: 'STOP' });
      await rounds(t);
    }
    expect(await answersTo(at)).toHaveLength(1);
  });

  it('after START is a new opt-out: in force at once, confirmed again a day later and not before', async () => {
    const { t, at } = await tenant();
    const stopAndStart = async () => {
      for (const body of ['STOP', 'START']) {
        await says(at, { body });
        await rounds(t);
      }
      return (await answersTo(at)).filter(({ body }) => /unsubscribed/.test(body)).length;
    };
    expect(await stopAndStart()).toBe(1);
    t.clock.pass(MINUTE_MS);
    expect(await stopAndStart()).toBe(1);
    t.clock.pass(DAY_MS);
    expect(await stopAndStart()).toBe(2);
  });

  it('is confirmed after a crash between taking it in and answering, and not twice', async () => {
    const on = engines[1]!;
    const keys = testKeys();
    const { t, at } = await tenant({ keys }, on);
    await says(at, { body: 'STOP' });
    await using next = await openHouse({ engine: t.again(), keys, clock: t.clock });
    await rounds(next);
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
  });

  it('is not confirmed when it is older than five minutes', async () => {
    const { t, at } = await tenant();
    await says(at, { body: 'STOP' });
    t.clock.pass(4 * MINUTE_MS + 1);
    await rounds(t);
    expect(await answersTo(at)).toEqual([]);
  });

  it.each(['stop', 'start', 'help'])('that the provider has answered itself is not answered: %s', async (told) => {
    const { t, at } = await tenant();
    if (told === 'start') await says(at, { body: 'STOP', told: 'stop' });
    await says(at, { body: told, told });
    await rounds(t);
    expect(await answersTo(at)).toEqual([]);
  });

  it('is not confirmed against a stronger entry, the organisation’s or the platform’s', async () => {
    for (const platform of [false, true]) {
      const { t, at } = await tenant();
      await says(at, { body: 'STOP' });
      await t.done('comms.dnc_add', platform ? t.orchestrator : at.admin, {
        contact: CONTACT,
        organizationId: platform ? 'org_platform' : at.org,
      });
      await rounds(t);
      expect(await answersTo(at)).toEqual([]);
    }
  });

  it('is not confirmed from another sender than it came to', async () => {
    const { t, at } = await tenant();
    await says(at, { body: 'STOP' }, '+15005550006');
    await rounds(t);
    expect(await answersTo(at)).toEqual([]);
  });

  it('is confirmed within the limits of the agent: refused, tried again, and given up', async () => {
    const { t, at } = await tenant();
    await t.done('comms.set_agent_limits', t.orchestrator, { agentId: at.agent.id, limits: { perMinute: 1 } });
    await says(at, { body: 'HELP', from: '+14155550120' });
    await rounds(t);
    await says(at, { body: 'STOP' });
    await rounds(t);
    expect(await answersTo(at)).toEqual([]);
    t.clock.pass(MINUTE_MS);
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
  });

  it('is confirmed again when the provider certainly did not take the answer, never when it may have', async () => {
    for (const [delivery, times] of [
      [{ state: 'failed', code: 'provider_unavailable', say: 'Down.' }, 2],
      [{ state: 'unknown', code: 'outcome_unknown', say: 'Who knows.' }, 1],
      [{ state: 'failed', code: 'provider_rejected', say: 'No.' }, 1],
    ] as const) {
      const carrier = testCarrier(async () => delivery);
      const { t, at } = await tenant({ overrides: { carriers: carrier.carriers } });
      await says(at, { body: 'STOP' });
      await rounds(t);
      t.clock.pass(31 * SECOND_MS);
      await rounds(t);
      expect(carrier.sent, delivery.code).toHaveLength(times);
    }
  });

  it('does not make the agent’s first message a second one', async () => {
    const { t, at } = await tenant();
    await t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy: 'first_contact' });
    await says(at, { body: 'HELP' });
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
    await t.consent(at.agent, CONTACT);
    expect((await t.call('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' })).is).toBe('held');
  });

  it('to an agent that has ended is confirmed while its sender is bound', async () => {
    const { t, at } = await tenant();
    await says(at, { body: 'STOP' });
    await t.done('comms.deprovision_channels', at.admin, { agentId: at.agent.id, releaseNumbers: false });
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
  });

  it('to a paused agent is confirmed; to a suspended organisation not, until it is reinstated', async () => {
    const { t, at } = await tenant();
    const to = await senderOf(at, 'sms');
    await t.done('comms.pause_agent', at.admin, { agentId: at.agent.id });
    await t.done('comms.suspend_organization', t.orchestrator, { organizationId: at.org, reason: 'Unpaid' });
    await says(at, { body: 'STOP' }, to);
    await rounds(t);
    const list = () => t.done('comms.get_messages', t.orchestrator, { agentId: at.agent.id, direction: 'outbound' });
    expect((await list()).messages).toEqual([]);
    await t.done('comms.reinstate_organization', t.orchestrator, { organizationId: at.org });
    t.clock.pass(MINUTE_MS);
    await rounds(t);
    expect((await list()).messages).toHaveLength(1);
  });
});

describe('START and HELP', () => {
  it('START is confirmed when it lifts a STOP, and a "yes" out of the blue is not', async () => {
    const { t, at } = await tenant();
    await says(at, { body: 'Yes' });
    await rounds(t);
    expect(await answersTo(at)).toEqual([]);
    await says(at, { body: 'STOP' });
    await rounds(t);
    await says(at, { body: 'ALTA' });
    await rounds(t);
    expect((await answersTo(at)).map(({ body }) => body)).toEqual([
      expect.stringMatching(/alta confirmada/),
      expect.stringMatching(/unsubscribed/),
    ]);
  });

  it('a START that a STOP overtakes is not confirmed, nor a STOP that START overtakes', async () => {
    const { t, at } = await tenant();
    for (const body of ['STOP', 'START', 'STOP']) await says(at, { body });
    await rounds(t);
    expect((await answersTo(at)).map(({ body }) => body)).toEqual([expect.stringMatching(/unsubscribed/)]);
    const other = await tenant();
    for (const body of ['STOP', 'START']) await says(other.at, { body });
    await rounds(other.t);
    expect((await answersTo(other.at)).map(({ body }) => body)).toEqual([expect.stringMatching(/subscribed again/)]);
  });

  it('HELP is answered once a day, in its language, and not where STOP is in force', async () => {
    const { t, at } = await tenant();
    for (const body of ['Hilfe', 'HELP', 'AYUDA']) {
      await says(at, { body });
      await rounds(t);
    }
    expect((await answersTo(at)).map(({ body }) => body)).toEqual([expect.stringMatching(/Organisation kommen/)]);
    t.clock.pass(DAY_MS);
    await says(at, { body: 'HELP' });
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(2);
    await says(at, { body: 'STOP', from: '+14155550120' });
    await rounds(t);
    await says(at, { body: 'HELP', from: '+14155550120' });
    await rounds(t);
    expect(await answersTo(at, '+14155550120')).toHaveLength(1);
  });
});

describe('a flood of words', () => {
  it.each(engines)('to one organisation does not keep another’s STOP from being looked at, on $name', async (on) => {
    const { t, at } = await tenant({}, on);
    const other = await openTenant(t);
    for (let i = 0; i < 6; i++) await says(at, { body: 'HELP', from: `+1415555011${i}` });
    t.clock.pass(SECOND_MS);
    await says(other, { body: 'STOP' });
    const due = await t.house.store.providers.dueAnswers(0, 2);
    expect(due.map(({ org }) => org)).toEqual([at.org, other.org]);
  });

  it('from many numbers leaves the agent half of its rates, and a STOP goes before all HELPs that wait', async () => {
    const { t, at } = await tenant({ overrides: { carriers: testCarrier().carriers } });
    for (let i = 0; i < 30; i++) await says(at, { body: 'HELP', from: `+141555501${10 + i}` });
    t.clock.pass(SECOND_MS);
    await says(at, { body: 'STOP', from: '+14155550150' });
    await rounds(t);
    expect(await answersTo(at, '+14155550150')).toHaveLength(1);
    await t.consent(at.agent, CONTACT);
    const send = () => t.call('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' });
    const sent = [];
    for (let i = 0; i < 6; i++) sent.push((await send()).is);
    expect(sent).toEqual(['done', 'done', 'done', 'done', 'done', 'refused']);
  });

  it('from many numbers neither pauses the agent nor counts as what it wrote', async () => {
    const { t, at } = await tenant({ overrides: { carriers: testCarrier().carriers } });
    await t.done('comms.set_anomaly_policy', at.admin, { agentId: at.agent.id, onAnomaly: 'pause' });
    await t.done('comms.set_agent_limits', t.orchestrator, { agentId: at.agent.id, limits: { perMinute: 100 } });
    for (let i = 0; i < 30; i++) await says(at, { body: 'HELP', from: `+141555501${10 + i}` });
    await rounds(t);
    expect(await answersTo(at, '+14155550139')).toHaveLength(1);
    await t.house.detect();
    expect((await t.done('comms.list_alerts', t.orchestrator, { organizationId: at.org })).alerts).toEqual([]);
    await t.consent(at.agent, CONTACT);
    expect(await t.call('comms.send_message', at.agent.by, { to: CONTACT, body: 'Hello' })).toMatchObject({
      is: 'done',
    });
  });
});

describe('a word that could not be answered in time', () => {
  const noMore = async ({ t, at }: Awaited<ReturnType<typeof tenant>>, perMinute: number) =>
    t.done('comms.set_agent_limits', t.orchestrator, { agentId: at.agent.id, limits: { perMinute } });

  it.each(engines)('does not keep the next one from its answer, on $name', async (on) => {
    const there = await tenant({}, on);
    const { t, at } = there;
    await noMore(there, 1);
    for (const from of ['+14155550120', CONTACT]) {
      await says(at, { body: 'HELP', from });
      await rounds(t);
    }
    expect(await answersTo(at)).toEqual([]);
    await noMore(there, 100);
    t.clock.pass(4 * MINUTE_MS + 1);
    await says(at, { body: 'HELP' });
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
    await says(at, { body: 'HELP' });
    t.clock.pass(5 * MINUTE_MS);
    await says(at, { body: 'HELP' });
    await rounds(t);
    expect(await answersTo(at)).toHaveLength(1);
  });
});

describe('a mail', () => {
  const mailTenant = async () => {
    const { t, at } = await tenant();
    await t.done('comms.provision_channels', at.admin, {
      agentId: at.agent.id,
      displayName: 'Front desk',
      capabilities: { email: true },
    });
    return { t, at };
  };
  const mail = { channel: 'email', from: 'bob@example.com' };

  it('is answered when the provider vouches for its author, with a subject and nothing to click', async () => {
    const { t, at } = await mailTenant();
    await says(at, { ...mail, body: 'Unsubscribe', authenticated: true });
    await rounds(t);
    expect(await answersTo(at, mail.from)).toMatchObject([
      { channel: 'email', subject: 'You are unsubscribed', body: expect.stringMatching(/unsubscribed/) },
    ]);
  });

  it.each([{}, { authenticated: false }, { authenticated: true, automatic: true }])(
    'that may be anybody’s, or is a program’s, stops and is not answered: %j',
    async (more) => {
      const { t, at } = await mailTenant();
      await says(at, { ...mail, body: 'Unsubscribe', ...more });
      await rounds(t);
      expect(await answersTo(at, mail.from)).toEqual([]);
      expect((await t.done('comms.dnc_list', at.admin)).entries).toMatchObject([{ reason: 'stop', channel: 'email' }]);
      await says(at, { ...mail, body: 'START', ...more });
      expect((await t.done('comms.dnc_list', at.admin)).entries).toHaveLength(1);
      expect((await t.done('comms.get_waiting_messages', at.agent.by)).messages.at(-1)).toMatchObject({
        optOut: 'start',
      });
    },
  );

  it('with START lifts the STOP where the provider vouches for it', async () => {
    const { t, at } = await mailTenant();
    await says(at, { ...mail, body: 'Unsubscribe' });
    await says(at, { ...mail, body: 'START', authenticated: true });
    expect((await t.done('comms.dnc_list', at.admin)).entries).toEqual([]);
  });

  it.each([
    ['Please unsubscribe me', '', true],
    ['Re: Please stop texting me', '', false],
    ['STOP', 'Hello', true],
    ['bus stop', 'Hello', false],
  ])('whose subject is %j stops: %s', async (subject, body, stops) => {
    const { t, at } = await mailTenant();
    await says(at, { ...mail, subject, body });
    expect((await t.done('comms.dnc_list', at.admin)).entries).toHaveLength(stops ? 1 : 0);
  });
});

it.each([
  ['+14155550102', 'Hello', 1], // answers STOP to whatever it gets
  ['+14155550103', 'Hello', 0], // answers START
  ['+14155550100', 'STOP', 1], // sends back what it gets
  ['+14155550100', 'HELP', 1],
])('the sandbox’s %s can not talk with the house for ever: %s', async (contact, body, answers) => {
  const immediately = {
    timer(_ms: number, run: () => void) {
      queueMicrotask(run);
      return () => undefined;
    },
  };
  const { t, at } = await tenant({ overrides: { simulator: immediately } });
  await t.consent(at.agent, contact);
  await t.done('comms.send_message', at.agent.by, { to: contact, body });
  for (let i = 0; i < 5; i++) {
    await rounds(t);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const sent = await answersTo(at, contact);
  expect(sent).toHaveLength(1 + answers);
});

describe('whoever asks for an answer', () => {
  it('can have none that is not owed, nor with other words, nor twice', async () => {
    const { t, at } = await tenant();
    const { messageId } = await says(at, { body: 'STOP' });
    const { name } = (await t.house.store.tenancy.organization(at.org))!;
    const input = { agentId: at.agent.id, answers: messageId, said: 'stop', to: CONTACT, channel: 'sms' };
    const body = answerTo('stop', 'en', name).text;
    const by = answeringSystem(at.org);
    const ask = (change: object) => t.call('comms.confirm_opt_out', by, { ...input, body, ...change });
    for (const change of [
      { body: `${body} Buy now!` },
      { said: 'help' },
      { to: '+14155550120' },
      { answers: 'msg_other' },
      { agentId: at.colleague.id },
      { channel: 'whatsapp' },
      { purpose: 'marketing' },
    ])
      expect((await ask(change)).is, JSON.stringify(change)).toBe('refused');
    expect(reasonsIn(await t.call('comms.confirm_opt_out', at.admin, { ...input, body }))).toEqual([
      'authority:forbidden',
    ]);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => ask({})));
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(1);
  });
});

it('in whatever order the words come, what is in force is what a naive reader says, and confirmations are no more than opt-outs', async () => {
  const { t } = await tenant();
  const word = fc.constantFrom('STOP', 'START', 'HELP', 'Hello', 'stop texting me', 'the bus stop');
  const event = fc.record({ word, again: fc.boolean(), wait: fc.constantFrom(0, SECOND_MS, MINUTE_MS, DAY_MS) });
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
      const at = await openTenant(t);
      const to = await senderOf(at, 'sms');
      let stopped = false;
      let optOuts = 0;
      for (const { word: body, again, wait } of events) {
        t.clock.pass(wait);
        const providerRef = `ref-${refs++}`;
        await says(at, { body, providerRef }, to);
        if (again) await says(at, { body, providerRef }, to);
        if (/^stop/i.test(body)) {
          if (!stopped) optOuts++;
          stopped = true;
        } else if (body === 'START') stopped = false;
        if (wait > 0) await rounds(t);
      }
      await rounds(t);
      const { entries } = await t.done('comms.dnc_list', at.admin);
      expect(entries.some(({ channel }: { channel: string }) => channel === 'sms')).toBe(stopped);
      const sent = await answersTo(at);
      expect(sent.filter(({ body }) => /unsubscribed\./.test(body)).length).toBeLessThanOrEqual(optOuts);
    }),
    { numRuns: 25 },
  );
});
