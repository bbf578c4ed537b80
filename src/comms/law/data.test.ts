import { describe, expect, it } from 'vitest';
import { CALENDAR, CALENDARS } from './calendars.ts';
import { COUNTRIES, LAW_OF, UNKNOWN_COUNTRY } from './countries/index.ts';
import { sayHours } from './hours.ts';
import { US_RECORDING_STATES, usRecording } from './us-recording.ts';
import { US_FEDERAL, US_STATES, US_UNKNOWN_STATE } from './us-states.ts';

const SOURCED = [
  COUNTRIES,
  UNKNOWN_COUNTRY,
  US_STATES,
  US_FEDERAL,
  US_UNKNOWN_STATE,
  CALENDAR,
  US_RECORDING_STATES.map(usRecording),
];

/** Every object within that has a source. */
function sourced(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(sourced);
  return 'source' in value ? [value as Record<string, unknown>, ...inner] : inner;
}

describe('the data of law', () => {
  it('says of every value where it comes from, how well that is known and when it was checked', () => {
    const rows = SOURCED.flatMap(sourced);
    expect(rows.length).toBeGreaterThan(300);
    for (const row of rows) {
      expect(row, JSON.stringify(row)).toMatchObject({
        basis: expect.stringMatching(/^(law|caution)$/),
        tag: expect.stringMatching(/^[PQSK]$/),
        source: expect.stringMatching(/\S/),
        checkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
    }
  });

  it('has every member of the European Union and at least 37 countries', () => {
    const members = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
    expect(members.filter((country) => COUNTRIES[country] === undefined)).toEqual([]);
    expect(Object.keys(COUNTRIES)).toHaveLength(53);
  });

  it('has hours that begin before they end, in order, within a day', () => {
    for (const { hours } of [
      ...Object.values(COUNTRIES).map((row) => row.hours),
      US_FEDERAL,
      US_UNKNOWN_STATE.marketing,
    ]) {
      expect(hours.days).toHaveLength(7);
      for (const day of hours.days) {
        let last = 0;
        for (const [from, to] of day) {
          expect(from >= last && from < to && to <= 24 * 60).toBe(true);
          last = to;
        }
      }
    }
  });

  it('is said in a way that people read', () => {
    expect(sayHours(COUNTRIES['FR']?.hours.hours ?? US_FEDERAL.hours)).toBe(
      'Mon–Fri 10:00–13:00 14:00–20:00, no public holidays',
    );
    expect(sayHours(COUNTRIES['IL']?.hours.hours ?? US_FEDERAL.hours)).toBe('Mon–Thu 8:00–21:00, Sun 8:00–21:00');
    expect(sayHours(US_FEDERAL.hours)).toBe('every day 8:00–21:00');
  });

  it('has a row for the law that each territory borrows, and a use for each calendar', () => {
    expect(Object.values(LAW_OF).filter((country) => COUNTRIES[country] === undefined)).toEqual([]);
    const used = new Set([
      ...Object.values(COUNTRIES).map(({ hours }) => hours.hours.closedOn),
      ...Object.values(US_STATES).map((row) => row.marketing?.hours.closedOn),
      US_UNKNOWN_STATE.marketing.hours.closedOn,
    ]);
    expect(CALENDARS.filter((calendar) => !used.has(calendar))).toEqual([]);
  });
});
