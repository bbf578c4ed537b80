/** Spans in milliseconds, RFC 3339 in and out, and calendar periods in a time zone. */
export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** `2026-11-20` or `2026-11`: the calendar day or month that holds `ms` in an IANA time zone. */
export function calendarPeriod(ms: number, unit: 'day' | 'month', zone: string): string {
  const iso = zone === 'UTC' ? new Date(ms).toISOString() : zoned(ms, zone).toPlainDate().toString();
  return iso.slice(0, unit === 'day' ? 10 : 7);
}

/** When the calendar day or month that holds `ms` ends: the first instant of the next one. */
export function nextPeriodStart(ms: number, unit: 'day' | 'month', zone: string): number {
  const today = zoned(ms, zone).startOfDay();
  const next = unit === 'day' ? today.add({ days: 1 }) : today.with({ day: 1 }).add({ months: 1 });
  return next.startOfDay().epochMilliseconds;
}

const zoned = (ms: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);

/** The calendar day that holds `ms` in an IANA time zone, as days since 1970-01-01. */
export const calendarDay = (ms: number, zone: string): number =>
  zone === 'UTC' ? Math.floor(ms / DAY_MS) : Date.parse(calendarPeriod(ms, 'day', zone)) / DAY_MS;

/** `2026-11-20` for such a day. */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The first day of the month that such a day is in. */
export const firstOfMonth = (day: number): number => Date.parse(`${dayText(day).slice(0, 8)}01`) / DAY_MS;
