/** When the holidays of `calendars.ts` fall. */
import { CALENDAR, type Calendar, type HolidayRule, MOVES } from './calendars.ts';

/** The holiday's name on a local date, or null. @param epochDay days since 1970-01-01 of the local date */
export function holidayOn(calendar: Calendar, epochDay: number): string | null {
  return datesNear(calendar, Math.floor(epochDay / CHUNK_DAYS)).get(epochDay) ?? null;
}

/** Holidays are worked out for so many days at once; a process asks about a year or two. */
const CHUNK_DAYS = 366;
const computed = new Map<Calendar, Map<number, ReadonlyMap<number, string>>>();
const MAX_CHUNKS = 64;

function datesNear(calendar: Calendar, chunk: number): ReadonlyMap<number, string> {
  const chunks = computed.get(calendar) ?? new Map<number, ReadonlyMap<number, string>>();
  computed.set(calendar, chunks);
  const before = chunks.get(chunk);
  if (before !== undefined) return before;
  const { year } = EPOCH.add({ days: chunk * CHUNK_DAYS });
  const dates = new Map<number, string>();
  // a chunk touches two or three years, and a New Year's Day may be kept in the year before
  for (let near = year - 1; near <= year + 3; near++) {
    for (const rule of CALENDAR[calendar].days) for (const day of daysOf(rule, near)) dates.set(day, rule.name);
  }
  if (chunks.size >= MAX_CHUNKS) chunks.clear();
  chunks.set(chunk, dates);
  return dates;
}

function daysOf(rule: HolidayRule, year: number): readonly number[] {
  if ('easter' in rule) return [epochDayOf(easterSunday(year).add({ days: rule.easter }))];
  if ('nth' in rule) {
    if (rule.years === 'even' && year % 2 !== 0) return [];
    return [epochDayOf(nthWeekday(year, rule.month, rule.nth, rule.weekday).add({ days: rule.plus ?? 0 }))];
  }
  const date = new Temporal.PlainDate(year, rule.month, rule.day);
  const day = epochDayOf(date);
  const weekend = date.dayOfWeek === 6 ? 'saturday' : date.dayOfWeek === 7 ? 'sunday' : null;
  const moves = rule.moved === undefined || weekend === null ? [] : MOVES[rule.moved][weekend];
  return [day, ...moves.map((days) => day + days)];
}

function nthWeekday(year: number, month: number, nth: number, weekday: number): Temporal.PlainDate {
  const first = new Temporal.PlainDate(year, month, 1);
  if (nth > 0) return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + (nth - 1) * 7 });
  const last = first.add({ months: 1 }).subtract({ days: 1 });
  return last.subtract({ days: (last.dayOfWeek - weekday + 7) % 7 });
}

/** Western (Gregorian) Easter: the anonymous computus, Meeus/Jones/Butcher. */
export function easterSunday(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return new Temporal.PlainDate(year, Math.floor(n / 31), (n % 31) + 1);
}

const EPOCH = new Temporal.PlainDate(1970, 1, 1);
const epochDayOf = (date: Temporal.PlainDate): number => EPOCH.until(date, { largestUnit: 'days' }).days;
