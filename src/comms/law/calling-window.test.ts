import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import { CHANNELS } from '../../tenancy/agent.ts';
import { PURPOSES } from '../message.ts';
import { callingWindow } from './calling-window.ts';
import { COUNTRIES } from './countries/index.ts';
import { holidayOn } from './holidays.ts';
import { type Place, placesOf } from './place.ts';
import { US_STATES } from './us-states.ts';
import { windowPlan } from './window-rules.ts';

const NUMBERS = [
  '+14155550100',
  '+13055550100',
  '+18505550100',
  '+12085550100',
  '+14015550100',
  '+12145550100',
  '+19075550100',
  '+12075550100',
  '+17875550100',
  '+16715550100',
  '+18005551212',
  '+15005550006',
  '+12425550100',
  '+14165550100',
  '+442079460000',
  '+33142685300',
  '+34612345678',
  '+61412345678',
  '+79161234567',
  '+911123456789',
  '+97225678901',
  '+576012345678',
  '+842412345678',
  '+6621234567',
  '+881612345678',
  '+262262123456',
  '+390612345678',
];
const SOME_ZONES = [
  'America/New_York',
  'Europe/Paris',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Pacific/Apia',
];

const asked = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  purpose: fc.constantFrom(...PURPOSES),
  ai: fc.boolean(),
});
const places = fc
  .tuple(
    fc.constantFrom(...NUMBERS),
    fc.option(fc.constantFrom(...SOME_ZONES)),
    fc.option(fc.constantFrom('FL', 'UT', 'RI', 'ON')),
  )
  .map(([number, zone, region]) => placesOf(number, { zone, region }));
/** Two years, and more often than by chance the days on which clocks change in the US, Europe and Australia. */
const times = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04', '2026-11-26'),
      fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }),
    )
    .map(([day, offset]) => Date.parse(`${day}T00:00:00Z`) + offset),
);

/** The definition, straight from Temporal: every possible zone and every applicable row. */
function isLegal(place: Place, at: number, kind: Parameters<typeof windowPlan>[1]): boolean {
  const { rules } = windowPlan(place, kind);
  if (rules.length === 0) return true;
  if (place.zones.length === 0) return false;
  return place.zones.every((zone) => {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
    const minute = local.hour * 60 + local.minute;
    const epochDay = Temporal.PlainDate.from('1970-01-01').until(local.toPlainDate(), { largestUnit: 'days' }).days;
    return rules.every(
      ({ hours: { days, closedOn } }) =>
        (days[local.dayOfWeek - 1] ?? []).some(([from, to]) => from <= minute && minute < to) &&
        (closedOn === null || holidayOn(closedOn, epochDay) === null),
    );
  });
}

