import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it, test } from 'vitest';
import { readInbound } from '../../src/comms/rules/opt-out.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { toUtf8 } from '../../src/kernel/encoding.ts';
import { concernsAgent, type ResendReport, readResendEvent } from '../../src/providers/resend/events.ts';
import type { Download } from '../../src/providers/resend/received.ts';
import { verifyWebhook } from '../../src/providers/standard-webhooks.ts';
import { eventData, signedEvent } from '../doubles/resend.ts';
import { FROM } from './mail-permit.ts';
import { credentials, NOW, setUp, signal } from './resend-fixture.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TAGS = { message: 'msg_1', agent: 'agt_1' };
const read = (type: string, data: object) =>
  readResendEvent({ type, created_at: '2026-11-20T12:00:00.000Z', data } as Json);
const report = (type: string, change: object = {}) => read(type, eventData({ tags: TAGS, ...change })) as ResendReport;

test('a delivery that the vendor signed is verified and read', () => {
  const { body, headers } = signedEvent(
    'email.delivered',
    eventData({ email_id: 'e-1', tags: TAGS }),
    SECRET,
    new Date(NOW),
  );
  const bytes = toUtf8(body);
  const header = (name: string) => (headers as Record<string, string>)[name] ?? null;
  expect(verifyWebhook({ header, body: bytes, secret: SECRET, now: NOW }).ok).toBe(true);
  expect(readResendEvent(JSON.parse(body))).toEqual({
    is: 'report',
    event: 'email.delivered',
    emailId: 'e-1',
    messageId: 'msg_1',
    agentId: 'agt_1',
    recipients: ['bob@example.org'],
    at: NOW,
    report: { status: 'delivered', ref: 'e-1', errorCode: null, segments: null, cost: null },
    bounce: null,
    suppress: null,
  });
});

describe('reports', () => {
  it.each([
    ['email.sent', {}, 'sent', null, null, null],
    ['email.delivery_delayed', {}, 'sent', null, null, null],
    ['email.delivered', {}, 'delivered', null, null, null],
    ['email.complained', {}, 'delivered', null, null, 'complaint'],
    [
      'email.bounced',
      { bounce: { type: 'Permanent', subType: 'NoEmail' } },
      'failed',
      'bounced:NoEmail',
      'hard',
      'bounce',
    ],
    [
      'email.bounced',
      { bounce: { type: 'Transient', subType: 'MailboxFull' } },
      'failed',
      'bounced:MailboxFull',
      'soft',
      null,
    ],
    ['email.bounced', { bounce: { type: 'Undetermined', subType: 'x y' } }, 'failed', 'bounced', 'soft', null],
    ['email.bounced', {}, 'failed', 'bounced', 'soft', null],
    ['email.failed', { failed: { reason: 'reached_daily_quota' } }, 'failed', 'failed:reached_daily_quota', null, null],
    ['email.failed', { failed: { reason: 'bob@example.org said\nno' } }, 'failed', 'failed', null, null],
    [
      'email.suppressed',
      { suppressed: { reason: 'previous_bounce' } },
      'failed',
      'suppressed:previous_bounce',
      null,
      'bounce',
    ],
    [
      'email.suppressed',
      { suppressed: { reason: 'previous_complaint' } },
      'failed',
      'suppressed:previous_complaint',
      null,
      'complaint',
    ],
  ])('%s %j', (type, change, status, errorCode, bounce, suppress) => {
    expect(report(type, change)).toMatchObject({ report: { status, errorCode }, bounce, suppress });
  });

  it('name their message only by a tag that could be ours', () => {
    expect(
      report('email.sent', {
        tags: [
          { name: 'message', value: 'msg_2' },
          { name: 'agent', value: 'agt_2' },
        ],
      }),
    ).toMatchObject({
      messageId: 'msg_2',
      agentId: 'agt_2',
    });
    for (const tags of [
      undefined,
      null,
      {},
      [],
      'x',
      { message: 1 },
      { message: 'agt_1', agent: 'msg_1' },
      { message: 'msg_1 OR 1=1' },
    ])
      expect(report('email.sent', { tags })).toMatchObject({ messageId: null, agentId: null });
  });
});

