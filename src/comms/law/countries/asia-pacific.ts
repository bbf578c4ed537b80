/** Asia and the Pacific. */
import { ASK, type CountryRow, DEFAULT_HOURS, everyDay, list, records, required, under, week } from './row.ts';

export const ASIA_PACIFIC = {
  AU: {
    name: 'Australia',
    hours: week(
      'Q',
      'Telecommunications (Telemarketing and Research Calls) Industry Standard 2017 s. 8',
      { monFri: '9-20', sat: '9-17', sun: 'x' },
      'AU',
    ),
    register: list('Do Not Call Register'),
    recording: records('all-party', 'Telecommunications (Interception and Access) Act 1979; state surveillance acts'),
    registration: required(
      ['sender_id'],
      'registration of the sender ID (since 2026-07-01)',
      'ACMA SMS Sender ID Register',
    ),
    regime: under('Spam Act 2003', 'Do Not Call Register Act 2006'),
  },
  HK: {
    name: 'Hong Kong',
    hours: DEFAULT_HOURS,
    register: list('OFCA Do-Not-Call Registers'),
    recording: records('one-party', 'no statute on private recording'),
    registration: ASK,
    regime: under('UEMO (Cap. 593)', 'PDPO (Cap. 486)'),
  },
  IN: {
    name: 'India',
    hours: everyDay('S', 'TRAI TCCCPR 2018', '10-21'),
    register: list('NCPR (DND)'),
    recording: records('one-party', 'no statute on private recording'),
    registration: required(['dlt'], 'DLT registration of entity, header and templates', 'TRAI TCCCPR 2018'),
    regime: under('TRAI TCCCPR 2018', 'DPDP Act 2023'),
  },
  JP: {
    name: 'Japan',
    hours: everyDay('S', 'Act on Specified Commercial Transactions; practice', '8-21'),
    register: list('no re-solicitation of those who declined'),
    recording: records('one-party', 'no statute on private recording'),
    registration: ASK,
    regime: under('APPI', 'Act on Specified Commercial Transactions'),
  },
  KR: {
    name: 'South Korea',
    hours: everyDay('S', 'Network Act art. 50(3)', '8-21'),
    register: list('no list known; advertisements are marked (광고)'),
    recording: records('one-party', 'Protection of Communications Secrets Act art. 3, 14'),
    registration: required(['calling_number'], 'registration of the calling number', 'KISA'),
    regime: under('Network Act', 'PIPA'),
  },
  NZ: {
    name: 'New Zealand',
    hours: DEFAULT_HOURS,
    register: list('Name Removal Service'),
    recording: records('one-party', 'Crimes Act 1961 s. 216B'),
    registration: ASK,
    regime: under('Unsolicited Electronic Messages Act 2007', 'Privacy Act 2020'),
  },
  SG: {
    name: 'Singapore',
    hours: DEFAULT_HOURS,
    register: list('DNC Registry (PDPA)'),
    recording: records('one-party', 'no statute on private recording'),
    registration: required(['sender_id'], 'registration of the sender ID', 'SGNIC SMS Sender ID Registry'),
    regime: under('PDPA 2012'),
  },
  VN: {
    name: 'Viet Nam',
    hours: DEFAULT_HOURS,
    textHours: everyDay('S', 'Decree 91/2020/ND-CP', '7-22'),
    register: list('DoNotCall (5656)'),
    recording: records('one-party', 'no statute on private recording'),
    registration: required(['brand_name'], 'registration of a brand name', 'Decree 91/2020/ND-CP'),
    regime: under('Decree 91/2020/ND-CP'),
  },
} as const satisfies Readonly<Record<string, CountryRow>>;
