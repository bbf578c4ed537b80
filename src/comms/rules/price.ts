/**
 * What a message or call costs before the provider has told: the amount reserved when a message is admitted, and the simulator's price
 * list. The provider's own price, which comes later, settles it. Not an offer and not a provider's current price list.
 */
import type { Micros } from '../../kernel/money.ts';

/** Micro-USD per segment, by ISO country. */
const PER_SEGMENT: ReadonlyMap<string, Micros> = new Map([
  ['US', 7_900],
  ['CA', 7_900],
]);

/** Everywhere else, and where the country is not known: high, so that a spending limit errs on the safe side. */
const PER_SEGMENT_ELSEWHERE: Micros = 75_000;

const MAIL: Micros = 1_000;
/** The provider's and the network's fees for one template or free-form message; the networks' lists differ by country. */
const WHATSAPP: ReadonlyMap<string, Micros> = new Map([
  ['US', 45_000],
  ['CA', 45_000],
]);
const WHATSAPP_ELSEWHERE: Micros = 160_000;

/** One mail, whatever its size. */
export const mailCost = (): Micros => MAIL;

/** One message by WhatsApp, at most. */
export const whatsappCost = (country: string | null): Micros =>
  (country === null ? undefined : WHATSAPP.get(country)) ?? WHATSAPP_ELSEWHERE;

/** A minute of a call with speech in both directions, by the country that is called. */
const PER_MINUTE: ReadonlyMap<string, Micros> = new Map([
  ['US', 90_000],
  ['CA', 90_000],
]);
const PER_MINUTE_ELSEWHERE: Micros = 500_000;

/** @param minutes a whole number. */
export const callCost = (minutes: number, country: string | null): Micros =>
  minutes * ((country === null ? undefined : PER_MINUTE.get(country)) ?? PER_MINUTE_ELSEWHERE);

/** @throws RangeError unless `segments` is a whole number from 0 up. */
export function smsCost(segments: number, country: string | null): Micros {
  if (!Number.isSafeInteger(segments) || segments < 0) throw new RangeError(`not a count of segments: ${segments}`);
  return segments * ((country === null ? undefined : PER_SEGMENT.get(country)) ?? PER_SEGMENT_ELSEWHERE);
}
