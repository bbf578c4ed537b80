import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Credentials } from '../../src/comms/provider-ports.ts';
import type { Timer } from '../../src/kernel/timer.ts';
import { BREAKER_RULES, createCircuitBreaker } from '../../src/providers/http/circuit-breaker.ts';
import { parseMail } from '../../src/providers/mail/parse.ts';
import { createSmtp, SMTP_TIMEOUT_MS, type SmtpParts } from '../../src/providers/smtp/smtp.ts';
import { ACCOUNT, MAIL_HOST, type Reply, smtpFault, startMailServer, startScriptedServer } from '../doubles/smtp.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { FROM, mailPermit, PUBLIC_URL } from './mail-permit.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const signal = new AbortController().signal;
let certificate: Certificate;
beforeAll(() => {
  certificate = makeCertificate(MAIL_HOST);
});

function setUp(port: number, change: Partial<SmtpParts> & { credentials?: Credentials } = {}) {
  const { credentials = {}, ...parts } = change;
  const all: Credentials = { host: MAIL_HOST, port: String(port), ...ACCOUNT, ...credentials };
  const due: (() => void)[] = [];
  const timer: Timer = (ms, run) => {
    if (ms === SMTP_TIMEOUT_MS) due.push(run);
    return () => {};
  };
  const clock = { now: () => NOW };
  const smtp = createSmtp({
    addressesOf: async () => ['127.0.0.1'],
    ca: certificate.cert,
    breaker: createCircuitBreaker({ clock, rules: { ...BREAKER_RULES, failures: 1_000 } }),
    clock,
    openCredentials: async () => all,
    publicUrl: PUBLIC_URL,
    onFault: () => {},
    ports: new Set([port]),
    timer,
    ...parts,
  });
  return { ...smtp, credentials: all, timeUp: () => due.splice(0).forEach((run) => void run()) };
}
const text = (raw: Buffer) => raw.toString('latin1');

describe('a mail', () => {
  it.each([
    ['starttls', {}],
    ['implicit', { secure: true }],
  ] as const)('leaves over TLS: %s', async (tls, options) => {
    const server = await startMailServer(certificate, options);
    const { carrier } = setUp(server.port, { credentials: { tls } });
    const attachments = [{ filename: 'Übersicht.pdf', contentType: 'application/pdf', content: btoa('%PDF-1.7') }];
    const delivery = await carrier.send(
      mailPermit('smtp', { subject: 'Grüße 👋', html: '<p>On its way.</p>', attachments }),
    );
    expect(delivery).toEqual({ state: 'ok', ref: '<act_01JABC@mail.example.com>' });
    const [mail] = server.taken;
    expect(mail).toMatchObject({ from: FROM, to: ['bob@example.org'], secure: true, user: ACCOUNT.username });
    const read = await parseMail(mail!.raw);
    expect(read.ok && read.value).toMatchObject({
      from: FROM,
      to: ['bob@example.org'],
      subject: 'Grüße 👋',
      messageId: '<act_01JABC@mail.example.com>',
      attachments: [{ filename: 'Übersicht.pdf', contentType: 'application/pdf' }],
    });
    expect(text(mail!.raw)).toContain('Date: Fri, 20 Nov 2026 12:00:00 +0000');
    expect(text(mail!.raw)).not.toMatch(/x-mailer|nodemailer/i);
  });

  test('of marketing offers one click to unsubscribe; another has no such lines', async () => {
    const server = await startMailServer(certificate);
    const { carrier } = setUp(server.port);
    await carrier.send(mailPermit('smtp', { purpose: 'marketing' }, { context: { unsubscribe: 'tok_1' } }));
    await carrier.send(mailPermit('smtp'));
    expect(text(server.taken[0]!.raw)).toMatch(/^List-Unsubscribe: <https:\/\/desk.example\/unsubscribe\/tok_1>\r\n/m);
    expect(text(server.taken[0]!.raw)).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n/m);
    expect(text(server.taken[1]!.raw)).not.toContain('List-Unsubscribe');
  });

  test('keeps a text that looks like the protocol to itself', async () => {
    const server = await startMailServer(certificate);
    const body = 'Hello\n.\nMAIL FROM:<evil@example.net>\n..\n\r\n.\r\nRSET\r\nEnd';
    expect(await setUp(server.port).carrier.send(mailPermit('smtp', { body }))).toMatchObject({ state: 'ok' });
    expect(server.taken).toHaveLength(1);
    const read = await parseMail(server.taken[0]!.raw);
    expect(read.ok && read.value.text.replaceAll('\r\n', '\n').trim()).toBe(body.replaceAll('\r\n', '\n'));
  });

  test('reads no file and fetches nothing for what its texts name', async () => {
    const server = await startMailServer(certificate);
    const html = '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x"><img src="data:image/png;base64,AAAA">';
    await setUp(server.port).carrier.send(mailPermit('smtp', { html, body: '/etc/passwd' }));
    expect(text(server.taken[0]!.raw)).not.toContain('root:');
  });
});

