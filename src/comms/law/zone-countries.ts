/** Which zones a country has, and which countries a zone is in: the runtime's CLDR, asked once for each. */
import { type CountryCode, getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { boundedMap } from '../../kernel/bounded-map.ts';
import { LAW_OF } from './countries/index.ts';
import { zonesOfPrefix } from './prefix-places.ts';
import { isSameZone } from './zone-offsets.ts';

/** Territories whose law of calls is the US one; their codes are their regions'. */
export const US_TERRITORIES: ReadonlySet<string> = new Set(
  Object.keys(LAW_OF).filter((territory) => LAW_OF[territory] === 'US'),
);

export const normalCountries = (countries: readonly string[]): readonly string[] =>
  [...new Set(countries.map((country) => (US_TERRITORIES.has(country) ? 'US' : country)))].sort();

const byCountry = boundedMap<string, readonly string[]>(1_000);

/** IANA zones of a country; where CLDR knows none (Kosovo, Ascension), those of its calling code. */
export function zonesOfCountry(country: string): readonly string[] {
  const before = byCountry.get(country);
  if (before !== undefined) return before;
  const known = new Intl.Locale(`und-${country}`).getTimeZones?.() ?? [];
  const zones = known.length > 0 ? [...known].sort() : zonesOfCallingCode(country);
  byCountry.set(country, zones);
  return zones;
}

function zonesOfCallingCode(country: string): readonly string[] {
  const code = getCountries().find((one) => one === country) as CountryCode | undefined;
  return code === undefined ? [] : zonesOfPrefix(`+${getCountryCallingCode(code)}`);
}

/** Whether the zone is one of the country's; the US with its territories. */
export const hasZone = (country: string, zone: string): boolean => countriesOfZone(zone).includes(country);

const byZone = boundedMap<string, readonly string[]>(1_000);

/** Countries that have numbers and lie in the zone, US territories as `US`. */
export function countriesOfZone(zone: string): readonly string[] {
  const before = byZone.get(zone);
  if (before !== undefined) return before;
  const countries = normalCountries(
    getCountries().filter((country) => zonesOfCountry(country).some((one) => isSameZone(one, zone))),
  );
  byZone.set(zone, countries);
  return countries;
}
