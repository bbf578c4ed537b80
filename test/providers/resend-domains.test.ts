/** The DNS records of a mail domain at Resend: made once, found again, and nothing passed on that is no record. */
import { describe, expect, it } from 'vitest';
import { credentials, setUp, signal } from './resend-fixture.ts';

const DOMAIN = 'mail.acme.example';

describe('a mail domain', () => {
  it('is made at Resend, and its records are told', async () => {
    const { double, resend } = await setUp();
    const made = await resend.account.mailDomain!(credentials, DOMAIN, signal);
    expect(made).toEqual({
      state: 'ok',
      value: {
        status: 'not_started',
        records: [
          { type: 'MX', name: 'send', value: 'feedback-smtp.mail.example', priority: 10, ttl: 'Auto', purpose: 'SPF' },
          {
            ...{ type: 'TXT', name: 'send', value: 'v=spf1 include:mail.example ~all' },
            ...{ priority: null, ttl: 'Auto', purpose: 'SPF' },
          },
          {
            ...{ type: 'TXT', name: 'resend._domainkey', value: 'p=MIGfMA0GCSqGSIb3' },
            ...{ priority: null, ttl: 'Auto', purpose: 'DKIM' },
          },
        ],
      },
    });
    expect(double.domains.map(({ name }) => name)).toEqual([DOMAIN]);
  });

  it('that is there is found, however often it is asked for', async () => {
    const { double, resend } = await setUp();
    for (let i = 0; i < 120; i++) double.addDomain(`d${i}.example`);
    double.addDomain(DOMAIN);
    for (let i = 0; i < 2; i++)
      expect(await resend.account.mailDomain!(credentials, DOMAIN, signal)).toMatchObject({
        value: { status: 'verified' },
      });
    expect(double.domains).toHaveLength(121);
    expect(double.recorded.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it.each([
    ['an answer without records', { id: 'x', status: 'not_started', records: [] }],
    ['an answer of another shape', { data: 'x' }],
    ['a status that is no word', { status: '<b>x</b>', records: [{ type: 'TXT', name: 'a', value: 'b' }] }],
    [
      'records that no zone could hold',
      {
        status: 'not_started',
        records: [
          { type: 'TXT', name: 'a b', value: 'x' },
          { type: 'TXT', name: 'a', value: 'x\ny' },
          { type: 'NS', name: 'a', value: 'x' },
        ],
      },
    ],
  ])('is not taken from %s', async (_, body) => {
    const { double, resend } = await setUp();
    double.failNext({ is: 'answer', body: { object: 'list', data: [] } }, { is: 'answer', body });
    expect(await resend.account.mailDomain!(credentials, DOMAIN, signal)).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
  });

  it('that may have been made is told so, and found the next time', async () => {
    const { double, resend } = await setUp();
    double.failNext({ is: 'answer', body: { object: 'list', data: [] } }, { is: 'reset', took: true });
    expect(await resend.account.mailDomain!(credentials, DOMAIN, signal)).toMatchObject({ state: 'unknown' });
    expect(await resend.account.mailDomain!(credentials, DOMAIN, signal)).toMatchObject({ state: 'ok' });
    expect(double.domains).toHaveLength(1);
  });

  it('is not asked for with a key that is none, and a refusal is told in our words', async () => {
    const { double, resend } = await setUp();
    expect(await resend.account.mailDomain!({ apiKey: 'x' }, DOMAIN, signal)).toMatchObject({ code: 'invalid_input' });
    expect(double.recorded).toEqual([]);
    const refused = await resend.account.mailDomain!({ apiKey: 're_another_0123456789' }, DOMAIN, signal);
    expect(refused).toMatchObject({ state: 'failed', code: 'provider_rejected' });
    expect(JSON.stringify(refused)).not.toContain('re_another');
  });
});

describe('the health of an account', () => {
  it('is up for one that was never asked, and for a key that is none', async () => {
    const { resend } = await setUp();
    for (const apiKey of [credentials.apiKey, 'x', '']) expect(resend.account.health({ apiKey })).toBe('up');
  });
});
