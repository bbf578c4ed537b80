/** The Middle East and Africa. */
import { DAY_MS } from '../../../kernel/time.ts';
import { hours } from '../hours.ts';
import { law } from '../sourced.ts';
import {
  ALL_PARTY,
  ASK,
  type CountryRow,
  DEFAULT_HOURS,
  everyDay,
  list,
  NO_LIST,
  records,
  required,
  under,
  week,
} from './row.ts';

/** Operators there ask for a form about the sender. */
const withForm = (name: string, source: string): CountryRow => ({
  name,
  hours: DEFAULT_HOURS,
  register: NO_LIST,
  recording: ALL_PARTY,
  registration: required(['sender_id'], "the operators' form for the sender ID", source),
  regime: under(source),
});

export const MIDDLE_EAST_AFRICA = {
  AE: {
    name: 'United Arab Emirates',
    hours: everyDay('S', 'Cabinet Resolution 56/2024', '9-18'),
    caps: [
      { limit: 1, windowMs: DAY_MS, channels: ['voice'], ...law('S', 'Cabinet Resolution 56/2024') },
      { limit: 2, windowMs: 7 * DAY_MS, channels: ['voice'], ...law('S', 'Cabinet Resolution 56/2024') },
    ],
    register: list('Do Not Call Register (DNCR)'),
    recording: records('notice', 'Cabinet Resolution 56/2024: the caller says that the call is recorded'),
    registration: required(['sender_id'], 'registration of the sender ID', 'TDRA'),
    regime: under('Cabinet Resolution 56/2024'),
  },
  IL: {
    name: 'Israel',
    // Sunday to Thursday
    hours: {
      hours: hours({ monFri: '8-21', fri: 'x', sat: 'x', sun: '8-21' }),
      ...law('K', 'Communications Law; practice'),
    },
    register: list('Do Not Call database (Consumer Protection Authority)'),
    recording: records('one-party', 'Secret Monitoring Law 1979'),
    registration: ASK,
    regime: under('Communications Law s. 30A', 'Privacy Protection Law'),
  },
  KE: withForm('Kenya', 'Communications Authority of Kenya'),
  NG: { ...withForm('Nigeria', 'Nigerian Communications Commission'), register: list('2442 Do-Not-Disturb') },
  SA: withForm('Saudi Arabia', 'CST'),
  ZA: {
    name: 'South Africa',
    hours: week(
      'P',
      'Consumer Protection Act 68 of 2008 s. 12; GN R.293 of 2011',
      { monFri: '8-20', sat: '9-13', sun: 'x' },
      'ZA',
    ),
    register: list('opt-out register (pending)'),
    recording: records('one-party', 'RICA 70 of 2002 s. 4'),
    registration: ASK,
    regime: under('Consumer Protection Act 68 of 2008', 'POPIA'),
  },
} as const satisfies Readonly<Record<string, CountryRow>>;
