import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it, test } from 'vitest';
import { readInbound } from '../../comms/rules/opt-out.ts';
import { toUtf8 } from '../../kernel/encoding.ts';
import type { InboundMail } from './inbound-mail.ts';
import { MAX_RAW_BYTES, parseMail } from './parse.ts';

const lines = (...all: string[]) => all.join('\r\n');
const HEAD = [
  'From: Bob <bob@example.org>',
  'To: desk@mail.example.com',
  'Subject: Hello',
  'Message-ID: <m1@example.org>',
];
async function parsed(raw: string | Uint8Array): Promise<InboundMail> {
  const mail = await parseMail(typeof raw === 'string' ? toUtf8(raw) : raw);
  if (!mail.ok) throw new Error(mail.error);
  return mail.value;
}
const refusal = async (raw: string | Uint8Array) => {
  const mail = await parseMail(typeof raw === 'string' ? toUtf8(raw) : raw);
  return mail.ok ? null : mail.error;
};
const written = (mail: object): Promise<Uint8Array> => new MailComposer(mail).compile().build();

test('a plain mail', async () => {
  expect(
    await parsed(lines(...HEAD, 'In-Reply-To: <m0@x.example>', 'References: <a@x> <m0@x.example>', '', 'Hi', '')),
  ).toEqual({
    from: 'bob@example.org',
    to: ['desk@mail.example.com'],
    replyTo: null,
    subject: 'Hello',
    messageId: '<m1@example.org>',
    inReplyTo: '<m0@x.example>',
    references: ['<a@x>', '<m0@x.example>'],
    text: 'Hi\n',
    reply: 'Hi',
    automatic: false,
    authenticated: false,
    attachments: [],
    omitted: [],
  });
});

test('what a common mail program writes: both texts, an attachment, letters of many scripts', async () => {
  const raw = await written({
    from: 'Bøb Ünder <Bob@Bücher.example>',
    to: ['desk@mail.example.com', 'Else <else@example.org>'],
    replyTo: 'office@example.org',
    subject: 'Grüße 👋',
    text: 'Straße — 日本',
    html: '<p>other words</p>',
    attachments: [{ filename: 'Übersicht.pdf', content: Buffer.from('%PDF'), contentType: 'application/pdf' }],
  });
  const mail = await parsed(raw);
  expect(mail).toMatchObject({
    from: 'bob@xn--bcher-kva.example',
    to: ['desk@mail.example.com', 'else@example.org'],
    replyTo: 'office@example.org',
    subject: 'Grüße 👋',
  });
  expect(mail.text.trim()).toBe('Straße — 日本');
  expect(mail.attachments).toEqual([
    {
      filename: 'Übersicht.pdf',
      contentType: 'application/pdf',
      content: new Uint8Array(Buffer.from('%PDF')),
      executable: false,
    },
  ]);
});

test('without a text part the HTML is read as text', async () => {
  const mail = await parsed(
    await written({ from: 'bob@example.org', html: '<p>STOP</p><blockquote>ours</blockquote>' }),
  );
  expect(mail.text).toBe('STOP\n\n> ours');
  expect(mail.reply).toBe('STOP');
});

test('STOP over a quoted thread is a whole message, in text and in HTML', async () => {
  const ours = 'Our offer. Reply STOP to opt out.';
  for (const body of [
    { text: `STOP\n\nOn Mon, 2 Nov 2026 at 10:00, Ada <ada@mail.example.com> wrote:\n> ${ours}\n` },
    {
      html: `<div dir="ltr">STOP</div><br><div class="gmail_quote"><div>On Mon, 2 Nov 2026 at 10:00, Ada &lt;ada@mail.example.com&gt; wrote:<br></div><blockquote>${ours}</blockquote></div>`,
    },
    {
      html: `<div>Stop.</div><hr><div><b>From:</b> Ada &lt;a@b.example&gt;<br><b>Sent:</b> Monday, 2 November 2026<br><b>To:</b> Bob<br><b>Subject:</b> Offer</div><div>${ours}</div>`,
    },
  ]) {
    const mail = await parsed(await written({ from: 'bob@example.org', ...body }));
    expect(readInbound(mail.reply).is, mail.reply).toBe('stop');
    expect(mail.text).toContain('Our offer');
  }
});

describe('what a program wrote is marked', () => {
  it.each([
    'Auto-Submitted: auto-replied',
    'Precedence: bulk',
    'List-Id: <l.example>',
    'Return-Path: <>',
    'X-Autoreply: yes',
  ])('%s', async (header) => expect((await parsed(lines(...HEAD, header, '', 'I am away'))).automatic).toBe(true));
  test('Auto-Submitted: no', async () => {
    expect((await parsed(lines(...HEAD, 'Auto-Submitted: no', '', 'Hi'))).automatic).toBe(false);
  });
});

