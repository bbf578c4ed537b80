/**
 * Offsets of IANA time zones. Temporal knows them and is slow to ask (some µs); between two transitions an offset does not
 * change, so each span is asked for once.
 */
import { boundedMap } from '../../kernel/bounded-map.ts';

/** From `from` up to but not including `to`, local time is UTC plus `offsetMs`. */
interface OffsetSpan {
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
}

/** The current span of each zone: nearly every question is about now. There are some 400 zones. */
const latest = boundedMap<string, OffsetSpan>(2_000);

/** @param zone an IANA name; @param at ms since the epoch. @throws RangeError for an unknown zone. */
export function offsetMs(zone: string, at: number): number {
  return spanAt(zone, at).offsetMs;
}

function spanAt(zone: string, at: number): OffsetSpan {
  const span = latest.get(zone);
  if (span !== undefined && span.from <= at && at < span.to) return span;
  const asked = askTemporal(zone, at);
  latest.set(zone, asked);
  return asked;
}

function askTemporal(zone: string, at: number): OffsetSpan {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const next = time.getTimeZoneTransition('next');
  // a transition at this very instant is not "previous" to it
  const previous = time.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: time.offsetNanoseconds / 1_000_000,
  };
}

/**
 * The instant at which a clock in the zone shows `localMs` (ms since the epoch as if the zone were UTC). A time that the
 * clocks skip is the instant of the jump; one that they show twice is the first.
 */
export function instantOf(zone: string, localMs: number): number {
  const local = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  const time = local.toZonedDateTime(zone, { disambiguation: 'compatible' });
  if (time.toPlainDateTime().equals(local)) return time.epochMilliseconds;
  return spanAt(zone, time.epochMilliseconds).from;
}

/** Whether two IANA names are the same zone (`Asia/Calcutta`, `Asia/Kolkata`). */
export const isSameZone = (one: string, other: string): boolean =>
  one === other || EPOCH.toZonedDateTimeISO(one).equals(EPOCH.toZonedDateTimeISO(other));

const EPOCH = Temporal.Instant.fromEpochMilliseconds(0);

/** Whether clocks in both zones show the same, in winter and in summer of this tzdata's rules. */
export const keepsSameTime = (one: string, other: string): boolean =>
  SEASONS.every((at) => offsetMs(one, at) === offsetMs(other, at));

const SEASONS = [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)];

/** The zone's IANA name as given, or null when there is none of that name (an offset such as `+02:00` is none). */
export function knownZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return EPOCH.toZonedDateTimeISO(name).timeZoneId;
  } catch {
    return null;
  }
}
