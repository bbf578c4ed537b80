/** Mail that comes in by Resend: fetched before it is confirmed, kept once with its files, and an opt-out in it is heard. */
import { describe, expect, it, test } from 'vitest';
import { eventData, signedEvent } from '../doubles/resend.ts';
import { engines } from '../support/engines.ts';
import { agentIn, type Live, type LiveAgent, MAILBOX, mailing, openLive, READER } from '../support/live-house.ts';

const FILES = new Map<string, Uint8Array>([
  ['https://files.example/1', Buffer.from('%PDF-1.7 a letter')],
  ['https://files.example/2', Buffer.from('MZ\u0090')],
]);
const download = async (url: string) => FILES.get(url) ?? null;
const open = (options: Parameters<typeof openLive>[0] = {}) => openLive({ download, ...options });

const mailOf = (change: object = {}) => ({
  from: `Bob <${READER}>`,
  to: [MAILBOX],
  subject: 'Re: Hi',
  text: 'Thank you, that helps.',
  html: null,
  message_id: '<1@example.org>',
  ...change,
});
/** Puts a mail into the account and tells of it; the answer's status. */
async function arrives(live: Live, change: object = {}, files: readonly Record<string, unknown>[] = []) {
  const { id } = live.resend.takeIn(mailOf(change), files);
  return { id, status: await tell(live, id) };
}
async function tell(live: Live, id: string, to = MAILBOX): Promise<number> {
  const data = eventData({ email_id: id, from: READER, to: [to], subject: 'Re: Hi', message_id: '<1@example.org>' });
  return (await live.resend.deliver('email.received', data, new Date(live.clock.now())))[0]!;
}
const waiting = async (live: Live, agent: LiveAgent) =>
  (await live.done('comms/get-waiting-messages', {}, agent.token)).messages;
const send = (live: Live, agent: LiveAgent) =>
  live.act('comms/send-message', { to: READER, channel: 'email', subject: 'Hi', body: 'Hello' }, agent.token);

describe.each(engines)('a mail that comes in, on $name', (on) => {
  it('is fetched, kept once with its files, and read by its own agent alone', async () => {
    const live = await open({ on });
    const agent = await mailing(live);
    const other = await agentIn(live, agent, 'email');
    const { id, status } = await arrives(live, {}, [
      {
        id: 'a1',
        filename: '../../letter.pdf',
        content_type: 'application/pdf',
        size: 17,
        download_url: 'https://files.example/1',
      },
      {
        id: 'a2',
        filename: 'run.exe',
        content_type: 'application/pdf',
        size: 3,
        download_url: 'https://files.example/2',
      },
      { id: 'a3', filename: 'gone.txt', content_type: 'text/plain', size: 3, download_url: 'https://files.example/3' },
      { id: 'a4', filename: 'inside.txt', content_type: 'text/plain', size: 3, download_url: 'http://127.0.0.1/4' },
    ]);
    expect(status).toBe(200);
    expect(await tell(live, id)).toBe(200);
    const [message, ...more] = await waiting(live, agent);
    expect(more).toEqual([]);
    expect(message).toMatchObject({
      channel: 'email',
      contact: READER,
      to: MAILBOX,
      subject: 'Re: Hi',
      untrusted: true,
    });
    expect(message.body).toMatch(/^Thank you, that helps\./);
    expect(message.body).toMatch(/2 attachments: too large, or not to be had/);
    expect(message.body).toMatch(/run\.exe: a program, left out/);
    expect(message.attachments).toEqual([{ filename: '.._.._letter.pdf', contentType: 'application/pdf', bytes: 17 }]);

    const file = { messageId: message.messageId, number: 0 };
    const fetched = await live.done('comms/get-attachment', file, agent.token);
    expect(fetched).toMatchObject({ filename: '.._.._letter.pdf', bytes: 17, untrusted: true });
    expect(Buffer.from(fetched.content, 'base64').toString()).toBe('%PDF-1.7 a letter');
    expect((await live.act('comms/get-attachment', { ...file, number: 1 }, agent.token)).status).toBe(404);
    expect((await live.act('comms/get-attachment', file, other.token)).status).toBe(404);
    const database = await live.everything();
    expect(
      ['Thank you, that helps', 'a letter', 'letter.pdf', READER].filter((text) => database.includes(text)),
    ).toEqual([]);
  });

  it('that can not be fetched is not confirmed; a retry keeps it once', async () => {
    const live = await open({ on });
    const agent = await mailing(live);
    live.resend.failNext(...Array.from({ length: 3 }, () => ({ is: 'status' as const, status: 503 })));
    const { id, status } = await arrives(live);
    expect(status).toBe(503);
    expect(await waiting(live, agent)).toEqual([]);
    expect(await Promise.all([tell(live, id), tell(live, id)])).toEqual([200, 200]);
    expect(await waiting(live, agent)).toHaveLength(1);
    expect(await tell(live, id)).toBe(200);
    expect(await waiting(live, agent)).toHaveLength(1);
  });

  it('and is told of again when its files are gone is known, and confirmed', async () => {
    const live = await open({ on });
    const agent = await mailing(live);
    const file = {
      id: 'a1',
      filename: 'x.pdf',
      content_type: 'application/pdf',
      size: 17,
      download_url: 'https://files.example/1',
    };
    const { id } = await arrives(live, {}, [file]);
    FILES.delete(file.download_url);
    try {
      expect(await tell(live, id)).toBe(200);
    } finally {
      FILES.set(file.download_url, Buffer.from('%PDF-1.7 a letter'));
    }
    expect(await waiting(live, agent)).toHaveLength(1);
  });
});

