import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALENDARS, type Calendar } from './calendars.ts';
import { easterSunday, holidayOn } from './holidays.ts';

const EPOCH = Temporal.PlainDate.from('1970-01-01');
const on = (calendar: Calendar, date: string): string | null =>
  holidayOn(calendar, EPOCH.until(Temporal.PlainDate.from(date), { largestUnit: 'days' }).days);

function datesOf(calendar: Calendar, year: number): readonly string[] {
  let date = Temporal.PlainDate.from({ year, month: 1, day: 1 });
  const found: string[] = [];
  for (; date.year === year; date = date.add({ days: 1 }))
    if (on(calendar, date.toString()) !== null) found.push(date.toString().slice(5));
  return found;
}

describe('holidays', () => {
  it('Easter falls where the tables of the churches put it', () => {
    const known = ['2019-04-21', '2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2038-04-25'];
    for (const date of known) expect(easterSunday(Number(date.slice(0, 4))).toString()).toBe(date);
  });

  it('Easter is a Sunday between 22 March and 25 April, in any year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1900, max: 2200 }), (year) => {
        const easter = easterSunday(year);
        expect(easter.dayOfWeek).toBe(7);
        const day = easter.toString().slice(5);
        expect(day >= '03-22' && day <= '04-25').toBe(true);
      }),
    );
  });

  it('those of the US are the dates that the Office of Personnel Management lists for 2026', () => {
    const federal = [
      '01-01',
      '01-19',
      '02-16',
      '05-25',
      '06-19',
      '07-03',
      '07-04',
      '09-07',
      '10-12',
      '11-11',
      '11-26',
      '12-25',
    ];
    expect(datesOf('US-UT', 2026)).toEqual([...federal, '07-24'].sort());
  });

  it('a New Year’s Day on a Saturday is kept on the last day of the year before', () => {
    expect(on('US-PA', '2027-12-31')).toBe("New Year's Day");
    expect(on('US-PA', '2028-01-01')).toBe("New Year's Day");
  });

  it('those of France in 2026', () => {
    expect(datesOf('FR', 2026)).toEqual([
      '01-01',
      '04-06',
      '05-01',
      '05-08',
      '05-14',
      '05-25',
      '07-14',
      '08-15',
      '11-01',
      '11-11',
      '12-25',
    ]);
  });

  it('those of South Africa that fall on a Sunday are kept on Monday too', () => {
    expect(on('ZA', '2026-08-09')).toBe("National Women's Day"); // a Sunday
    expect(on('ZA', '2026-08-10')).toBe("National Women's Day");
  });

  it('Christmas of 2027 in Australia lasts until Tuesday', () => {
    for (const day of ['25', '26', '27', '28']) expect(on('AU', `2027-12-${day}`), day).not.toBeNull();
    expect(on('AU', '2027-12-29')).toBeNull();
  });

  it('every calendar closes between 7 and 40 days a year', () => {
    for (const calendar of CALENDARS) {
      for (const year of [2026, 2027, 2028]) {
        const { length } = datesOf(calendar, year);
        expect(length >= 7 && length <= 40, `${calendar} ${year}: ${length}`).toBe(true);
      }
    }
  });
});
