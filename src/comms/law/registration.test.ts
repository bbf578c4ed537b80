import { describe, expect, it } from 'vitest';
import { registersToCheck } from './do-not-call.ts';
import { placesOf } from './place.ts';
import { a2pRequirements, missingFor } from './registration.ts';

describe('registration of senders', () => {
  it('is asked for texts alone', () => {
    for (const channel of ['email', 'voice', 'whatsapp'] as const) expect(a2pRequirements('US', channel)).toEqual([]);
  });

  it('names the kinds that would do', () => {
    const kinds = (country: string) =>
      a2pRequirements(country, 'sms').map(({ standing, kinds }) => `${standing} ${kinds.join('|')}`);
    expect(kinds('US')).toEqual(['required 10dlc|toll_free_verification']);
    expect(kinds('IN')).toEqual(['required dlt']);
    expect(kinds('SG')).toEqual(['required sender_id']);
    expect(kinds('VN')).toEqual(['required brand_name']);
    expect(kinds('GB')).toEqual(['advised sender_id']);
    expect(kinds('DE')).toEqual([]);
    expect(kinds('TH')).toEqual(['ask sender_id']);
    expect(kinds('PR')).toEqual(kinds('US'));
  });

  it('is told with the credentials that are missing', () => {
    expect(missingFor('US', ['sms', 'email'])).toEqual([
      "sms: a provider's credentials",
      'sms: 10DLC registration of brand and campaign (toll-free numbers: verification)',
      "email: a provider's credentials",
    ]);
    expect(missingFor('TH', ['sms'])[1]).toBe('sms: find out whether TH asks for a registration of senders');
  });
});

describe('registers of those who do not want to be called', () => {
  it('are to be checked before marketing, in a copy that is fresh enough', () => {
    expect(registersToCheck(placesOf('+442079460000'), 'marketing')).toMatchObject([
      { rule: 'country:GB', say: 'Check the number against: TPS and CTPS. A copy may be at most 28 days old.' },
    ]);
    expect(registersToCheck(placesOf('+12125550100'), 'marketing')[0]?.say).toContain('31 days');
  });

  it('are thought to exist where none is known', () => {
    expect(registersToCheck(placesOf('+6621234567'), 'marketing')[0]).toMatchObject({ basis: 'caution' });
    expect(registersToCheck(placesOf(null), 'marketing')).toHaveLength(1);
  });

  it('have no say in what is no marketing', () => {
    expect(registersToCheck(placesOf('+442079460000'), 'transactional')).toEqual([]);
  });
});
