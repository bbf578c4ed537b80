/**
 * Public holidays on which a row allows no calls, as rules that give every year's dates. National days alone (and of US
 * states those five whose rows close on holidays); a region's or a town's own days are not covered. Where a holiday that
 * falls on a weekend is kept on another day, both days are closed: which of them a regulator means is not always clear.
 */
import { law, type Sourced } from './sourced.ts';

export const CALENDARS = [
  'US-federal',
  'US-AL',
  'US-LA',
  'US-PA',
  'US-RI',
  'US-UT',
  'US-any',
  'FR',
  'ES',
  'IT',
  'NO',
  'ZA',
  'AU',
] as const;
export type Calendar = (typeof CALENDARS)[number];

/** Day of a month; `moved`: what is done when it falls on a weekend. */
type HolidayRule =
  | {
      readonly name: string;
      readonly month: number;
      readonly day: number;
      readonly moved?: 'nearest-weekday' | 'sunday-to-monday' | 'weekend-to-weekday';
    }
  /** The nth (from 1; -1 the last) weekday (1 Monday … 7 Sunday) of a month, plus days. */
  | {
      readonly name: string;
      readonly month: number;
      readonly nth: number;
      readonly weekday: number;
      readonly plus?: number;
      readonly years?: 'even';
    }
  /** Days from Western Easter Sunday. */
  | { readonly name: string; readonly easter: number };

interface CalendarRow extends Sourced {
  readonly days: readonly HolidayRule[];
}

const FEDERAL: readonly HolidayRule[] = [
  { name: "New Year's Day", month: 1, day: 1, moved: 'nearest-weekday' },
  { name: 'Birthday of Martin Luther King, Jr.', month: 1, nth: 3, weekday: 1 },
  { name: "Washington's Birthday", month: 2, nth: 3, weekday: 1 },
  { name: 'Memorial Day', month: 5, nth: -1, weekday: 1 },
  { name: 'Juneteenth National Independence Day', month: 6, day: 19, moved: 'nearest-weekday' },
  { name: 'Independence Day', month: 7, day: 4, moved: 'nearest-weekday' },
  { name: 'Labor Day', month: 9, nth: 1, weekday: 1 },
  { name: 'Columbus Day', month: 10, nth: 2, weekday: 1 },
  { name: 'Veterans Day', month: 11, day: 11, moved: 'nearest-weekday' },
  { name: 'Thanksgiving Day', month: 11, nth: 4, weekday: 4 },
  { name: 'Christmas Day', month: 12, day: 25, moved: 'nearest-weekday' },
];

const STATE_DAYS = {
  AL: [
    { name: 'Mardi Gras', easter: -47 },
    { name: 'Confederate Memorial Day', month: 4, nth: 4, weekday: 1 },
    { name: "Jefferson Davis' Birthday", month: 6, nth: 1, weekday: 1 },
  ],
  LA: [
    { name: 'Mardi Gras', easter: -47 },
    { name: 'Good Friday', easter: -2 },
    { name: 'General Election Day', month: 11, nth: 1, weekday: 1, plus: 1, years: 'even' },
    { name: 'Acadian Day', month: 11, nth: 4, weekday: 4, plus: 1 },
  ],
  PA: [
    { name: 'Good Friday', easter: -2 },
    { name: 'Flag Day', month: 6, day: 14, moved: 'sunday-to-monday' },
    { name: 'Election Day', month: 11, nth: 1, weekday: 1, plus: 1 },
  ],
  RI: [
    { name: 'Victory Day', month: 8, nth: 2, weekday: 1 },
    { name: 'General Election Day', month: 11, nth: 1, weekday: 1, plus: 1, years: 'even' },
  ],
  UT: [{ name: 'Pioneer Day', month: 7, day: 24, moved: 'nearest-weekday' }],
} as const satisfies Record<string, readonly HolidayRule[]>;

const FEDERAL_SOURCE = '5 U.S.C. § 6103';

const state = (code: keyof typeof STATE_DAYS, statute: string): CalendarRow => ({
  days: [...FEDERAL, ...STATE_DAYS[code]],
  ...law('K', `${FEDERAL_SOURCE}; ${statute}`),
});