describe('an event of the account is not yet an event of the agent', () => {
  const sender = { agent: 'agt_1', address: FROM } as const;
  it('a report concerns the agent of its tag', () => {
    expect(concernsAgent(report('email.sent'), sender)).toBe(true);
    expect(concernsAgent(report('email.sent', { tags: { ...TAGS, agent: 'agt_2' } }), sender)).toBe(false);
    expect(concernsAgent(report('email.sent', { tags: undefined }), sender)).toBe(false);
  });

  it('a mail concerns the agent that it came for, however the address is spelled', () => {
    const came = (change: object) => {
      const event = read(
        'email.received',
        eventData({ message_id: '<m>', cc: [], bcc: [], attachments: [], ...change }),
      );
      return event?.is === 'received' && concernsAgent(event, sender);
    };
    expect(came({ to: [FROM] })).toBe(true);
    expect(came({ to: ['Desk <DESK@Mail.Example.com>'] })).toBe(true);
    expect(came({ to: ['x@y.example'], bcc: [FROM] })).toBe(true);
    expect(came({ to: ['list@y.example'], received_for: [FROM] })).toBe(true);
    expect(came({ to: ['other@mail.example.com'] })).toBe(false);
    expect(came({ to: [`evil+${FROM}`] })).toBe(false);
  });
});

describe('what is no event', () => {
  it.each([
    null,
    1,
    'x',
    [],
    {},
    { type: 1 },
    { type: 'email.sent' },
    { type: 'email.sent', data: {} },
    { type: 'email.sent', data: { email_id: '../x' } },
    { type: 'email.received', data: { email_id: 'e-1' } },
    { type: 'a\nb', data: {} },
  ])('%j', (payload) => expect(readResendEvent(payload as Json)).toBeNull());
  it.each(['email.opened', 'email.clicked', 'email.scheduled', 'domain.created', 'contact.updated'])(
    '%s is left',
    (type) => {
      expect(read(type, eventData())).toEqual({ is: 'ignored', type });
    },
  );
  it('never throws', () => {
    const type = fc.constantFrom('email.sent', 'email.bounced', 'email.received', 'email.suppressed');
    fc.assert(fc.property(type, fc.jsonValue(), (type, data) => readResendEvent({ type, data } as Json) !== undefined));
    fc.assert(fc.property(fc.jsonValue(), (payload) => readResendEvent(payload as Json) !== undefined));
  });
});

