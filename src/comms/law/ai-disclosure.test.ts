import { describe, expect, it } from 'vitest';
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { aiDisclosure } from './ai-disclosure.ts';
import { type Evidence, placesOf } from './place.ts';

const duties = (phone: string, channel: Channel, purpose: Purpose = 'transactional', evidence: Evidence = {}) =>
  aiDisclosure({ place: placesOf(phone, evidence), channel, purpose, ai: true }).map(
    ({ rule, duty }) => `${rule} ${duty}`,
  );

describe('what an artificial voice owes', () => {
  it('is nothing when a person speaks', () => {
    expect(
      aiDisclosure({ place: placesOf('+14155550100'), channel: 'voice', purpose: 'marketing', ai: false }),
    ).toEqual([]);
  });

  it('is to say so first, in any country', () => {
    for (const phone of ['+6621234567', '+442079460000', '+881612345678', '+14155550100']) {
      expect(duties(phone, 'voice')[0]).toBe('ai-calls disclose_ai_first');
    }
  });

  it('is consent and the name of the business in the US; for marketing in writing, with a way out in two seconds', () => {
    expect(duties('+12125550100', 'voice')).toEqual([
      'ai-calls disclose_ai_first',
      'us-federal prior_consent',
      'us-federal name_business_first',
    ]);
    expect(duties('+12125550100', 'voice', 'marketing')).toEqual([
      'ai-calls disclose_ai_first',
      'us-federal prior_written_consent',
      'us-federal name_business_first',
      'us-federal opt_out_in_call',
    ]);
  });

  it('is what California, Utah and Maine ask as well, and all of them where the state is not known', () => {
    expect(duties('+14155550100', 'voice')).toContain('us-state:CA disclose_ai_first');
    expect(duties('+18015550100', 'voice')).toContain('us-state:UT disclose_ai_first');
    expect(duties('+12075550100', 'sms')).toEqual(['us-state:ME disclose_ai_first']);
    expect(duties('+14155550100', 'sms')).toEqual([]);
    for (const state of ['CA', 'ME', 'UT']) {
      expect(duties('+18005551212', 'voice')).toContain(`us-state:${state} disclose_ai_first`);
    }
  });

  it('is article 50 of the AI Act in the European Union, by voice and in writing', () => {
    for (const phone of ['+33142685300', '+262262123456', '+4721234567']) {
      expect(duties(phone, 'sms')).toEqual(['eu disclose_ai_first']);
      expect(duties(phone, 'voice')).toContain('eu disclose_ai_first');
    }
    expect(duties('+442079460000', 'sms')).toEqual([]);
  });

  it('has a source for each', () => {
    for (const one of aiDisclosure({
      place: placesOf('+14155550100'),
      channel: 'voice',
      purpose: 'marketing',
      ai: true,
    })) {
      expect(one.source).not.toBe('');
      expect(one.checkedAt).toBe('2026-11-20');
    }
  });
});