describe('header injection is impossible', () => {
  it.each([
    ['subject', { subject: 'Hello\r\nBcc: evil@example.net' }],
    ['subject with a bare line feed', { subject: 'Hello\nBcc: evil@example.net' }],
    ['subject with NUL', { subject: 'Hello\0' }],
    ['recipient', { to: 'bob@example.org\r\nRCPT TO:<evil@example.net>' }],
    ['recipient in brackets', { to: 'x> RCPT TO:<evil@example.net' }],
    ['two recipients', { to: 'bob@example.org,evil@example.net' }],
    ['file name', { attachments: [{ filename: 'a\r\nX: y', contentType: 'text/plain', content: 'AAAA' }] }],
    ['type', { attachments: [{ filename: 'a', contentType: 'text/plain\r\nX: y', content: 'AAAA' }] }],
  ])('by the %s', async (_says, input) => {
    const server = await startMailServer(certificate);
    expect(await setUp(server.port).carrier.send(mailPermit('smtp', input))).toMatchObject({
      state: 'failed',
      code: 'invalid_input',
    });
    expect(server.most()).toBe(0);
  });

  it.each<Record<string, string>>([
    { from: `${FROM}\r\nBcc: x@example.net` },
    { messageId: 'msg_1>\r\nX: y' },
    { unsubscribe: 'tok>\r\nX: y' },
  ])('by the context %j', async (context) => {
    const server = await startMailServer(certificate);
    expect(await setUp(server.port).carrier.send(mailPermit('smtp', {}, { context }))).toMatchObject({
      state: 'failed',
    });
    expect(server.most()).toBe(0);
  });
});

/** Where a server says no or breaks off, and what is known afterwards. */
const OUTCOMES: readonly (readonly [
  says: string,
  script: Readonly<Record<string, Reply>>,
  state: string,
  code: string,
  vendorCode?: string,
])[] = [
  ['drops at once', { greeting: 'drop' }, 'failed', 'provider_unavailable'],
  ['is no mail server', { greeting: 'HTTP/1.1 400 Bad Request' }, 'failed', 'provider_unavailable'],
  ['has no service', { greeting: '554 5.3.2 go away' }, 'failed', 'provider_rejected', '554 5.3.2'],
  ['is busy', { greeting: '421 4.3.2 later' }, 'failed', 'provider_unavailable', '421 4.3.2'],
  ['drops at EHLO', { EHLO: 'drop' }, 'failed', 'provider_unavailable'],
  [
    'offers no STARTTLS',
    { EHLO: '250-mail.test\r\n250 AUTH PLAIN', STARTTLS: '502 5.5.1 what?' },
    'failed',
    'provider_rejected',
  ],
  ['takes no EHLO', { EHLO: '500 what?' }, 'failed', 'provider_rejected', '500'],
  ['refuses STARTTLS for now', { STARTTLS: '454 4.7.0 later' }, 'failed', 'provider_rejected'],
  ['drops within the handshake', { STARTTLS: 'half:220 go\r\n' }, 'failed', 'provider_unavailable'],
  ['refuses the log-in', { AUTH: '535 5.7.8 no' }, 'failed', 'provider_rejected', '535 5.7.8'],
  ['can not check the log-in now', { AUTH: '454 4.7.0 later' }, 'failed', 'provider_unavailable', '454 4.7.0'],
  ['drops at the log-in', { AUTH: 'drop' }, 'failed', 'provider_unavailable'],
  ['refuses the sender', { MAIL: '553 5.7.1 not yours' }, 'failed', 'provider_rejected', '553 5.7.1'],
  [
    'refuses the recipient',
    { RCPT: '550 5.1.1 no such user bob@example.org' },
    'failed',
    'provider_rejected',
    '550 5.1.1',
  ],
  ['has the recipient wait', { RCPT: '450 4.2.0 greylisted' }, 'failed', 'provider_unavailable', '450 4.2.0'],
  ['drops at the recipient', { RCPT: 'drop' }, 'failed', 'provider_unavailable'],
  ['refuses the text beforehand', { DATA: '552 5.3.4 too large' }, 'failed', 'provider_rejected', '552 5.3.4'],
  ['can not take the text now', { DATA: '451 4.3.0 later' }, 'failed', 'provider_unavailable', '451 4.3.0'],
  ['drops at DATA', { DATA: 'drop' }, 'failed', 'provider_unavailable'],
  ['drops within the text', { text: 'drop' }, 'unknown', 'outcome_unknown'],
  ['drops after the text', { '.': 'drop' }, 'unknown', 'outcome_unknown'],
  ['drops within its last answer', { '.': 'half:250' }, 'unknown', 'outcome_unknown'],
  ['says something unreadable at the end', { '.': 'maybe' }, 'unknown', 'outcome_unknown'],
  ['refuses the message', { '.': '554 5.7.1 spam' }, 'failed', 'provider_rejected', '554 5.7.1'],
  ['can not keep the message now', { '.': '452 4.3.1 disk full' }, 'failed', 'provider_unavailable', '452 4.3.1'],
  ['closes instead of answering', { '.': '421 4.3.2 closing' }, 'failed', 'provider_unavailable', '421 4.3.2'],
  ['takes the message and then drops', { '.': '250 2.0.0 queued', QUIT: 'drop' }, 'ok', ''],
];