describe('a mail that came in', () => {
  const MAIL = {
    from: 'Bob <bob@example.org>',
    to: [FROM],
    subject: 'Re: Hello',
    message_id: '<m1@example.org>',
    text: 'STOP\n\nOn 2 Nov 2026, Ada <a@b.example> wrote:\n> ours',
    html: '<p>other</p>',
  };
  const file = (change: object = {}) => ({
    id: 'a-1',
    filename: 'a.pdf',
    content_type: 'application/pdf',
    size: 4,
    download_url: 'https://files.example/1',
    ...change,
  });
  const serve = (bytes: Uint8Array = toUtf8('%PDF')): Download & { readonly asked: string[] } => {
    const asked: string[] = [];
    const download: Download = async (url, { maxBytes }) => {
      asked.push(url);
      return bytes.length > maxBytes ? null : bytes;
    };
    return Object.assign(download, { asked });
  };

  it('is fetched, its own words apart', async () => {
    const { double, resend } = await setUp();
    const { id } = double.takeIn({
      ...MAIL,
      reply_to: ['office@example.org'],
      headers: { 'In-Reply-To': '<m0@x.example>', 'Auto-Submitted': 'auto-replied' },
    });
    const answer = await resend.receive(credentials, id, signal);
    expect(answer).toMatchObject({
      state: 'ok',
      value: {
        from: 'bob@example.org',
        to: [FROM],
        replyTo: 'office@example.org',
        subject: 'Re: Hello',
        messageId: '<m1@example.org>',
        inReplyTo: '<m0@x.example>',
        automatic: true,
        reply: 'STOP',
      },
    });
    expect(answer.state === 'ok' ? readInbound(answer.value.reply).is : '').toBe('stop');
  });

  it('of HTML alone is read as text', async () => {
    const { double, resend } = await setUp();
    const { id } = double.takeIn({
      ...MAIL,
      text: null,
      html: '<p>STOP</p><blockquote>ours</blockquote>',
      headers: null,
      reply_to: null,
      cc: null,
    });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({ state: 'ok', value: { reply: 'STOP' } });
  });

  it('without any text is taken from its raw form', async () => {
    const raw = await new MailComposer({ from: 'bob@example.org', to: FROM, text: 'Stop!' }).compile().build();
    const { double, resend } = await setUp({ download: serve(raw) });
    const { id } = double.takeIn({
      ...MAIL,
      text: null,
      html: null,
      raw: { download_url: 'https://files.example/raw' },
    });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({
      state: 'ok',
      value: { from: 'bob@example.org', reply: 'Stop!' },
    });
  });

  it.each([
    ['START', 'Authentication-Results: amazonses.com; dkim=pass header.i=@example.org;\r\n', true],
    ['START', 'X-Nothing: here\r\n', false],
    ['Hello', 'Authentication-Results: amazonses.com; dkim=pass header.i=@example.org;\r\n', false],
  ])('with %j is looked at as it came, to know who wrote it: %j', async (text, line, authenticated) => {
    const raw = Buffer.from(
      `Received: from mx by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 1\r\n${line}Received: from a by b\r\n` +
        `Authentication-Results: amazonses.com; dkim=pass header.i=@example.org\r\nFrom: Bob <bob@example.org>\r\n\r\n${text}`,
    );
    const download = serve(raw);
    const { double, resend } = await setUp({ download });
    const { id } = double.takeIn({
      ...MAIL,
      from: 'Bob <bob@example.org>',
      subject: 'Hi',
      text,
      raw: { download_url: 'https://files.example/raw' },
    });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({ state: 'ok', value: { authenticated } });
    expect(download.asked).toHaveLength(text === 'Hello' ? 0 : 1);
  });

  it('brings its attachments; what is too large, not to be had, or not behind https is told', async () => {
    const download = serve();
    const { double, resend } = await setUp({ download });
    const { id } = double.takeIn(MAIL, [
      file(),
      file({ size: 20_000_000, download_url: 'https://files.example/2' }),
      file({ download_url: 'http://169.254.169.254/latest' }),
      file({ download_url: 'file:///etc/passwd' }),
      file({ filename: '../../x.exe', size: undefined }),
    ]);
    const answer = await resend.receive(credentials, id, signal);
    expect(download.asked).toEqual(['https://files.example/1', 'https://files.example/1']);
    expect(
      answer.state === 'ok' ? answer.value.attachments.map(({ filename, executable }) => [filename, executable]) : [],
    ).toEqual([
      ['a.pdf', false],
      ['.._.._x.exe', true],
    ]);
    expect(answer).toMatchObject({ value: { omitted: ['3 attachments: too large, or not to be had.'] } });
  });

  it('with a hundred attachments costs twenty downloads', async () => {
    const download = serve();
    const { double, resend } = await setUp({ download });
    const { id } = double.takeIn(
      MAIL,
      Array.from({ length: 100 }, () => file()),
    );
    await resend.receive(credentials, id, signal);
    expect(download.asked.length).toBeLessThanOrEqual(20);
  });

  it('with more bytes than were announced is cut off at ten megabytes', async () => {
    const { double, resend } = await setUp({ download: async () => new Uint8Array(4 * 1024 * 1024) });
    const { id } = double.takeIn(
      MAIL,
      Array.from({ length: 4 }, () => file({ size: 1 })),
    );
    const answer = await resend.receive(credentials, id, signal);
    expect(answer.state === 'ok' ? answer.value.attachments.length : 0).toBe(2);
  });

  it('of three megabytes of text is taken in', async () => {
    const { double, resend } = await setUp();
    const { id } = double.takeIn({ ...MAIL, text: `STOP\n\n${'x '.repeat(1_500_000)}` });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({ state: 'ok' });
  });

  it('that can not be had is a failure that is seen, never an empty mail', async () => {
    const { double, resend } = await setUp();
    const { id } = double.takeIn(MAIL);
    expect(await resend.receive(credentials, '00000000-0000-4000-8000-000000000000', signal)).toMatchObject({
      state: 'failed',
      code: 'not_found',
    });
    expect(await resend.receive(credentials, '../domains', signal)).toMatchObject({
      state: 'failed',
      code: 'invalid_input',
    });
    double.failNext(...Array.from({ length: 3 }, () => ({ is: 'half_answer' }) as const));
    expect(await resend.receive(credentials, id, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
    double.failNext({ is: 'no_id' });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
    double.failNext({ is: 'huge' });
    expect(await resend.receive(credentials, id, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
  });
});
