import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../kernel/time.ts';
import { CONSENT_TYPES, type ConsentType } from '../facts.ts';
import { type ConsentQuestion, consentFor } from './consent.ts';

const NOW = Date.UTC(2026, 10, 20);
const ask = (question: Partial<ConsentQuestion>) =>
  consentFor({
    purpose: 'transactional',
    channel: 'sms',
    country: 'US',
    consents: [],
    lastInboundAt: null,
    now: NOW,
    ...question,
  });
const given = (...types: ConsentType[]) => types.map((type) => ({ type, at: NOW - DAY_MS }));

describe('marketing', () => {
  it.each(['US', 'PR', 'GU', null])('in %s needs consent in writing', (country) => {
    for (const type of CONSENT_TYPES) {
      expect(ask({ purpose: 'marketing', country, consents: given(type) }).ok, type).toBe(type === 'express_written');
    }
  });

  it('elsewhere needs express consent', () => {
    for (const type of CONSENT_TYPES) {
      expect(ask({ purpose: 'marketing', country: 'DE', consents: given(type) }).ok, type).toBe(
        ['express', 'express_written'].includes(type),
      );
    }
  });

  it('is not invited by an inbound message', () => {
    expect(ask({ purpose: 'marketing', lastInboundAt: NOW }).ok).toBe(false);
  });

  it('says which consent is missing and by what rule', () => {
    expect(ask({ purpose: 'marketing', consents: given('express') })).toMatchObject({
      ok: false,
      say: expect.stringContaining('express written'),
      source: expect.stringContaining('64.1200'),
    });
  });
});

describe('transactional', () => {
  it.each(CONSENT_TYPES)('goes by %s consent', (type) => {
    expect(ask({ consents: given(type) })).toMatchObject({ ok: true, by: type });
  });

  it('is refused without any, an inbound message or not', () => {
    expect(ask({ lastInboundAt: NOW }).ok).toBe(false);
  });
});

describe('conversational', () => {
  it.each(['sms', 'voice', 'email'] as const)('on %s goes for 30 days after the contact wrote', (channel) => {
    const talk = (lastInboundAt: number) => ask({ purpose: 'conversational', channel, lastInboundAt });
    expect(talk(NOW)).toMatchObject({ ok: true, by: 'inbound' });
    expect(talk(NOW - 30 * DAY_MS + 1).ok).toBe(true);
    expect(talk(NOW - 30 * DAY_MS).ok).toBe(false);
  });

  it('on WhatsApp for 24 hours', () => {
    const talk = (lastInboundAt: number) => ask({ purpose: 'conversational', channel: 'whatsapp', lastInboundAt });
    expect(talk(NOW - 24 * HOUR_MS + 1).ok).toBe(true);
    expect(talk(NOW - 24 * HOUR_MS).ok).toBe(false);
  });

  it('goes by any consent too, and without either is refused', () => {
    expect(ask({ purpose: 'conversational', consents: given('transactional') })).toMatchObject({
      ok: true,
      by: 'transactional',
    });
    expect(ask({ purpose: 'conversational' }).ok).toBe(false);
  });
});

it('implied consent ends after 30 days, the others do not', () => {
  for (const type of CONSENT_TYPES) {
    const old = ask({ consents: [{ type, at: NOW - 30 * DAY_MS }] });
    expect(old.ok, type).toBe(type !== 'implied');
  }
  expect(ask({ consents: [{ type: 'implied', at: NOW - 30 * DAY_MS + 1 }] })).toMatchObject({
    ok: true,
    by: 'implied',
  });
});

it('names the strongest consent it rests on', () => {
  expect(ask({ consents: given('implied', 'express', 'express_written') })).toMatchObject({
    ok: true,
    by: 'express_written',
  });
});
