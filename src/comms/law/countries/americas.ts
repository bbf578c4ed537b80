/** The Americas. The hours, caps and recording rules of the United States are by state: `us-states.ts`, `us-recording.ts`. */
import { DAY_MS } from '../../../kernel/time.ts';
import { hours } from '../hours.ts';
import { caution, law } from '../sourced.ts';
import { US_FEDERAL } from '../us-states.ts';
import {
  ALL_PARTY,
  ASK,
  type CountryRow,
  DEFAULT_HOURS,
  everyDay,
  list,
  records,
  required,
  under,
  week,
} from './row.ts';

const latin = (name: string, register: string, ...statutes: readonly string[]): CountryRow => ({
  name,
  hours: DEFAULT_HOURS,
  register: list(register),
  recording: ALL_PARTY,
  registration: ASK,
  regime: under(...statutes),
});

export const AMERICAS = {
  AR: latin('Argentina', 'Registro Nacional No Llame', 'Ley 26.951', 'Ley 25.326'),
  BR: {
    ...latin('Brazil', 'Não Me Perturbe', 'LGPD'),
    hours: everyDay('S', 'Anatel; Não Me Perturbe code of conduct', '8-21'),
  },
  CA: {
    name: 'Canada',
    hours: {
      hours: hours({ monFri: '9-21:30', sat: '10-18', sun: '10-18' }),
      ...law('Q', 'CRTC Unsolicited Telecommunications Rules, part III s. 23'),
    },
    register: list('National Do Not Call List (DNCL)'),
    recording: records('one-party', 'Criminal Code s. 184(2)(a)'),
    registration: required(
      ['campaign'],
      'registration of the sender and its campaign with the provider',
      'Canadian carriers; CASL',
    ),
    regime: under('CASL', 'PIPEDA', 'CRTC Unsolicited Telecommunications Rules'),
  },
  CL: latin('Chile', 'No Molestar (SERNAC)', 'Ley 19.496', 'Ley 21.719'),
  CO: {
    ...latin('Colombia', 'Registro de Números Excluidos (RNE)', 'Ley 2300 de 2023', 'Ley 1581 de 2012'),
    hours: week('S', 'Ley 2300 de 2023 art. 3', { monFri: '7-19', sat: '8-15', sun: 'x' }),
    caps: [
      { limit: 1, windowMs: DAY_MS, channels: ['voice', 'sms', 'whatsapp'], ...law('S', 'Ley 2300 de 2023 art. 3') },
    ],
  },
  MX: latin('Mexico', 'REPEP', 'LFPC', 'LFPDPPP'),
  PE: latin('Peru', 'Gracias No Insista', 'Ley 29571', 'Ley 29733'),
  US: {
    name: 'United States',
    hours: US_FEDERAL,
    register: list('National Do Not Call Registry', 31),
    recording: { consent: 'all-party', ...caution('the state is not known: treated as all-party') },
    registration: required(
      ['10dlc', 'toll_free_verification'],
      '10DLC registration of brand and campaign (toll-free numbers: verification)',
      'US carriers through The Campaign Registry',
    ),
    regime: under('TCPA (47 U.S.C. 227)', 'CAN-SPAM', 'STIR/SHAKEN (47 CFR 64.6300)'),
  },
} as const satisfies Readonly<Record<string, CountryRow>>;
