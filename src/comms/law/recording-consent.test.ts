import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTRIES } from './countries/index.ts';
import { type Place, placesOf } from './place.ts';
import { recordingConsent } from './recording-consent.ts';
import { RECORDING_RULES } from './recording-rule.ts';

const consent = (phone: string | null, evidence = {}) =>
  recordingConsent({ place: placesOf(phone, evidence), recorded: true }).consent;
const inState = (region: string) => consent('+12125550100', { region });

describe('consent to recording', () => {
  it('is asked of everybody in the ten all-party states and three that are treated so', () => {
    for (const state of 'CA DE FL IL MD MA MT NH PA WA CT MI NV'.split(' '))
      expect(inState(state), state).toBe('all-party');
  });

  it('is asked of one party in Oregon by telephone and in every other state', () => {
    for (const state of 'OR NY TX GA AZ DC PR'.split(' ')) expect(inState(state), state).toBe('one-party');
  });

  it('is asked of everybody where the state or the country is not known', () => {
    expect(consent('+18005551212')).toBe('all-party');
    expect(consent('+14155550100', { zone: 'America/Chicago' })).toBe('all-party');
    expect(consent('+881612345678')).toBe('all-party');
    expect(consent(null)).toBe('all-party');
    expect(consent('+6621234567')).toBe('all-party');
  });

  it('follows the country’s row', () => {
    const rows = {
      '+14165550100': 'one-party',
      '+442079460000': 'notice',
      '+97142345678': 'notice',
      '+4930123456': 'all-party',
      '+34911234567': 'one-party',
      '+4532123456': 'all-party',
      '+48221234567': 'one-party',
      '+525512345678': 'all-party',
      '+81312345678': 'one-party',
    };
    for (const [phone, rule] of Object.entries(rows)) expect(consent(phone), phone).toBe(rule);
  });

  it('always brings the duty to announce first and to stop on objection', () => {
    for (const phone of ['+12125550100', '+442079460000', '+4930123456']) {
      const { duties } = recordingConsent({ place: placesOf(phone), recorded: true });
      expect(duties.map(({ duty }) => duty)).toEqual(['announce_recording', 'stop_recording_on_objection']);
    }
    const [announce] = recordingConsent({ place: placesOf('+12125550100'), recorded: true }).duties;
    expect(announce).toMatchObject({ rule: 'us-state:NY', basis: 'caution' });
  });

  it('is nobody’s where nothing is recorded', () => {
    expect(recordingConsent({ place: placesOf('+14155550100'), recorded: false })).toEqual({
      consent: null,
      rulings: [],
      duties: [],
    });
  });

  it('never asks less when one more country is possible', () => {
    const countries = fc.subarray([...Object.keys(COUNTRIES), 'TH'], { minLength: 1 });
    const rank = (place: Place) =>
      RECORDING_RULES.indexOf(recordingConsent({ place, recorded: true }).consent ?? 'one-party');
    fc.assert(
      fc.property(countries, countries, (some, more) => {
        const place = { ...placesOf('+12125550100'), countries: some };
        expect(rank({ ...place, countries: [...some, ...more] })).toBeLessThanOrEqual(rank(place));
      }),
    );
  });
});
