/**
 * Where a contact may be, from the best evidence there is: a zone or an address that a person set, else the number's
 * prefix. Numbers port, so that a prefix is a guess, and so is a state; whoever rules on a place must allow for every
 * zone and every row that it names.
 *
 * Who may set evidence is not decided here: an agent that chose the zone could call at any hour.
 */
import { type CountryCode, getCountries, getCountryCallingCode, type NumberType } from 'libphonenumber-js/max';
import { boundedMap } from '../../kernel/bounded-map.ts';
import { parsePhone } from '../rules/address.ts';
import { regionsOfPrefix, union, zonesOfPrefix, zonesOfRegion } from './prefix-places.ts';
import { countriesOfZone, hasZone, normalCountries, US_TERRITORIES, zonesOfCountry } from './zone-countries.ts';
import { isSameZone, keepsSameTime } from './zone-offsets.ts';

/** What a person set for this contact; what is left out is read from the number. */
export interface Evidence {
  /** IANA name. */
  readonly zone?: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | null;
  /** A US state or territory, or a Canadian province: the code after the country's in ISO 3166-2. */
  readonly region?: string | null;
}

export type EvidenceKind = 'zone' | 'address' | 'prefix' | 'none';

/** Equal evidence about the same number gives the same object: rulings remember what they know of it. */
export interface Place {
  /** ISO 3166-1 alpha-2 of every country it may be in, US territories as `US`; none: not known. */
  readonly countries: readonly string[];
  /** Of those in the US or Canada: every state or province it may be in; none: not known. */
  readonly regions: readonly string[];
  /** IANA zones it may be in; none: not known. */
  readonly zones: readonly string[];
  /** What each was read from. */
  readonly from: { readonly country: EvidenceKind; readonly region: EvidenceKind; readonly zone: EvidenceKind };
}

export const isUsRegion = (region: string): boolean => !CANADIAN_PROVINCES.has(region);

const CANADIAN_PROVINCES: ReadonlySet<string> = new Set([
  'AB',
  'BC',
  'MB',
  'NB',
  'NL',
  'NS',
  'NT',
  'NU',
  'ON',
  'PE',
  'QC',
  'SK',
  'YT',
]);

const NOWHERE: Place = {
  countries: [],
  regions: [],
  zones: [],
  from: { country: 'none', region: 'none', zone: 'none' },
};

const remembered = boundedMap<string, Place>(20_000);

/**
 * @param phone E.164; null for a contact that has none (a mail address).
 * @param evidence must be checked before: an unknown zone makes rulings throw.
 */
export function placesOf(phone: string | null, evidence: Evidence = {}): Place {
  const key = `${phone ?? ''} ${evidence.country ?? ''} ${evidence.region ?? ''} ${evidence.zone ?? ''}`;
  const before = remembered.get(key);
  if (before !== undefined) return before;
  const place = shared(withZone(withAddress(phone === null ? NOWHERE : placeOfNumber(phone), evidence), evidence));
  remembered.set(key, place);
  return place;
}

/** Numbers are many, places are few: one object each, so that what is known of a place is worked out once. */
const places = boundedMap<string, Place>(4_000);

function shared(place: Place): Place {
  const key = JSON.stringify(place);
  const same = places.get(key);
  if (same !== undefined) return same;
  places.set(key, place);
  return place;
}

function placeOfNumber(phone: string): Place {
  const parsed = parsePhone(phone);
  const { country, type } = parsed.ok ? parsed.value : { country: null, type: null };
  const regions = regionsOfPrefix(phone);
  const isShared = phone.startsWith('+1') && !isAreaOf(country, regions);
  const countries = isShared || country === null ? countriesOfCallingCode(phone) : [country];
  const zones = isGeographic(phone, type) || isShared ? zonesOfPrefix(phone) : wholeCountry(phone, country);
  return {
    countries: normalCountries(countries),
    regions,
    zones,
    from: {
      country: countries.length === 0 ? 'none' : 'prefix',
      region: regions.length === 0 ? 'none' : 'prefix',
      zone: zones.length === 0 ? 'none' : 'prefix',
    },
  };
}

/** Toll-free and personal numbers of +1 are shared by all of its countries, whatever the metadata says. */
const isAreaOf = (country: CountryCode | null, regions: readonly string[]): boolean =>
  regions.length > 0 || (country !== null && country !== 'US' && country !== 'CA');

/** Plans in which mobiles have area codes: libphonenumber's list, and North America, where nothing tells them apart. */
const MOBILES_WITH_AREA = /^\+(?:1|52|54|55)/;

const isGeographic = (phone: string, type: NumberType | null): boolean =>
  type === 'FIXED_LINE' || type === 'FIXED_LINE_OR_MOBILE' || (type === 'MOBILE' && MOBILES_WITH_AREA.test(phone));

/** Every zone of the country; of the calling code when the country is not known. */
function wholeCountry(phone: string, country: CountryCode | null): readonly string[] {
  const own = country === null ? [] : zonesOfCountry(country);
  if (own.length > 0) return own;
  return zonesOfPrefix(country === null ? phone : `+${getCountryCallingCode(country)}`);
}

function countriesOfCallingCode(phone: string): readonly string[] {
  return getCountries().filter((country) => phone.startsWith(`+${getCountryCallingCode(country)}`));
}

function withAddress(place: Place, { country, region }: Evidence): Place {
  if (region != null) {
    const home = isUsRegion(region) ? 'US' : 'CA';
    return {
      countries: [home],
      regions: [region],
      zones: zonesOfRegion(region),
      from: { country: 'address', region: 'address', zone: 'address' },
    };
  }
  if (country == null) return place;
  const [normal = country] = normalCountries([country]);
  if (US_TERRITORIES.has(country)) return withAddress(place, { region: country });
  const from = { country: 'address', region: 'none', zone: 'address' } as const;
  // the prefix tells more than the country does, if it is of that country
  if (place.countries.length === 1 && place.countries[0] === normal)
    return { ...place, from: { ...place.from, country: 'address' } };
  return { countries: [normal], regions: [], zones: zonesOfCountry(normal), from };
}

/**
 * A zone that a person set takes the place of all others. Where its clocks are none of the state's (or the country's), the
 * contact is not where the number says: then the state is not known, and the law of the zone's own country may hold too.
 */
function withZone(place: Place, { zone }: Evidence): Place {
  if (zone == null) return place;
  const from = { ...place.from, zone: 'zone' as const };
  if (place.zones.some((one) => isSameZone(one, zone))) return { ...place, zones: [zone], from };
  const isHome = place.countries.some((country) => hasZone(country, zone));
  // a zone of the same clocks, such as Detroit for a number that the table puts in New York's
  const fitsPrefix = isHome && place.zones.some((one) => keepsSameTime(one, zone));
  // a person set the state; the zone may be where they are for a while
  const keepsRegion = fitsPrefix || place.from.region === 'address';
  return {
    countries: isHome ? place.countries : union(place.countries, countriesOfZone(zone)),
    regions: keepsRegion ? place.regions : [],
    zones: [zone],
    from: { ...from, region: keepsRegion ? place.from.region : 'none' },
  };
}
