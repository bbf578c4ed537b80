/**
 * May this contact be called or written to at this time? Every rule that may apply, in every zone that the contact may be
 * in: `legal(t)` = every possible zone ∧ every applicable row. All calls keep to 8–21; marketing by call or text also to the
 * hours of the state, or of every state of the prefix, and of the country.
 *
 * Knows nothing of consent, suppression or caps, and of exemptions (emergencies, banks, charities): none is claimed here.
 */
import { DAY_MS, MINUTE_MS, rfc3339 } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import type { Purpose } from '../message.ts';
import { holidayOn } from './holidays.ts';
import { clockText, dayName, type Hours, sayHours } from './hours.ts';
import type { Place } from './place.ts';
import type { Ruling } from './ruling.ts';
import { type WindowPlan, type WindowRule, windowPlan } from './window-rules.ts';
import { instantOf, offsetMs } from './zone-offsets.ts';

export interface WindowQuestion {
  readonly channel: Channel;
  readonly purpose: Purpose;
  readonly place: Place;
  /** ms since the epoch. */
  readonly at: number;
  /** An artificial voice speaks. */
  readonly ai: boolean;
}

export interface WindowVerdict {
  readonly verdict: 'allow' | 'deny';
  /** One for each rule that applies; none for what no rule is about (mail, texts that are no marketing). */
  readonly rulings: readonly Ruling[];
  /** When all of them hold: `at` itself if they do now; null when they never do within three weeks. */
  readonly opensAt: number | null;
}

export function callingWindow({ at, place, ...asked }: WindowQuestion): WindowVerdict {
  const plan = windowPlan(place, asked);
  const { rules } = plan;
  const times = place.zones.map((zone) => localTime(zone, at));
  const closed = rules.map(({ hours }) => times.filter((time) => !isWithin(hours, time)));
  const isOpen = closed.every((zones) => zones.length === 0) && (rules.length === 0 || place.zones.length > 0);
  const opensAt = isOpen ? at : openingAfter(plan, place.zones, at);
  return {
    verdict: isOpen ? 'allow' : 'deny',
    rulings: rules.map((rule, index) => ruling(rule, closed[index] ?? [], times, opensAt)),
    opensAt,
  };
}

function ruling(
  { what, hours, ...sourced }: WindowRule,
  closed: readonly LocalTime[],
  times: readonly LocalTime[],
  opensAt: number | null,
): Ruling {
  const says = `${what}: ${sayHours(hours)}, local time of the contact.`;
  if (closed.length === 0 && times.length > 0) {
    return { ...sourced, verdict: 'allow', say: says, fact: sayTimes(hours, times) };
  }
  const fact = times.length === 0 ? 'the time zone of the contact is not known' : sayTimes(hours, closed);
  if (opensAt === null) return { ...sourced, verdict: 'deny', say: `${says} ${NEVER}`, fact };
  return { ...sourced, verdict: 'deny', say: `${says} Wait until ${rfc3339(opensAt)}.`, fact, opensAt };
}

const NEVER =
  'No time in the next weeks is right everywhere where the contact may be; an administrator can set the place with comms_set_contact_place.';

/** Zones named in a fact; of more, their number. */
const NAMED_ZONES = 3;

function sayTimes({ closedOn }: Hours, times: readonly LocalTime[]): string {
  const named = times.slice(0, NAMED_ZONES).map(({ zone, day, minute, epochDay }) => {
    const holiday = closedOn === null ? null : holidayOn(closedOn, epochDay);
    return `${dayName(day)} ${clockText(minute)} in ${zone}${holiday === null ? '' : ` (${holiday})`}`;
  });
  const more = times.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more zones` : ''}`;
}

interface LocalTime {
  readonly zone: string;
  /** 0 Monday … 6 Sunday. */
  readonly day: number;
  /** Since local midnight. */
  readonly minute: number;
  /** Days since 1970-01-01 of the local date. */
  readonly epochDay: number;
}

function localTime(zone: string, at: number): LocalTime {
  const local = at + offsetMs(zone, at);
  const epochDay = Math.floor(local / DAY_MS);
  return { zone, epochDay, day: weekday(epochDay), minute: Math.floor((local - epochDay * DAY_MS) / MINUTE_MS) };
}

/** 1970-01-01 was a Thursday. */
const weekday = (epochDay: number): number => (((epochDay + 3) % 7) + 7) % 7;

function isWithin(hours: Hours, { day, minute, epochDay }: LocalTime): boolean {
  const spans = hours.days[day] ?? [];
  if (!spans.some(([from, to]) => from <= minute && minute < to)) return false;
  return hours.closedOn === null || holidayOn(hours.closedOn, epochDay) === null;
}

/** Long enough for any run of weekends and holidays. */
const SEARCH_DAYS = 21;

/** Refusals come in floods; between a refusal and the next opening the answer stays the same. */
function openingAfter(plan: WindowPlan, zones: readonly string[], at: number): number | null {
  const { opening } = plan;
  if (opening !== null && opening.from <= at && at < opening.until) return opening.opensAt;
  const day = Math.floor(at / DAY_MS);
  const end = (day + 1 + SEARCH_DAYS) * DAY_MS;
  const opensAt = nextOpening(plan.rules, zones, at, end);
  // the search ends with a whole day, so that "never" is the same for every time of one day
  plan.opening = { from: at, until: opensAt ?? (day + 1) * DAY_MS, opensAt };
  return opensAt;
}

/**
 * The first instant from `at` on, before `end`, at which every rule is open in every zone. What is closed stays so until
 * its own next opening: the latest of those is the earliest that can be.
 */
function nextOpening(rules: readonly WindowRule[], zones: readonly string[], at: number, end: number): number | null {
  if (zones.length === 0) return null;
  let time = at;
  while (time < end) {
    let latest = time;
    for (const { hours } of rules) {
      for (const zone of zones) latest = Math.max(latest, openingOf(hours, zone, latest, end));
    }
    if (latest === time) return time;
    time = latest;
  }
  return null;
}

/** The first instant from `at` on at which one rule is open in one zone; `end` when there is none before it. */
function openingOf(hours: Hours, zone: string, at: number, end: number): number {
  const now = localTime(zone, at);
  if (isWithin(hours, now)) return at;
  for (let epochDay = now.epochDay; ; epochDay++) {
    if (hours.closedOn === null || holidayOn(hours.closedOn, epochDay) === null) {
      for (const [from] of hours.days[weekday(epochDay)] ?? []) {
        const opening = instantOf(zone, epochDay * DAY_MS + from * MINUTE_MS);
        if (opening > at) return Math.min(opening, end);
      }
    }
    if (epochDay * DAY_MS > end + DAY_MS) return end;
  }
}
