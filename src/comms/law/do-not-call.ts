/**
 * Registers of those who do not want to be called for marketing. Sallyport holds no copy of any: that a number was
 * checked is the sender's duty, and told as one.
 */
import type { Purpose } from '../message.ts';
import { countryRow } from './countries/index.ts';
import type { Place } from './place.ts';
import type { LegalDuty } from './ruling.ts';

export function registersToCheck(place: Place, purpose: Purpose): readonly LegalDuty[] {
  if (purpose !== 'marketing') return [];
  const countries = place.countries.length === 0 ? ['unknown'] : place.countries;
  return countries.map((country) => {
    const { register, maxAgeDays, ...sourced } = countryRow(country).register;
    const name = register ?? "the country's do-not-call register, if there is one";
    const age = maxAgeDays === undefined ? '' : ` A copy may be at most ${maxAgeDays} days old.`;
    return {
      rule: `country:${country}`,
      duty: 'check_do_not_call_register' as const,
      say: `Check the number against: ${name}.${age}`,
      ...sourced,
    };
  });
}
