/** Hours of a week in local time, as the tables write them. */
import type { Calendar } from './calendars.ts';

/** Minutes after local midnight: from the first, up to but not including the second. */
export type Span = readonly [from: number, to: number];

export interface Hours {
  /** Monday first. */
  readonly days: readonly (readonly Span[])[];
  /** The calendar on whose holidays nothing is allowed; null: holidays are days like others. */
  readonly closedOn: Calendar | null;
}

export interface Week {
  readonly monFri: string;
  readonly sat: string;
  readonly sun: string;
  /** Where Friday differs from Monday to Thursday. */
  readonly fri?: string;
}

/** `9-20`, `10-13 14-20`, `9-21:30`, or `x` for none. */
export function hours({ monFri, sat, sun, fri }: Week, closedOn: Calendar | null = null): Hours {
  const weekday = spans(monFri);
  return {
    days: [weekday, weekday, weekday, weekday, fri === undefined ? weekday : spans(fri), spans(sat), spans(sun)],
    closedOn,
  };
}

/** The same on every day. */
export const daily = (day: string): Hours => hours({ monFri: day, sat: day, sun: day });

const spans = (text: string): readonly Span[] => (text === 'x' ? [] : text.split(' ').map(span));

function span(text: string): Span {
  const [from, to] = text.split('-').map(minutes);
  if (from === undefined || to === undefined || !(from < to)) throw new Error(`hours: ${text}`);
  return [from, to];
}

function minutes(clock: string): number {
  const [hour = Number.NaN, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const said = new WeakMap<Hours, string>();

/** `Mon–Fri 10:00–13:00 14:00–20:00, Sat 9:00–13:00, no public holidays`. */
export function sayHours(week: Hours): string {
  const before = said.get(week);
  if (before !== undefined) return before;
  const text = weekText(week);
  said.set(week, text);
  return text;
}

function weekText({ days, closedOn }: Hours): string {
  const texts = days.map((day) => day.map(([from, to]) => `${clockText(from)}–${clockText(to)}`).join(' '));
  const groups: { first: number; last: number; text: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const open = groups.at(-1);
    if (open?.text === text) open.last = index;
    else groups.push({ first: index, last: index, text });
  }
  const parts = groups
    .filter(({ text }) => text !== '')
    .map(({ first, last, text }) => {
      if (first === 0 && last === 6) return `every day ${text}`;
      return `${DAY_NAMES[first]}${first === last ? '' : `–${DAY_NAMES[last]}`} ${text}`;
    });
  if (closedOn !== null) parts.push('no public holidays');
  return parts.join(', ');
}

export const clockText = (minute: number): string =>
  `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;

export const dayName = (day: number): string => DAY_NAMES[day] ?? '?';