const CALENDAR: Readonly<Record<Calendar, CalendarRow>> = {
  'US-federal': { days: FEDERAL, ...law('Q', FEDERAL_SOURCE) },
  'US-AL': state('AL', 'Ala. Code § 1-3-8'),
  'US-LA': state('LA', 'La. R.S. 1:55'),
  'US-PA': state('PA', '44 P.S. § 11'),
  'US-RI': state('RI', 'R.I. Gen. Laws § 25-1-1'),
  'US-UT': state('UT', 'Utah Code § 63G-1-301'),
  'US-any': {
    days: [...FEDERAL, ...Object.values(STATE_DAYS).flat()],
    ...law('K', `${FEDERAL_SOURCE}; the holidays of the states that close on them`),
  },
  FR: {
    days: [
      { name: "Jour de l'an", month: 1, day: 1 },
      { name: 'Lundi de Pâques', easter: 1 },
      { name: 'Fête du travail', month: 5, day: 1 },
      { name: 'Victoire 1945', month: 5, day: 8 },
      { name: 'Ascension', easter: 39 },
      { name: 'Lundi de Pentecôte', easter: 50 },
      { name: 'Fête nationale', month: 7, day: 14 },
      { name: 'Assomption', month: 8, day: 15 },
      { name: 'Toussaint', month: 11, day: 1 },
      { name: 'Armistice 1918', month: 11, day: 11 },
      { name: 'Noël', month: 12, day: 25 },
    ],
    ...law('K', 'Code du travail art. L3133-1'),
  },
  ES: {
    days: [
      { name: 'Año Nuevo', month: 1, day: 1, moved: 'sunday-to-monday' },
      { name: 'Epifanía', month: 1, day: 6, moved: 'sunday-to-monday' },
      { name: 'Jueves Santo', easter: -3 },
      { name: 'Viernes Santo', easter: -2 },
      { name: 'Fiesta del Trabajo', month: 5, day: 1, moved: 'sunday-to-monday' },
      { name: 'Asunción', month: 8, day: 15, moved: 'sunday-to-monday' },
      { name: 'Fiesta Nacional', month: 10, day: 12, moved: 'sunday-to-monday' },
      { name: 'Todos los Santos', month: 11, day: 1, moved: 'sunday-to-monday' },
      { name: 'Día de la Constitución', month: 12, day: 6, moved: 'sunday-to-monday' },
      { name: 'Inmaculada', month: 12, day: 8, moved: 'sunday-to-monday' },
      { name: 'Navidad', month: 12, day: 25, moved: 'sunday-to-monday' },
    ],
    ...law('K', 'Real Decreto 2001/1983 art. 45'),
  },
  IT: {
    days: [
      { name: 'Capodanno', month: 1, day: 1 },
      { name: 'Epifania', month: 1, day: 6 },
      { name: 'Pasqua', easter: 0 },
      { name: "Lunedì dell'Angelo", easter: 1 },
      { name: 'Liberazione', month: 4, day: 25 },
      { name: 'Festa del lavoro', month: 5, day: 1 },
      { name: 'Festa della Repubblica', month: 6, day: 2 },
      { name: 'Assunzione', month: 8, day: 15 },
      { name: 'San Francesco', month: 10, day: 4 },
      { name: 'Ognissanti', month: 11, day: 1 },
      { name: 'Immacolata', month: 12, day: 8 },
      { name: 'Natale', month: 12, day: 25 },
      { name: 'Santo Stefano', month: 12, day: 26 },
    ],
    ...law('K', 'L. 260/1949; L. 151/2025 (4 October from 2026)'),
  },
  NO: {
    days: [
      { name: 'Nyttårsdag', month: 1, day: 1 },
      { name: 'Skjærtorsdag', easter: -3 },
      { name: 'Langfredag', easter: -2 },
      { name: 'Påskedag', easter: 0 },
      { name: 'Annen påskedag', easter: 1 },
      { name: 'Arbeidernes dag', month: 5, day: 1 },
      { name: 'Grunnlovsdag', month: 5, day: 17 },
      { name: 'Kristi himmelfartsdag', easter: 39 },
      { name: 'Pinsedag', easter: 49 },
      { name: 'Annen pinsedag', easter: 50 },
      { name: 'Juledag', month: 12, day: 25 },
      { name: 'Annen juledag', month: 12, day: 26 },
    ],
    ...law('K', 'Lov om helligdager og helligdagsfred 1995 § 2; lov om 1. og 17. mai 1947'),
  },
  ZA: {
    days: [
      { name: "New Year's Day", month: 1, day: 1, moved: 'sunday-to-monday' },
      { name: 'Human Rights Day', month: 3, day: 21, moved: 'sunday-to-monday' },
      { name: 'Good Friday', easter: -2 },
      { name: 'Family Day', easter: 1 },
      { name: 'Freedom Day', month: 4, day: 27, moved: 'sunday-to-monday' },
      { name: "Workers' Day", month: 5, day: 1, moved: 'sunday-to-monday' },
      { name: 'Youth Day', month: 6, day: 16, moved: 'sunday-to-monday' },
      { name: "National Women's Day", month: 8, day: 9, moved: 'sunday-to-monday' },
      { name: 'Heritage Day', month: 9, day: 24, moved: 'sunday-to-monday' },
      { name: 'Day of Reconciliation', month: 12, day: 16, moved: 'sunday-to-monday' },
      { name: 'Christmas Day', month: 12, day: 25, moved: 'sunday-to-monday' },
      { name: 'Day of Goodwill', month: 12, day: 26, moved: 'sunday-to-monday' },
    ],
    ...law('K', 'Public Holidays Act 36 of 1994'),
  },
  AU: {
    days: [
      { name: "New Year's Day", month: 1, day: 1, moved: 'weekend-to-weekday' },
      { name: 'Australia Day', month: 1, day: 26, moved: 'weekend-to-weekday' },
      { name: 'Good Friday', easter: -2 },
      { name: 'Easter Monday', easter: 1 },
      { name: 'Anzac Day', month: 4, day: 25, moved: 'weekend-to-weekday' },
      { name: 'Christmas Day', month: 12, day: 25, moved: 'weekend-to-weekday' },
      { name: 'Boxing Day', month: 12, day: 26, moved: 'weekend-to-weekday' },
    ],
    ...law(
      'Q',
      'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, national public holidays',
    ),
  },
};

