/** Where a contact lives, as somebody says it: a zone that a clock on a wall follows, a country, a state or province. */
import { isSupportedCountry } from 'libphonenumber-js/max';
import { knownZone } from '../law/zone-offsets.ts';

export interface SaidPlace {
  readonly zone?: string | undefined;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
}

/** States, territories and the federal district of the US (USPS); provinces and territories of Canada (ISO 3166-2:CA). */
const REGIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  US: new Set(
    'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI'.split(
      ' ',
    ),
  ),
  CA: new Set('AB BC MB NB NL NS NT NU ON PE QC SK YT'.split(' ')),
};

/** `Etc/GMT+5` and `UTC` are clocks that nobody lives by. */
const PLACE_NAME = /^(?!Etc\/)[A-Z][A-Za-z_]+\/[A-Za-z0-9_+/-]+$/;

/** In the spelling of the IANA database; null for what is no zone that somebody can live in. */
export const zoneName = (zone: string): string | null => (PLACE_NAME.test(zone) ? knownZone(zone) : null);

/** What is wrong with it, a field each: empty when nothing is. */
export function placeProblems({ zone, country, region }: SaidPlace): readonly { path: keyof SaidPlace; say: string }[] {
  const problems: { path: keyof SaidPlace; say: string }[] = [];
  if (zone !== undefined && zoneName(zone) === null) {
    problems.push({ path: 'zone', say: 'zone: name an IANA time zone that people live in, such as America/New_York.' });
  }
  if (country !== undefined && !isSupportedCountry(country)) {
    problems.push({ path: 'country', say: 'country: two capital letters (ISO 3166-1 alpha-2), such as US.' });
  }
  if (region !== undefined && REGIONS[country ?? '']?.has(region) !== true) {
    problems.push({
      path: 'region',
      say: 'region: two capital letters of a US state or Canadian province, such as FL, with its country.',
    });
  }
  return problems;
}