describe('outcomes: a server that', () => {
  const rows = OUTCOMES.map(([says, script, state, code, vendorCode]) => ({ says, script, state, code, vendorCode }));
  it.each(rows)('$says', async ({ script, state, code, vendorCode }) => {
    const server = await startScriptedServer(certificate, script);
    const delivery = await setUp(server.port).carrier.send(mailPermit('smtp'));
    expect(delivery.state).toBe(state);
    expect(delivery.state === 'ok' ? '' : delivery.code).toBe(code);
    expect(delivery.state === 'ok' ? undefined : delivery.vendorCode).toBe(vendorCode);
    expect(JSON.stringify(delivery)).not.toMatch(/bob@|horse|desk@/);
    // whatever happened, nobody was asked a second time
    expect(server.seen.filter((line) => line === '.').length).toBeLessThan(2);
    expect(server.seen.filter((line) => line.startsWith('MAIL')).length).toBeLessThan(2);
  });

  const silent: readonly (readonly [Record<string, Reply>, string, string])[] = [
    [{ greeting: 'hang' }, 'connect', 'failed'],
    [{ AUTH: 'hang' }, 'AUTH', 'failed'],
    [{ DATA: 'hang' }, 'DATA', 'failed'],
    [{ '.': 'hang' }, '.', 'unknown'],
  ];
  it.each(silent)('says nothing: %j', async (script, last, state) => {
    for (const end of ['deadline', 'lease'] as const) {
      const server = await startScriptedServer(certificate, script);
      const lease = new AbortController();
      const { carrier, timeUp } = setUp(server.port);
      const sending = carrier.send(mailPermit('smtp', {}, { signal: lease.signal }));
      const reached = () =>
        last === 'connect' ? server.connections() > 0 : server.seen.some((line) => line.startsWith(last));
      await expect.poll(reached, { timeout: 20_000 }).toBe(true);
      if (end === 'deadline') timeUp();
      else lease.abort();
      expect((await sending).state).toBe(state);
    }
  });

  it('is not there', async () => {
    const server = await startScriptedServer(certificate, {});
    const { carrier } = setUp(server.port, { addressesOf: async () => ['127.0.0.2'] });
    expect(await carrier.send(mailPermit('smtp'))).toMatchObject({ state: 'failed', code: 'provider_unavailable' });
  });

  it('takes less than the mail is long', async () => {
    const server = await startMailServer(certificate, { size: 100 });
    expect(await setUp(server.port).carrier.send(mailPermit('smtp'))).toMatchObject({
      state: 'failed',
      code: 'provider_rejected',
    });
    expect(server.taken).toEqual([]);
  });

  it('refuses within the real one', async () => {
    for (const says of [
      { mail: smtpFault(550, '5.7.1 no') },
      { rcpt: smtpFault(550, '5.1.1 no') },
      { data: smtpFault(554, '5.7.1 no') },
    ]) {
      const server = await startMailServer(certificate, { says });
      expect(await setUp(server.port).carrier.send(mailPermit('smtp'))).toMatchObject({
        state: 'failed',
        code: 'provider_rejected',
      });
    }
  });
});

