/**
 * The tables of docs/compliance.md, from the same data that the guards read: what stands between
 * `<!-- table: name -->` and `<!-- end -->` is replaced, the rest is written by people.
 */
import { readFileSync } from 'node:fs';
import { CALENDAR, CALENDARS } from '../src/comms/law/calendars.ts';
import { COUNTRIES, LAW_OF, UNKNOWN_COUNTRY } from '../src/comms/law/countries/index.ts';
import type { CountryRow } from '../src/comms/law/countries/row.ts';
import { sayHours } from '../src/comms/law/hours.ts';
import type { Sourced } from '../src/comms/law/sourced.ts';
import { UNKNOWN_STATE_RECORDING, US_RECORDING_STATES, usRecording } from '../src/comms/law/us-recording.ts';
import { type Cap, type StateRow, US_FEDERAL, US_STATES, US_UNKNOWN_STATE } from '../src/comms/law/us-states.ts';

const PAGE = new URL('../docs/compliance.md', import.meta.url);

const HOUR_MS = 3_600_000;

/** `Q`, or `caution` for what is ours. */
const standing = ({ basis, tag }: Sourced): string => (basis === 'caution' ? 'caution' : tag);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const sayCaps = (caps: readonly Cap[] = []): string =>
  caps
    .map(({ limit, windowMs, channels }) => `${limit} per ${windowMs / HOUR_MS} h (${channels.join(', ')})`)
    .join('; ') || '–';

function stateRows(
  state: string,
  { marketing, automated, caps, automatedCaps }: StateRow,
): readonly (readonly string[])[] {
  return [
    ...(marketing === undefined
      ? []
      : [[state, 'calls and texts', sayHours(marketing.hours), sayCaps(caps), marketing.source, standing(marketing)]]),
    ...(automated === undefined
      ? []
      : [
          [
            state,
            'calls by an artificial voice',
            sayHours(automated.hours),
            sayCaps(automatedCaps),
            automated.source,
            standing(automated),
          ],
        ]),
  ];
}

const usHours = (): string =>
  table(
    ['state', 'marketing by', 'hours', 'cap', 'source', 'standing'],
    [
      ...stateRows('every state', { marketing: US_FEDERAL }),
      ...Object.entries(US_STATES).flatMap(([state, row]) => stateRows(state, row)),
      ...stateRows('not known', US_UNKNOWN_STATE),
    ],
  );

const usRecordingTable = (): string =>
  table(
    ['state', 'consent', 'source', 'standing'],
    [
      ...US_RECORDING_STATES.map((state) => [state, usRecording(state)] as const),
      ['any other', usRecording('any other')] as const,
      ['not known', UNKNOWN_STATE_RECORDING] as const,
    ].map(([state, row]) => [state, row.consent, row.source, standing(row)]),
  );

function countryCells([code, row]: readonly [string, CountryRow]): readonly string[] {
  const texts = row.textHours === undefined ? '' : `; texts ${sayHours(row.textHours.hours)}`;
  const { registration, register, recording, hours } = row;
  return [
    code,
    code === 'US' ? 'by state, above' : `${sayHours(hours.hours)}${texts} (${standing(hours)})`,
    code === 'US' ? 'by state, above' : sayCaps(row.caps),
    register.register ?? `${standing(register)}: as if there were one`,
    code === 'US' ? 'by state, above' : `${recording.consent} (${standing(recording)})`,
    registration.standing === 'none' ? 'none known' : `${registration.standing}: ${registration.kinds.join(' or ')}`,
    row.regime.statutes.join('; '),
  ];
}

const countries = (): string =>
  table(
    ['country', 'marketing hours', 'cap', 'register', 'recording', 'registration for SMS', 'regime'],
    [
      ...Object.entries(COUNTRIES).sort(([one], [other]) => (one < other ? -1 : 1)),
      ['any other', UNKNOWN_COUNTRY] as const,
    ].map(countryCells),
  );

const territories = (): string =>
  Object.entries(Object.groupBy(Object.keys(LAW_OF), (territory) => LAW_OF[territory] ?? ''))
    .map(([country, all = []]) => `- ${country}: ${all.join(' ')}`)
    .join('\n');

const sources = (): string =>
  table(
    ['country', 'hours', 'recording', 'registration'],
    Object.entries(COUNTRIES)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([code, { hours, recording, registration }]) => [code, hours.source, recording.source, registration.source]),
  );

const holidays = (): string =>
  table(
    ['calendar', 'days', 'source', 'standing'],
    CALENDARS.map((name) => {
      const { days, ...sourced } = CALENDAR[name];
      return [name, [...new Set(days.map((day) => day.name))].join(', '), sourced.source, standing(sourced)];
    }),
  );

const TABLES: Readonly<Record<string, () => string>> = {
  'us-hours': usHours,
  'us-recording': usRecordingTable,
  countries,
  territories,
  sources,
  holidays,
};

export function compliancePage(): string {
  return readFileSync(PAGE, 'utf8').replace(
    /(<!-- table: ([a-z-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, begin: string, name: string, end: string) => {
      const render = TABLES[name];
      if (render === undefined) throw new Error(`docs/compliance.md: no table ${name}`);
      return `${begin}\n${render()}\n\n${end}`;
    },
  );
}