/** Where a calendar comes from, and how many days a year it has at most. */
export const calendarSource = (calendar: Calendar): Sourced & { readonly names: readonly string[] } => {
  const { days, ...sourced } = CALENDAR[calendar];
  return { ...sourced, names: [...new Set(days.map(({ name }) => name))] };
};

/** The holiday's name on a local date, or null. @param epochDay days since 1970-01-01 of the local date */
export function holidayOn(calendar: Calendar, epochDay: number): string | null {
  const { year } = Temporal.PlainDate.from('1970-01-01').add({ days: epochDay });
  return datesOf(calendar, year).get(epochDay) ?? null;
}

/** Dates of one calendar and year; a few dozen in a process's life. */
const computed = new Map<string, ReadonlyMap<number, string>>();
const MAX_COMPUTED = 512;

function datesOf(calendar: Calendar, year: number): ReadonlyMap<number, string> {
  const key = `${calendar} ${year}`;
  const before = computed.get(key);
  if (before !== undefined) return before;
  const dates = new Map<number, string>();
  // a New Year's Day on a Saturday is kept on the last day of the year before
  for (const near of [year - 1, year, year + 1]) {
    for (const rule of CALENDAR[calendar].days) for (const day of daysOf(rule, near)) dates.set(day, rule.name);
  }
  if (computed.size >= MAX_COMPUTED) computed.clear();
  computed.set(key, dates);
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
  return [day, ...kept(date, rule.moved).map((shift) => day + shift)];
}

/** By how many days a holiday on this date is moved. */
function kept(
  date: Temporal.PlainDate,
  moved: 'nearest-weekday' | 'sunday-to-monday' | 'weekend-to-weekday' | undefined,
): readonly number[] {
  const saturday = date.dayOfWeek === 6;
  const sunday = date.dayOfWeek === 7;
  switch (moved) {
    case 'nearest-weekday':
      return saturday ? [-1] : sunday ? [1] : [];
    case 'sunday-to-monday':
      return sunday ? [1] : [];
    case 'weekend-to-weekday':
      // Christmas and Boxing Day on a weekend push each other to Tuesday
      return saturday
        ? [2]
        : sunday
          ? date.month === 12
            ? [1, 2]
            : [1]
          : date.month === 12 && date.day === 26 && date.dayOfWeek === 1
            ? [1]
            : [];
    case undefined:
      return [];
  }
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
