import { describe, expect, it } from 'vitest';
import type { Channel } from '../../tenancy/agent.ts';
import { contactCaps } from './contact-caps.ts';
import { type Evidence, placesOf } from './place.ts';

const caps = (phone: string, channel: Channel, ai = false, evidence: Evidence = {}) =>
  contactCaps({ channel, purpose: 'marketing', place: placesOf(phone, evidence), ai }).map(
    ({ name, limit }) => `${limit} ${name}`,
  );

describe('caps by law', () => {
  it('are for marketing alone', () => {
    const place = placesOf('+13055550100');
    for (const purpose of ['transactional', 'conversational'] as const) {
      expect(contactCaps({ channel: 'voice', purpose, place, ai: true })).toEqual([]);
    }
  });

  it('hold three calls a day in Florida, Maryland and Oklahoma, and none for texts', () => {
    for (const [phone, state] of [
      ['+13055550100', 'FL'],
      ['+14105550100', 'MD'],
      ['+14055550100', 'OK'],
    ] as const) {
      expect(caps(phone, 'voice')).toEqual([`3 us-state:${state}:24h`]);
      expect(caps(phone, 'sms')).toEqual([]);
    }
  });

  it('count texts and calls together in Oregon', () => {
    for (const channel of ['voice', 'sms', 'whatsapp'] as const)
      expect(caps('+15035550100', channel)).toEqual(['3 us-state:OR:24h']);
    const [cap] = contactCaps({ channel: 'sms', purpose: 'marketing', place: placesOf('+15035550100'), ai: false });
    expect(cap).toMatchObject({
      channels: ['voice', 'sms', 'whatsapp'],
      windowMs: 86_400_000,
      source: 'Or. HB 3865 (2025)',
    });
  });

  it('hold one call by an artificial voice in eight hours in Maine', () => {
    expect(caps('+12075550100', 'voice', true)).toEqual(['1 us-state:ME:automated:8h']);
    expect(caps('+12075550100', 'voice')).toEqual([]);
    expect(caps('+12075550100', 'sms', true)).toEqual([]);
  });

  it('are the strictest where the US state is not known', () => {
    const elsewhere = { zone: 'America/Chicago' };
    expect(caps('+14155550100', 'sms', false, elsewhere)).toEqual(['3 us-state:unknown:24h']);
    expect(caps('+14155550100', 'voice', true, elsewhere)).toEqual([
      '3 us-state:unknown:24h',
      '1 us-state:unknown:automated:8h',
    ]);
  });

  it('hold four calls in thirty days in France, one a day and two a week in the Emirates, one a day in Colombia', () => {
    expect(caps('+33142685300', 'voice')).toEqual(['4 country:FR:720h']);
    expect(caps('+97142345678', 'voice')).toEqual(['1 country:AE:24h', '2 country:AE:168h']);
    for (const channel of ['voice', 'sms'] as const)
      expect(caps('+576012345678', channel)).toEqual(['1 country:CO:24h']);
  });

  it('there are none where no row has one, and none on mail', () => {
    expect(caps('+12125550100', 'voice', true)).toEqual([]);
    expect(caps('+442079460000', 'voice')).toEqual([]);
    expect(caps('+15035550100', 'email')).toEqual([]);
  });
});
