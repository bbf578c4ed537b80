import { describe, expect, it, test } from 'vitest';
import { API_KEY, type Failure } from '../doubles/resend.ts';
import { FROM, mailPermit } from './mail-permit.ts';
import { setUp } from './resend-fixture.ts';

describe('a mail', () => {
  test('leaves under the id of its action, with its tags', async () => {
    const { double, resend } = await setUp();
    const delivery = await resend.carrier.send(mailPermit('resend', { html: '<p>It is on its way.</p>' }));
    expect(double.sent).toHaveLength(1);
    expect(delivery).toEqual({ state: 'ok', ref: double.sent[0]!.id });
    expect(double.sent[0]).toMatchObject({
      key: 'act_01JABC',
      body: {
        from: FROM,
        to: ['bob@example.org'],
        subject: 'Your order',
        text: 'It is on its way.',
        html: '<p>It is on its way.</p>',
        tags: [
          { name: 'message', value: 'msg_1' },
          { name: 'agent', value: 'agt_1' },
        ],
      },
    });
  });

  test('of the server itself, an alert, bears no agent', async () => {
    const { resend, double } = await setUp();
    const context = { mode: 'platform', messageId: 'alr_1', callback: '' };
    const sent = await resend.carrier.send(mailPermit('resend', {}, { agent: null, context }));
    expect(sent).toMatchObject({ state: 'ok' });
    expect(JSON.stringify(double.recorded)).not.toContain('agent');
    const without = await resend.carrier.send(mailPermit('resend', {}, { agent: null }));
    expect(without).toMatchObject({ state: 'failed', code: 'provider_not_configured' });
  });

  test('that is repeated is one mail, with one reference', async () => {
    const { double, resend } = await setUp();
    const first = await resend.carrier.send(mailPermit('resend'));
    expect(await resend.carrier.send(mailPermit('resend', {}, { attempt: 2 }))).toEqual(first);
    await Promise.all(Array.from({ length: 5 }, () => resend.carrier.send(mailPermit('resend', {}, { attempt: 3 }))));
    expect(double.sent).toHaveLength(1);
  });

  test('brings its attachments', async () => {
    const { double, resend } = await setUp();
    const attachments = [{ filename: 'a.pdf', contentType: 'application/pdf', content: btoa('%PDF-1.7') }];
    await resend.carrier.send(mailPermit('resend', { attachments }));
    expect(double.sent[0]!.body['attachments']).toEqual([
      { filename: 'a.pdf', content_type: 'application/pdf', content: btoa('%PDF-1.7') },
    ]);
  });

  test('of marketing offers one click to unsubscribe', async () => {
    const { double, resend } = await setUp();
    await resend.carrier.send(mailPermit('resend', { purpose: 'marketing' }, { context: { unsubscribe: 'tok_1' } }));
    expect(double.sent[0]!.body['headers']).toEqual({
      'List-Unsubscribe': '<https://desk.example/unsubscribe/tok_1>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });
});

/** What the vendor does, and what is known afterwards. The last column: how many mails there are. */
const OUTCOMES: readonly (readonly [
  says: string,
  failures: readonly Failure[],
  state: string,
  code: string,
  sent: number,
])[] = [
  ['400', [{ is: 'status', status: 400, name: 'validation_error' }], 'failed', 'provider_rejected', 0],
  ['401', [{ is: 'status', status: 401, name: 'restricted_api_key' }], 'failed', 'provider_rejected', 0],
  ['403', [{ is: 'status', status: 403, name: 'invalid_api_key' }], 'failed', 'provider_rejected', 0],
  ['404', [{ is: 'status', status: 404, name: 'not_found' }], 'failed', 'provider_rejected', 0],
  ['408', [{ is: 'status', status: 408 }], 'unknown', 'outcome_unknown', 0],
  [
    '409 at work',
    [{ is: 'status', status: 409, name: 'concurrent_idempotent_requests' }],
    'unknown',
    'outcome_unknown',
    0,
  ],
  [
    '409 another mail',
    [{ is: 'status', status: 409, name: 'invalid_idempotent_request' }],
    'failed',
    'provider_rejected',
    0,
  ],
  ['409 of no name', [{ is: 'status', status: 409, name: 'x' }], 'unknown', 'outcome_unknown', 0],
  ['413', [{ is: 'status', status: 413 }], 'failed', 'provider_rejected', 0],
  ['422', [{ is: 'status', status: 422, name: 'invalid_attachment' }], 'failed', 'provider_rejected', 0],
  ['451', [{ is: 'status', status: 451, name: 'security_error' }], 'failed', 'provider_rejected', 0],
  ['a redirect', [{ is: 'status', status: 302 }], 'unknown', 'outcome_unknown', 0],
  [
    '429 for long',
    [{ is: 'status', status: 429, name: 'daily_quota_exceeded', retryAfter: '3600' }],
    'failed',
    'provider_unavailable',
    0,
  ],
  [
    '429, 429, 429',
    Array.from({ length: 3 }, () => ({ is: 'status', status: 429, name: 'rate_limit_exceeded' }) as const),
    'failed',
    'provider_unavailable',
    0,
  ],
  ['429 and then room', [{ is: 'status', status: 429, name: 'rate_limit_exceeded' }], 'ok', '', 1],
  [
    '500, 500, 500',
    Array.from({ length: 3 }, () => ({ is: 'status', status: 500 }) as const),
    'unknown',
    'outcome_unknown',
    0,
  ],
  ['503 and then well', [{ is: 'status', status: 503 }], 'ok', '', 1],
  [
    '500, then 429 twice',
    [
      { is: 'status', status: 500 },
      { is: 'status', status: 429 },
      { is: 'status', status: 429 },
    ],
    'unknown',
    'outcome_unknown',
    0,
  ],
  ['a reset after it was taken', [{ is: 'reset', took: true }], 'ok', '', 1],
  [
    'resets, each after it was taken',
    Array.from({ length: 3 }, () => ({ is: 'reset', took: true }) as const),
    'unknown',
    'outcome_unknown',
    1,
  ],
  ['half an answer', [{ is: 'half_answer', took: true }], 'ok', '', 1],
  [
    'half an answer three times',
    Array.from({ length: 3 }, () => ({ is: 'half_answer', took: true }) as const),
    'unknown',
    'outcome_unknown',
    1,
  ],
  ['an answer that is no JSON', [{ is: 'not_json', took: true }], 'unknown', 'outcome_unknown', 1],
  ['an answer that names no mail', [{ is: 'no_id', took: true }], 'unknown', 'outcome_unknown', 1],
  ['an answer without end', [{ is: 'huge', took: true }], 'unknown', 'outcome_unknown', 1],
  ['a slow answer', [{ is: 'slow', ms: 50 }], 'ok', '', 1],
];

describe('outcomes', () => {
  it.each(OUTCOMES)('%s', async (_says, failures, state, code, sent) => {
    const { double, resend } = await setUp();
    double.failNext(...failures);
    const delivery = await resend.carrier.send(mailPermit('resend'));
    expect(delivery.state).toBe(state);
    expect(delivery.state === 'ok' ? '' : delivery.code).toBe(code);
    expect(double.sent).toHaveLength(sent);
    expect(JSON.stringify(delivery)).not.toMatch(/bob@|re_double/);
  });

  it('tells the name of an error as the vendor has it', async () => {
    const { double, resend } = await setUp();
    double.failNext({ is: 'status', status: 422, name: 'invalid_from_address' });
    expect(await resend.carrier.send(mailPermit('resend'))).toMatchObject({ vendorCode: 'invalid_from_address' });
    double.failNext({ is: 'status', status: 422, name: 'Bob said\nno' });
    expect(await resend.carrier.send(mailPermit('resend'))).not.toHaveProperty('vendorCode');
  });

  it('a vendor that hangs: unknown when time is up, and when the lease is over', async () => {
    for (const end of ['deadline', 'lease'] as const) {
      const { double, resend, timeUp } = await setUp();
      const lease = new AbortController();
      double.failNext({ is: 'hang', took: true });
      const sending = resend.carrier.send(mailPermit('resend', {}, { signal: lease.signal }));
      await expect.poll(() => double.sent.length, { timeout: 20_000 }).toBe(1);
      if (end === 'deadline') timeUp();
      else lease.abort();
      expect(await sending).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
    }
  });

  it('a lease that was over before: certainly nothing', async () => {
    const { double, resend } = await setUp();
    expect(await resend.carrier.send(mailPermit('resend', {}, { signal: AbortSignal.abort() }))).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
    expect(double.sent).toEqual([]);
  });

  it('nobody there: certainly nothing', async () => {
    const { double, resend } = await setUp();
    await double.close();
    expect(await resend.carrier.send(mailPermit('resend'))).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
  });

  it('a repeated attempt that is refused says nothing of the first: it may have gone through', async () => {
    const { double, resend } = await setUp();
    for (const failure of [
      { is: 'status', status: 403, name: 'invalid_api_key' },
      { is: 'status', status: 409, name: 'invalid_idempotent_request' },
      { is: 'status', status: 429, retryAfter: '3600' },
    ] as const) {
      double.failNext(failure);
      expect(await resend.carrier.send(mailPermit('resend', {}, { attempt: 2 }))).toMatchObject({
        state: 'unknown',
        code: 'outcome_unknown',
      });
    }
    await double.close();
    expect(await resend.carrier.send(mailPermit('resend', {}, { attempt: 2 }))).toMatchObject({ state: 'unknown' });
  });
});

describe('is not sent at all', () => {
  const CONTEXTS: readonly (readonly [string, Record<string, string>])[] = [
    ['in sandbox', { mode: 'sandbox' }],
    ['in no known mode', { mode: '' }],
    ['for another vendor', { provider: 'smtp' }],
    ['without credentials named', { credentialOrg: '' }],
    ['without a message', { messageId: '' }],
    ['under an id that would break a tag', { messageId: 'msg_1 x' }],
    ['from nobody', { from: '' }],
    ['from a display name', { from: `Boss <${FROM}>` }],
    ['from two', { from: `${FROM}, evil@example.net` }],
    ['from a line break', { from: `${FROM}\r\nBcc: evil@example.net` }],
  ];
  it.each(CONTEXTS)('%s', async (_says, context) => {
    const { double, resend } = await setUp();
    expect(await resend.carrier.send(mailPermit('resend', {}, { context }))).toMatchObject({
      state: 'failed',
      code: 'provider_not_configured',
    });
    expect(double.recorded).toEqual([]);
  });

  it.each([
    ['no subject', { subject: undefined }],
    ['an empty subject', { subject: ' ' }],
    ['a subject with a header in it', { subject: 'Hello\r\nBcc: evil@example.net' }],
    ['a subject with NUL', { subject: 'Hello\0' }],
    ['a recipient that is two', { to: 'bob@example.org, eve@example.org' }],
    ['a recipient with a name', { to: 'Bob <bob@example.org>' }],
    ['a number', { to: '+14155550100' }],
    ['a program', { attachments: [{ filename: 'a.exe', contentType: 'application/pdf', content: 'AAAA' }] }],
    ['a path', { attachments: [{ filename: '../a', contentType: 'text/plain', content: 'AAAA' }] }],
    ['what is no base64', { attachments: [{ filename: 'a', contentType: 'text/plain', content: 'A===' }] }],
  ])('with %s', async (_says, input) => {
    const { double, resend } = await setUp();
    expect(await resend.carrier.send(mailPermit('resend', input))).toMatchObject({
      state: 'failed',
      code: 'invalid_input',
    });
    expect(double.recorded).toEqual([]);
  });

  test('by SMS', async () => {
    const { resend } = await setUp();
    expect(await resend.carrier.send(mailPermit('resend', { channel: 'sms' }))).toMatchObject({ state: 'failed' });
  });

  test('marketing without a way out: no token, or no https to reach it by', async () => {
    const { double, resend } = await setUp();
    expect(await resend.carrier.send(mailPermit('resend', { purpose: 'marketing' }))).toMatchObject({
      state: 'failed',
    });
    expect(await resend.carrier.send(mailPermit('resend', { unsubscribe: true }))).toMatchObject({ state: 'failed' });
    const plain = await setUp({ publicUrl: 'http://localhost:3000' });
    const permit = () => mailPermit('resend', { purpose: 'marketing' }, { context: { unsubscribe: 'tok_1' } });
    expect(await plain.resend.carrier.send(permit())).toMatchObject({
      state: 'failed',
      code: 'provider_not_configured',
    });
    expect([...double.sent, ...plain.double.sent]).toEqual([]);
  });

  test('when the credentials are missing, spoilt, or can not be opened', async () => {
    for (const openCredentials of [
      async () => null,
      async () => ({ apiKey: '' }),
      async () => ({ apiKey: `${API_KEY}\r\nx-evil: 1` }),
      async () => Promise.reject(new Error('sealed under a key that is gone')),
    ]) {
      const { double, resend, faults } = await setUp({ openCredentials });
      expect(await resend.carrier.send(mailPermit('resend'))).toMatchObject({
        state: 'failed',
        code: 'provider_not_configured',
      });
      expect(double.recorded).toEqual([]);
      expect(faults.length).toBeLessThan(2);
    }
  });
});

test("credentials are opened for the organisation that the permit names, and go into no other's request", async () => {
  const asked: string[] = [];
  const { resend } = await setUp({
    async openCredentials(org, provider) {
      asked.push(`${org} ${provider}`);
      return { apiKey: API_KEY };
    },
  });
  await resend.carrier.send(mailPermit('resend', {}, { context: { credentialOrg: 'org_platform' } }));
  expect(asked).toEqual(['org_platform resend']);
});