describe('attachments', () => {
  const part = (name: string, size: number) => ({ filename: name, content: Buffer.alloc(size, 'x') });

  it('twenty are kept, the rest are told', async () => {
    const attachments = Array.from({ length: 23 }, (_, i) => part(`${i}.txt`, 3));
    const mail = await parsed(await written({ from: 'bob@example.org', text: 'x', attachments }));
    expect(mail.attachments).toHaveLength(20);
    expect(mail.omitted).toEqual(['3 attachments: too many or too large.']);
  });

  it('ten megabytes are kept', async () => {
    const attachments = [part('a', 6_000_000), part('b', 5_000_000), part('c', 1_000)];
    const mail = await parsed(await written({ from: 'bob@example.org', text: 'x', attachments }));
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['a', 'c']);
    expect(mail.omitted).toHaveLength(1);
  });

  it('names can be written to a folder, and programs are marked', async () => {
    const raw = lines(
      ...HEAD,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'Hi',
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="../../../.ssh/authorized_keys"',
      '',
      'ssh-rsa',
      '--b',
      'Content-Type: image/png; name="=?utf-8?Q?photo=E2=80=AEgpj.exe?="',
      'Content-Disposition: attachment',
      '',
      'MZ',
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: a@b.example',
      '',
      'STOP',
      '--b--',
    );
    const mail = await parsed(raw);
    expect(mail.attachments.map(({ filename, executable }) => [filename, executable])).toEqual([
      ['.._.._.._.ssh_authorized_keys', false],
      ['photogpj.exe', true],
      ['attachment-3', false],
    ]);
    expect(mail.text.trim()).toBe('Hi');
  });
});

describe('hostile mails', () => {
  test('no sender', async () => {
    for (const raw of ['', '\r\n\r\n', 'hello', 'From: \r\n\r\nx', 'From: nobody\r\n\r\nx', new Uint8Array(1000)])
      expect(await refusal(raw)).toBe('not_a_mail');
  });

  test('a sender that is no address stays readable, on one line', async () => {
    expect((await parsed('From: =?utf-8?Q?x=0D=0ABcc:_y?= <a@b.example>\r\n\r\nx')).from).toBe('a@b.example');
    expect((await parsed('From: "a\tb"@example.org\r\n\r\nx')).from).not.toMatch(/[\r\n\t\0]/);
    expect((await parsed('Subject: =?utf-8?Q?a=0D=0ABcc:_y=00?=\r\nFrom: a@b.example\r\n\r\nx')).subject).toBe(
      'a Bcc: y',
    );
  });

  test('the first of two senders counts, as everywhere', async () => {
    expect((await parsed('From: a@b.example\r\nFrom: c@d.example\r\n\r\nx')).from).toBe('a@b.example');
  });

  test('too large', async () => expect(await refusal(new Uint8Array(MAX_RAW_BYTES + 1))).toBe('too_large'));

  test('nested without end', async () => {
    let raw = lines(...HEAD);
    for (let i = 0; i < 200; i++) raw += `\r\nContent-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`;
    expect(await refusal(raw)).toBe('too_complex');
  });

  test('headers without end', async () => {
    expect(
      await refusal(lines(...HEAD, ...Array.from({ length: 20_000 }, (_, i) => `X-${i}: ${'y'.repeat(20)}`), '', 'x')),
    ).toBe('too_complex');
    expect(await refusal(lines(...HEAD, `X: ${'y'.repeat(1_000_000)}`, '', 'x'))).toBe('too_complex');
  });

  test('parts without end', async () => {
    const raw = lines(...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', '--b\r\n\r\n'.repeat(1_000_000));
    expect(await refusal(raw)).toBe('too_complex');
  });

  test('as many parts as are allowed, each a text', async () => {
    const raw = lines(...HEAD, 'Content-Type: multipart/mixed; boundary=b', '', '--b\r\n\r\nx\r\n'.repeat(1_990));
    expect((await parsed(raw)).text.length).toBeLessThan(20_000);
  });

  test('a text of fifteen megabytes is cut, and that is told', async () => {
    const mail = await parsed(lines(...HEAD, '', 'STOP', '', 'x '.repeat(7_500_000)));
    expect(mail.text.length).toBe(200_000);
    expect(mail.omitted).toEqual(['The end of the text: the mail is very long.']);
  });

  test.each([
    ['an unknown charset', 'Content-Type: text/plain; charset=klingon\r\n\r\nSTOP'],
    ['an unknown encoding', 'Content-Transfer-Encoding: rot13\r\n\r\nSTOP'],
    ['broken base64', 'Content-Transfer-Encoding: base64\r\n\r\nU1RPUA'],
    ['broken quoted-printable', 'Content-Transfer-Encoding: quoted-printable\r\n\r\nSTOP=\r\n'],
    ['a boundary that never comes', 'Content-Type: multipart/mixed; boundary=b\r\n\r\nSTOP'],
    ['an empty boundary', 'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nSTOP'],
  ])('%s is read as far as it goes', async (_says, rest) => {
    await parsed(`${lines(...HEAD)}\r\n${rest}`);
  });

  test.each(['(', '"', '<', ',', ';', '=?utf-8?Q?', 'a@', ':', '\\', ' '])(
    'an address header of %j in bounded work',
    async (piece) => {
      const startedAt = performance.now();
      await parseMail(
        toUtf8(lines(`From: a@b.example ${piece.repeat(60_000)}`, `To: ${piece.repeat(60_000)}`, '', 'x')),
      );
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );
});
