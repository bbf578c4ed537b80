/** Europe, with every member of the European Union; Turkey too. */

import { DAY_MS } from '../../../kernel/time.ts';
import { law } from '../sourced.ts';
import {
  ALL_PARTY,
  ASK,
  advised,
  type CountryRow,
  DEFAULT_HOURS,
  everyDay,
  list,
  NO_LIST,
  NOT_ASKED,
  records,
  required,
  under,
  week,
} from './row.ts';

/** An EU member that has no row of its own. */
const member = (name: string): CountryRow => ({
  name,
  hours: DEFAULT_HOURS,
  register: NO_LIST,
  recording: ALL_PARTY,
  registration: ASK,
  regime: under('GDPR', 'Directive 2002/58/EC (ePrivacy)'),
});

export const EUROPE = {
  AT: {
    ...member('Austria'),
    register: list('RTR ECG list'),
    recording: records('all-party', 'StGB § 120'),
    regime: under('TKG 2021 § 174', 'GDPR'),
  },
  BE: {
    ...member('Belgium'),
    register: list('Do Not Call Me list'),
    recording: records('all-party', 'Criminal Code art. 314bis; Act of 13 June 2005 art. 124'),
  },
  BG: member('Bulgaria'),
  CH: {
    name: 'Switzerland',
    hours: DEFAULT_HOURS,
    register: list('asterisk in the directory (UWG art. 3(1)(u))'),
    recording: records('all-party', 'StGB art. 179bis–179ter'),
    registration: ASK,
    regime: under('UWG', 'DSG'),
  },
  CY: member('Cyprus'),
  CZ: {
    ...member('Czechia'),
    register: list('opt-in: numbers not listed for marketing may not be called'),
    recording: records('one-party', 'Civil Code §§ 86–88'),
  },
  DE: {
    ...member('Germany'),
    hours: everyDay('K', 'UWG § 7; trade practice', '8-21'),
    register: list('Robinson list; express consent, proof kept 5 years (UWG § 7a)'),
    recording: records('all-party', 'StGB § 201'),
    registration: NOT_ASKED,
    regime: under('UWG § 7a', 'TTDSG', 'GDPR'),
  },
  DK: {
    ...member('Denmark'),
    register: list('Robinson list'),
    recording: records('all-party', 'Databeskyttelsesloven: consent'),
  },
  EE: member('Estonia'),
  ES: {
    ...member('Spain'),
    hours: week('S', 'Ley 11/2022 (LGT) art. 66', { monFri: '9-21', sat: 'x', sun: 'x' }, 'ES'),
    register: list('Lista Robinson'),
    recording: records('one-party', 'STC 114/1984'),
    regime: under('Ley 11/2022 (LGT) art. 66', 'GDPR'),
  },
  FI: {
    ...member('Finland'),
    register: list('Robinson list'),
    recording: records('one-party', 'Criminal Code ch. 24 § 5'),
    registration: required(['sender_id'], "the operators' form for the sender ID", 'Traficom regulation 28'),
  },
  FR: {
    ...member('France'),
    hours: week(
      'S',
      'Code de la consommation art. L223-1, D223-9',
      { monFri: '10-13 14-20', sat: 'x', sun: 'x' },
      'FR',
    ),
    caps: [
      { limit: 4, windowMs: 30 * DAY_MS, channels: ['voice'], ...law('S', 'Code de la consommation art. D223-9') },
    ],
    register: list('opt-in since August 2026 (Bloctel before)'),
    recording: records('all-party', 'Code pénal art. 226-1'),
    registration: required(
      ['sender_id'],
      "an OADC (alphanumeric sender) that keeps to the operators' rules",
      'AF2M charter',
    ),
    regime: under('Code de la consommation', 'GDPR'),
  },
  GB: {
    name: 'United Kingdom',
    hours: everyDay('K', 'Ofcom and ICO guidance on marketing calls', '8-21'),
    register: list('TPS and CTPS', 28),
    recording: records('notice', 'Investigatory Powers (Interception by Businesses) Regulations 2018'),
    registration: advised(['sender_id'], 'registration of the sender ID (advised)', 'MEF SMS Sender ID Registry'),
    regime: under('PECR (automated calls need specific consent)', 'UK GDPR'),
  },
  GR: member('Greece'),
  HR: member('Croatia'),
  HU: member('Hungary'),
  IE: {
    ...member('Ireland'),
    register: list('National Directory Database (NDD)'),
    recording: records('one-party', 'Postal and Telecommunications Services Act 1983 s. 98'),
    registration: required(['sender_id'], 'registration of the sender ID', 'ComReg sender ID register'),
  },
  IT: {
    ...member('Italy'),
    hours: week(
      'S',
      'Codice di condotta per il telemarketing (Garante 2023)',
      { monFri: '9-20', sat: '10-19', sun: 'x' },
      'IT',
    ),
    register: list('Registro pubblico delle opposizioni (RPO)'),
    recording: records('one-party', 'Cass. SS.UU. 36747/2003'),
    registration: required(['sender_id'], 'registration of the alias', 'AGCOM alias register (delibera 12/23/CIR)'),
  },
  LT: member('Lithuania'),
  LU: member('Luxembourg'),
  LV: member('Latvia'),
  MT: member('Malta'),
  NL: {
    ...member('Netherlands'),
    register: list('opt-in (Telecommunicatiewet art. 11.7)'),
    recording: records('one-party', 'Sr art. 139a–139c'),
  },
  NO: {
    name: 'Norway',
    hours: week('S', 'Markedsføringsloven §§ 12–14', { monFri: '9-21', sat: 'x', sun: 'x' }, 'NO'),
    register: list('Reservasjonsregisteret'),
    recording: records('one-party', 'Straffeloven § 205'),
    registration: ASK,
    regime: under('GDPR (EEA)', 'Markedsføringsloven'),
  },
  PL: {
    ...member('Poland'),
    register: list('Robinson list'),
    recording: records('one-party', 'Kodeks karny art. 267'),
  },
  PT: {
    ...member('Portugal'),
    hours: everyDay('K', 'Decreto-Lei 134/2009', '9-22'),
    register: list('list of those who object (Lei 41/2004 art. 13.º-B)'),
    recording: records('all-party', 'Código Penal art. 199.º'),
  },
  RO: member('Romania'),
  SE: { ...member('Sweden'), register: list('NIX-Telefon'), recording: records('one-party', 'Brottsbalken 4:9 a') },
  SI: member('Slovenia'),
  SK: member('Slovakia'),
  TR: {
    name: 'Türkiye',
    hours: DEFAULT_HOURS,
    register: list('İYS (İleti Yönetim Sistemi)'),
    recording: records('all-party', 'TCK art. 133'),
    registration: ASK,
    regime: under('KVKK', 'Law 6563'),
  },
} as const satisfies Readonly<Record<string, CountryRow>>;