describe('encryption', () => {
  const refused = async (server: { port: number; seen: string[] }, change: Parameters<typeof setUp>[1]) => {
    const delivery = await setUp(server.port, change).carrier.send(mailPermit('smtp'));
    expect(delivery).toMatchObject({ state: 'failed', code: 'provider_rejected' });
    // not a word of the credentials
    expect(server.seen.filter((line) => line.startsWith('AUTH'))).toEqual([]);
  };

  test('a certificate that nobody vouches for', async () => {
    const other = makeCertificate(MAIL_HOST);
    await refused(await startScriptedServer(other, {}), {});
  });
  test('a certificate for another name', async () => {
    const other = makeCertificate('other.test');
    await refused(await startScriptedServer(other, {}), { ca: other.cert });
  });
  test('a server that strips STARTTLS from its offers', async () => {
    await refused(
      await startScriptedServer(certificate, { EHLO: '250-mail.test\r\n250 AUTH PLAIN', STARTTLS: '502 no' }),
      {},
    );
  });
  test('TLS from the start with a server that speaks plainly', async () => {
    await refused(await startScriptedServer(certificate, {}), { credentials: { tls: 'implicit' } });
  });
  test('none is for an address of this machine alone, whatever the name', async () => {
    const plain = await startScriptedServer(certificate, {});
    expect(
      await setUp(plain.port, { credentials: { tls: 'none', host: 'localhost' } }).carrier.send(mailPermit('smtp')),
    ).toMatchObject({ state: 'ok' });
    // 127.0.0.1 mapped into IPv6 connects to this machine, and is not taken for it
    const mapped = await startScriptedServer(certificate, {});
    await refused(mapped, {
      credentials: { tls: 'none', host: 'localhost' },
      addressesOf: async () => ['::ffff:127.0.0.1'],
    });
  });
  test('what is said in plain text after STARTTLS is forgotten', async () => {
    const injected =
      'tls:250-mail.test\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 fine\r\n250 fine\r\n354 go on\r\n250 queued\r\n';
    const server = await startScriptedServer(certificate, { STARTTLS: injected });
    expect(await setUp(server.port).carrier.send(mailPermit('smtp'))).toMatchObject({ state: 'ok' });
    expect(server.seen.map((line) => line.split(' ')[0]).slice(0, 8)).toEqual([
      'EHLO',
      'STARTTLS',
      'EHLO',
      'AUTH',
      'MAIL',
      'RCPT',
      'DATA',
      '.',
    ]);
  });
  test('a server that offers no log-in gets no message', async () => {
    const server = await startMailServer(certificate, { disabledCommands: ['AUTH'], authOptional: true });
    expect(await setUp(server.port).carrier.send(mailPermit('smtp'))).toMatchObject({ state: 'failed' });
    expect(server.taken).toEqual([]);
  });
});

describe('where a name leads', () => {
  it.each([
    ['nowhere allowed', async () => [], 'provider_rejected'],
    ['to what is no address', async () => ['mail.test'], 'provider_rejected'],
    ['nowhere', async () => Promise.reject(new Error('ENOTFOUND')), 'provider_unavailable'],
  ] as const)('%s', async (_says, addressesOf, code) => {
    const server = await startMailServer(certificate);
    expect(await setUp(server.port, { addressesOf }).carrier.send(mailPermit('smtp'))).toMatchObject({
      state: 'failed',
      code,
    });
    expect(server.most()).toBe(0);
  });

  it('is asked once, and what was answered is connected to', async () => {
    const server = await startMailServer(certificate);
    let asked = 0;
    const addressesOf = async () => (++asked === 1 ? ['127.0.0.1'] : ['192.0.2.1']);
    expect(await setUp(server.port, { addressesOf }).carrier.send(mailPermit('smtp'))).toMatchObject({ state: 'ok' });
    expect(asked).toBe(1);
  });
});

describe('many at once', () => {
  it('take at most four sessions of one account, and all arrive', async () => {
    const server = await startMailServer(certificate);
    const { carrier } = setUp(server.port);
    const ids = Array.from({ length: 20 }, (_, i) => `act_${i}` as const);
    const deliveries = await Promise.all(ids.map((id) => carrier.send(mailPermit('smtp', {}, { id }))));
    expect(deliveries.map(({ state }) => state)).toEqual(ids.map(() => 'ok'));
    expect(server.taken).toHaveLength(20);
    expect(server.most()).toBeLessThanOrEqual(4);
  });

  it('more than can wait are turned away, and who waits too long leaves the line', async () => {
    const server = await startScriptedServer(certificate, { greeting: 'hang' });
    const { carrier, timeUp } = setUp(server.port);
    const sending = Array.from({ length: 110 }, (_, i) => carrier.send(mailPermit('smtp', {}, { id: `act_${i}` })));
    let ended = 0;
    for (const one of sending) one.then(() => ended++);
    expect(await Promise.any(sending)).toMatchObject({ state: 'failed', code: 'provider_unavailable' });
    await expect.poll(server.connections, { timeout: 20_000 }).toBe(4);
    const done = () => {
      timeUp();
      return ended;
    };
    await expect.poll(done, { timeout: 20_000 }).toBe(110);
    expect((await Promise.all(sending)).every(({ state }) => state === 'failed')).toBe(true);
    expect(server.connections()).toBe(4);
  });
});