describe('an opt-out in a mail', () => {
  it.each([
    [
      'above quoted history',
      { text: 'STOP\n\nOn Fri, 20 Nov 2026 at 15:00, Desk <desk@mail.example.com> wrote:\n> Hello' },
    ],
    ['in words', { text: 'Please take me off your list.\n\n-- \nBob' }],
    ['as the subject alone', { subject: 'unsubscribe', text: '' }],
    ['in HTML alone', { text: null, html: '<div>Stop</div><blockquote>Hello</blockquote>' }],
  ])('%s ends mail to its sender', async (_where, change) => {
    const live = await open();
    const agent = await mailing(live);
    expect((await arrives(live, change)).status).toBe(200);
    expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
  });

  it('that stands in our own words below is nobody’s wish', async () => {
    const live = await open();
    const agent = await mailing(live);
    const text = 'Fine!\n\nOn Fri, 20 Nov 2026 at 15:00, Desk <desk@mail.example.com> wrote:\n> Reply STOP to opt out';
    expect((await arrives(live, { text })).status).toBe(200);
    expect((await send(live, agent)).status).toBe(200);
  });

  it('is heard by an agent that has ended and keeps its mailbox', async () => {
    const live = await open();
    const agent = await mailing(live);
    await live.done('comms/deprovision-channels', { agentId: agent.id, releaseNumbers: false }, agent.admin);
    expect((await arrives(live, { text: 'STOP' })).status).toBe(200);
    const found = await live.engine.db.selectFrom('suppression').select(['channel', 'reason']).execute();
    expect(found).toEqual([{ channel: 'email', reason: 'stop' }]);
  });
});

describe('what a stranger may write', () => {
  it.each([
    ['a very long text of wide characters', { text: `x${'😀'.repeat(15_000)}` }],
    ['control characters', { text: 'a\u0000b\u0007c\ufffe', subject: 'x\ry\u0000' }],
    ['no text at all', { text: '', html: '' }],
    ['a sender that is none', { from: 'undisclosed' }],
    ['a sender that looks like an attack', { from: "x'; drop table message; --" }],
    ['a very long sender', { from: `"${'x'.repeat(2_000)}" <${READER}>` }],
  ])('comes in: %s', async (_what, change) => {
    const live = await open();
    const agent = await mailing(live);
    expect((await arrives(live, change)).status).toBe(200);
    const [message] = await waiting(live, agent);
    expect(message.body.isWellFormed()).toBe(true);
    expect(live.faults).toEqual([]);
  });

  it('files up to the limit come in, and what is beyond is told', async () => {
    const live = await open({
      download: async (url, { maxBytes }) => {
        const bytes = Buffer.alloc(Number(url.slice(url.lastIndexOf('/') + 1)), 7);
        return bytes.length > maxBytes ? null : bytes;
      },
    });
    const agent = await mailing(live);
    const megabytes = (n: number, i: number) => ({
      id: `a${i}`,
      filename: `${i}.bin`,
      content_type: 'application/octet-stream',
      download_url: `https://files.example/${n * 1024 * 1024}`,
    });
    expect((await arrives(live, {}, [6, 3, 2, 1].map(megabytes))).status).toBe(200);
    const [message] = await waiting(live, agent);
    expect(message.attachments.map(({ bytes }: { bytes: number }) => bytes / 1024 / 1024)).toEqual([6, 3, 1]);
    expect(message.body).toMatch(/1 attachment: too large/);
  });
});

test('an event about a mail to another mailbox, or that is not there, keeps nothing', async () => {
  const live = await open();
  const agent = await mailing(live);
  const { id } = live.resend.takeIn(mailOf());
  expect(await tell(live, id, 'sales@mail.example.com')).toBe(200);
  expect(await tell(live, 'there-is-none')).toBe(503);
  const [hook] = live.resend.webhooks;
  await live.done('comms/unregister-provider', { provider: 'resend' }, agent.admin);
  const event = eventData({ email_id: id, from: READER, to: [MAILBOX] });
  const delivery = signedEvent('email.received', event, hook!.signing_secret, new Date(live.clock.now()));
  expect((await live.ask(hook!.endpoint, delivery)).status).toBe(503);
  expect(await waiting(live, agent)).toEqual([]);
});
