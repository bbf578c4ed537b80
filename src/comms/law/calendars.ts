/**
 * Public holidays on which a row allows no calls, as rules that give every year's dates. National days alone (and of US
 * states those five whose rows close on holidays); a region's or a town's own days are not covered. Where a holiday that
 * falls on a weekend is kept on another day, both days are closed: which of them a regulator means is not always clear.
 */
import { law, type Sourced } from './sourced.ts';

export const CALENDARS = [
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

/** By how many days a holiday is kept again when it falls on a weekend. */
export const MOVES = {
  'nearest-weekday': { saturday: [-1], sunday: [1] },
  'sunday-to-monday': { saturday: [], sunday: [1] },
  'weekend-to-monday': { saturday: [2], sunday: [1] },
  // Christmas Day and Boxing Day push each other on to Tuesday
  'christmas-weekend': { saturday: [2], sunday: [1, 2] },
} as const satisfies Readonly<Record<string, { saturday: readonly number[]; sunday: readonly number[] }>>;
type Move = keyof typeof MOVES;

/** Day of a month; `moved`: what is done when it falls on a weekend. */
export type HolidayRule =
  | {
      readonly name: string;
      readonly month: number;
      readonly day: number;
      readonly moved?: Move;
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

export interface CalendarRow extends Sourced {
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
    { name: 'Battle of New Orleans', month: 1, day: 8 },
    { name: 'Robert E. Lee Day', month: 1, day: 19 },
    { name: 'Mardi Gras', easter: -47 },
    { name: 'Confederate Memorial Day', month: 6, day: 3 },
    { name: "Huey P. Long's Birthday", month: 8, day: 30 },
    { name: "All Saints' Day", month: 11, day: 1 },
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

export const CALENDAR: Readonly<Record<Calendar, CalendarRow>> = {
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
      { name: "New Year's Day", month: 1, day: 1, moved: 'weekend-to-monday' },
      { name: 'Australia Day', month: 1, day: 26, moved: 'weekend-to-monday' },
      { name: 'Good Friday', easter: -2 },
      { name: 'Easter Monday', easter: 1 },
      { name: 'Anzac Day', month: 4, day: 25, moved: 'weekend-to-monday' },
      { name: 'Christmas Day', month: 12, day: 25, moved: 'christmas-weekend' },
      { name: 'Boxing Day', month: 12, day: 26, moved: 'christmas-weekend' },
    ],
    ...law(
      'K',
      'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017, national public holidays',
    ),
  },
};