describe('the calling window', () => {
  it('is every possible zone and every applicable row, as Temporal reads the clocks', () => {
    fc.assert(
      fc.property(places, times, asked, (place, at, kind) => {
        expect(callingWindow({ place, at, ...kind }).verdict).toBe(isLegal(place, at, kind) ? 'allow' : 'deny');
      }),
      { numRuns: 600 },
    );
  });

  it('opens when it says: denied until then, allowed at that instant', () => {
    fc.assert(
      fc.property(places, times, asked, fc.double({ min: 0, max: 1, noNaN: true }), (place, at, kind, part) => {
        const { verdict, opensAt, rulings } = callingWindow({ place, at, ...kind });
        if (verdict === 'allow') {
          expect(opensAt).toBe(at);
          return;
        }
        if (opensAt === null) return;
        expect(opensAt).toBeGreaterThan(at);
        expect(isLegal(place, opensAt, kind)).toBe(true);
        expect(isLegal(place, opensAt - 1, kind)).toBe(false);
        expect(isLegal(place, Math.floor(at + (opensAt - 1 - at) * part), kind)).toBe(false);
        for (const one of rulings) expect(one.opensAt).toBe(one.verdict === 'deny' ? opensAt : undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('says that waiting does not help only where nothing opens for three weeks', () => {
    fc.assert(
      fc.property(places, times, asked, (place, at, kind) => {
        if (callingWindow({ place, at, ...kind }).opensAt !== null) return;
        for (let hour = 0; hour < 21 * 24; hour++) expect(isLegal(place, at + hour * HOUR_MS, kind)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('says the same whatever was asked before: what it remembers is not seen', () => {
    fc.assert(
      fc.property(places, fc.array(times, { minLength: 2, maxLength: 6 }), asked, (place, all, kind) => {
        const fresh = (at: number) => callingWindow({ place: { ...place }, at, ...kind });
        for (const at of all) expect(callingWindow({ place, at, ...kind })).toEqual(fresh(at));
      }),
      { numRuns: 100 },
    );
  });

  it('never allows more when one more zone, state or country is possible', () => {
    const wider = fc.record({
      zones: fc.subarray(SOME_ZONES),
      regions: fc.subarray(Object.keys(US_STATES)),
      countries: fc.subarray(Object.keys(COUNTRIES)),
    });
    // a state where none was known says more, not less: such places are not compared
    const known = places.filter(
      ({ zones, countries, regions }) => zones.length > 0 && countries.length > 0 && regions.length > 0,
    );
    fc.assert(
      fc.property(known, wider, times, asked, (place, more, at, kind) => {
        const wide: Place = {
          ...place,
          zones: [...place.zones, ...more.zones],
          regions: [...place.regions, ...more.regions],
          countries: [...new Set([...place.countries, ...more.countries])],
        };
        const before = callingWindow({ place, at, ...kind }).verdict;
        if (before === 'deny') expect(callingWindow({ place: wide, at, ...kind }).verdict).toBe('deny');
      }),
      { numRuns: 400 },
    );
  });

  it('of a number whose state is not known is never wider than that of any state', () => {
    const states = fc.constantFrom(...Object.keys(US_STATES), 'NY', 'CO');
    fc.assert(
      fc.property(states, times, asked, (state, at, kind) => {
        const zones = ['America/New_York'];
        const place = (regions: readonly string[]): Place => ({ ...placesOf('+12125550100'), zones, regions });
        if (callingWindow({ place: place([]), at, ...kind }).verdict === 'deny') return;
        expect(callingWindow({ place: place([state]), at, ...kind }).verdict).toBe('allow');
      }),
      { numRuns: 400 },
    );
  });

  it('on the night when clocks go forward opens an hour earlier in UTC, and an hour later when they go back', () => {
    const place = placesOf('+12125550100');
    const opens = (iso: string) =>
      callingWindow({ place, at: Date.parse(iso), channel: 'voice', purpose: 'transactional', ai: false }).opensAt;
    expect(opens('2026-03-07T06:00:00Z')).toBe(Date.parse('2026-03-07T13:00:00Z'));
    expect(opens('2026-03-08T06:00:00Z')).toBe(Date.parse('2026-03-08T12:00:00Z'));
    expect(opens('2026-11-01T05:00:00Z')).toBe(Date.parse('2026-11-01T13:00:00Z'));
  });

  it('jumps over a weekend and a holiday to the next working morning', () => {
    // Friday 2 July 2027 in Rhode Island after 18:00: Sunday the 4th is kept on Monday the 5th; Saturday opens at 10
    const place = placesOf('+14015550100');
    const opens = (iso: string) =>
      callingWindow({ place, at: Date.parse(iso), channel: 'sms', purpose: 'marketing', ai: false }).opensAt;
    expect(opens('2027-07-02T23:00:00Z')).toBe(Date.parse('2027-07-03T14:00:00Z'));
    expect(opens('2027-07-03T22:00:00Z')).toBe(Date.parse('2027-07-06T13:00:00Z'));
  });

  it('looks again the next day when nothing opened: New York and Moscow share office hours in summer alone', () => {
    const place: Place = {
      ...placesOf('+18005551212', { country: 'US' }),
      zones: ['America/New_York', 'Europe/Moscow'],
    };
    const opens = (iso: string) =>
      callingWindow({ place, at: Date.parse(iso), channel: 'sms', purpose: 'marketing', ai: false }).opensAt;
    expect(opens('2027-02-10T12:00:00Z')).toBeNull();
    expect(opens('2027-02-26T12:00:00Z')).toBe(Date.parse('2027-03-15T14:00:00Z'));
  });

  it('tells the local time, the rule, its source and how well that was checked', () => {
    const at = Date.parse('2026-11-20T15:00:00Z');
    const { rulings } = callingWindow({
      place: placesOf('+12065550100'),
      at,
      channel: 'sms',
      purpose: 'marketing',
      ai: false,
    });
    expect(rulings.map(({ rule }) => rule)).toEqual(['us-federal', 'us-state:WA']);
    expect(rulings[1]).toEqual({
      rule: 'us-state:WA',
      verdict: 'deny',
      say: 'Marketing to WA (US): every day 8:00–20:00, local time of the contact. Wait until 2026-11-20T16:00:00.000Z.',
      fact: 'Fri 7:00 in America/Los_Angeles',
      basis: 'law',
      source: 'RCW 80.36.390',
      tag: 'Q',
      checkedAt: '2026-11-20',
      opensAt: at + HOUR_MS,
    });
  });

  it('names the holiday that closes it', () => {
    const { rulings } = callingWindow({
      place: placesOf('+12155550100'),
      at: Date.parse('2026-11-26T17:00:00Z'),
      channel: 'voice',
      purpose: 'marketing',
      ai: false,
    });
    expect(rulings.find(({ rule }) => rule === 'us-state:PA')?.fact).toBe(
      'Thu 12:00 in America/New_York (Thanksgiving Day)',
    );
  });

  it('closes at the minute, not after it', () => {
    const at = Date.parse('2026-11-21T02:00:00Z'); // 21:00 in New York
    const ask = (time: number) =>
      callingWindow({
        place: placesOf('+12125550100'),
        at: time,
        channel: 'voice',
        purpose: 'transactional',
        ai: false,
      }).verdict;
    expect([ask(at - MINUTE_MS), ask(at - 1), ask(at)]).toEqual(['allow', 'allow', 'deny']);
  });
});
