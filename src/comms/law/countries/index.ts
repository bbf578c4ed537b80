/** Every country's row by ISO 3166-1 alpha-2 code, and which row holds for a territory that has none. */
import { hours } from '../hours.ts';
import { caution } from '../sourced.ts';
import { AMERICAS } from './americas.ts';
import { ASIA_PACIFIC } from './asia-pacific.ts';
import { EUROPE } from './europe.ts';
import { MIDDLE_EAST_AFRICA } from './middle-east-africa.ts';
import { ALL_PARTY, ASK, type CountryRow, NO_LIST } from './row.ts';

export const COUNTRIES: Readonly<Record<string, CountryRow>> = {
  ...EUROPE,
  ...AMERICAS,
  ...ASIA_PACIFIC,
  ...MIDDLE_EAST_AFRICA,
};

/** Territories where another country's law of calls holds: of the US by 47 U.S.C. 153(58), of others taken so (K). */
export const LAW_OF: Readonly<Record<string, string>> = {
  AS: 'US',
  GU: 'US',
  MP: 'US',
  PR: 'US',
  VI: 'US',
  AX: 'FI',
  SJ: 'NO',
  VA: 'IT',
  GG: 'GB',
  IM: 'GB',
  JE: 'GB',
  BL: 'FR',
  GF: 'FR',
  GP: 'FR',
  MF: 'FR',
  MQ: 'FR',
  PM: 'FR',
  RE: 'FR',
  YT: 'FR',
  CC: 'AU',
  CX: 'AU',
  NF: 'AU',
};

/** A country without a row, or a contact whose country is not known. */
export const UNKNOWN_COUNTRY: CountryRow = {
  name: 'a country that has no row, or is not known',
  hours: {
    hours: hours({ monFri: '10-18', sat: 'x', sun: 'x' }),
    ...caution('no row for the country: Mon–Fri 10–18; its holidays are not known'),
  },
  register: NO_LIST,
  recording: ALL_PARTY,
  registration: ASK,
  regime: { statutes: ['consent required'], ...caution('not known') },
};

export const countryRow = (country: string): CountryRow => COUNTRIES[LAW_OF[country] ?? country] ?? UNKNOWN_COUNTRY;