test('a server that is down is left alone for a while, and asked again', async () => {
  let now = NOW;
  const clock = { now: () => now };
  const breaker = createCircuitBreaker({ clock });
  const server = await startScriptedServer(certificate, { greeting: 'drop' });
  const { carrier } = setUp(server.port, { clock, breaker });
  for (let i = 0; i < BREAKER_RULES.failures; i++) await carrier.send(mailPermit('smtp'));
  const resting = await carrier.send(mailPermit('smtp'));
  expect(resting.state === 'ok' ? '' : resting.say).toContain('not asked for a moment');
  now += BREAKER_RULES.openMs;
  const asked = await carrier.send(mailPermit('smtp'));
  expect(asked.state === 'ok' ? '' : asked.say).toContain('broke off');
});

describe('credentials', () => {
  it('are good when the server takes them; no mail leaves', async () => {
    const server = await startMailServer(certificate);
    const { account, credentials } = setUp(server.port);
    expect(await account.verify(credentials, signal)).toEqual({
      state: 'ok',
      value: { account: `desk@mail.example.com at mail.test:${server.port}` },
    });
    expect(server.taken).toEqual([]);
  });

  it('that are wrong are refused', async () => {
    const server = await startMailServer(certificate);
    const { account, credentials } = setUp(server.port);
    const answer = await account.verify({ ...credentials, password: 'wrong' }, signal);
    expect(answer).toMatchObject({ state: 'failed', code: 'provider_rejected' });
    expect(JSON.stringify(answer)).not.toMatch(/wrong|desk@/);
  });

  it.each([
    ['host', ''],
    ['host', 'mail.test:25'],
    ['host', 'mail.test/x'],
    ['host', 'user@mail.test'],
    ['host', 'mail.test\r\nEHLO'],
    ['port', '80'],
    ['port', '0'],
    ['port', '587x'],
    ['port', '99999'],
    ['username', ''],
    ['username', 'a\0b'],
    ['username', 'a\r\nb'],
    ['password', ''],
    ['password', 'a\nb'],
    ['tls', 'maybe'],
    ['tls', 'NONE'],
  ])('with %s %j are not even tried', async (name, value) => {
    const server = await startMailServer(certificate);
    const { account, carrier, credentials } = setUp(server.port, { credentials: { [name]: value } });
    expect(await account.verify(credentials, signal)).toMatchObject({ state: 'failed', code: 'invalid_input' });
    expect(await carrier.send(mailPermit('smtp'))).toMatchObject({ state: 'failed', code: 'provider_not_configured' });
    expect(server.most()).toBe(0);
  });

  it('that are missing or can not be opened: nothing is sent', async () => {
    for (const openCredentials of [async () => null, async () => Promise.reject(new Error('sealed'))])
      expect(await setUp(1, { openCredentials }).carrier.send(mailPermit('smtp'))).toMatchObject({
        state: 'failed',
        code: 'provider_not_configured',
      });
  });
});

describe('a sender', () => {
  it('is bound by its address, and a person hears what SMTP can not do', async () => {
    const { account, credentials } = setUp(25);
    const hooks = { inbound: 'https://desk.example/x', status: '' };
    const bound = await account.bindSender(
      credentials,
      { channel: 'email', address: 'Desk@Mail.Example.com', hooks },
      signal,
    );
    expect(bound).toMatchObject({ state: 'ok', value: { ref: FROM, secret: '' } });
    const todo = bound.state === 'ok' ? bound.value.todo.join('\n') : '';
    for (const word of ['SPF', 'DKIM', 'DMARC', '_dmarc.mail.example.com', 'do not come in by SMTP'])
      expect(todo).toContain(word);
    for (const [channel, address] of [
      ['email', 'desk'],
      ['sms', FROM],
      ['email', `${FROM}\r\n`],
    ] as const)
      expect(await account.bindSender(credentials, { channel, address, hooks }, signal)).toMatchObject({
        state: 'failed',
        code: 'invalid_input',
      });
    expect(await account.unbindSender(credentials, { channel: 'email', address: FROM, ref: FROM }, signal)).toEqual({
      state: 'ok',
      value: null,
    });
  });
});
