/**
 * Calling hours and frequency caps of US states that are stricter than federal law; a state that is not here has the
 * federal hours. Hours and caps from two statute tables of 2026 (Q), the stricter value where they disagree; which section
 * of which code they stand in is general knowledge (K) but for Florida, Oregon and Texas.
 */
import { HOUR_MS } from '../../kernel/time.ts';
import type { Channel } from '../../tenancy/agent.ts';
import type { Calendar } from './calendars.ts';
import { type Hours, hours, type Week } from './hours.ts';
import { caution, law, type Sourced } from './sourced.ts';

export interface StateHours extends Sourced {
  readonly hours: Hours;
}

export interface Cap extends Sourced {
  readonly limit: number;
  readonly windowMs: number;
  /** What counts together. */
  readonly channels: readonly Channel[];
}

export interface StateRow {
  /** Marketing by call or text. */
  readonly marketing?: StateHours;
  /** Marketing calls by an automated or artificial voice. */
  readonly automated?: StateHours;
  readonly caps?: readonly Cap[];
  readonly automatedCaps?: readonly Cap[];
}

const EVERY_DAY = (day: string): Week => ({ monFri: day, sat: day, sun: day });

const of = (week: Week, source: string, closedOn: Calendar | null = null): StateHours => ({
  hours: hours(week, closedOn),
  ...law('Q', source),
});

const CALLS = ['voice'] as const;
const CALLS_AND_TEXTS = ['voice', 'sms', 'whatsapp'] as const;

const cap = (limit: number, inHours: number, channels: readonly Channel[], source: string): Cap => ({
  limit,
  windowMs: inHours * HOUR_MS,
  channels,
  ...law('Q', source),
});

/** 47 CFR 64.1200(c)(1): telephone solicitations, texts too, at the called party's location. */
export const US_FEDERAL: StateHours = of(EVERY_DAY('8-21'), '47 CFR 64.1200(c)(1)');

export const US_STATES: Readonly<Record<string, StateRow>> = {
  AL: { marketing: of({ monFri: '8-20', sat: '8-20', sun: 'x' }, 'Ala. Code § 8-19C-2', 'US-AL') },
  CA: { automated: of(EVERY_DAY('9-21'), 'Cal. Pub. Util. Code § 2872') },
  CT: { marketing: of(EVERY_DAY('9-20'), 'Conn. Gen. Stat. § 42-288a') },
  FL: {
    marketing: of(EVERY_DAY('8-20'), 'Fla. Stat. § 501.616(6)'),
    caps: [cap(3, 24, CALLS, 'Fla. Stat. § 501.616(6)(b)')],
  },
  IN: { automated: of(EVERY_DAY('9-20'), 'Ind. Code § 24-5-14-8') },
  KY: { marketing: of(EVERY_DAY('10-21'), 'KRS § 367.46955') },
  LA: { marketing: of({ monFri: '8-20', sat: '8-20', sun: 'x' }, 'La. R.S. 45:844.31', 'US-LA') },
  MA: { marketing: of(EVERY_DAY('8-20'), 'M.G.L. c. 159C § 3') },
  MD: {
    marketing: of(EVERY_DAY('8-20'), 'Md. Code, Com. Law § 14-4502'),
    caps: [cap(3, 24, CALLS, 'Md. Code, Com. Law § 14-4502')],
  },
  ME: {
    automated: of({ monFri: '9-17', sat: 'x', sun: 'x' }, '10 M.R.S. § 1498'),
    automatedCaps: [cap(1, 8, CALLS, '10 M.R.S. § 1498')],
  },
  MI: { marketing: of(EVERY_DAY('9-21'), 'MCL § 445.111') },
  MN: { marketing: of(EVERY_DAY('9-21'), 'Minn. Stat. § 325E.30') },
  MS: { marketing: of({ monFri: '8-20', sat: '8-20', sun: 'x' }, 'Miss. Code § 77-3-723') },
  NM: { marketing: of(EVERY_DAY('9-21'), 'NMSA § 57-12-22') },
  NV: { marketing: of(EVERY_DAY('9-20'), 'NRS § 599B.190') },
  OK: {
    marketing: of(EVERY_DAY('8-20'), '15 O.S. § 775C.4'),
    caps: [cap(3, 24, CALLS, '15 O.S. § 775C.4')],
  },
  OR: {
    marketing: of(EVERY_DAY('8-20'), 'Or. HB 3865 (2025)'),
    caps: [cap(3, 24, CALLS_AND_TEXTS, 'Or. HB 3865 (2025)')],
  },
  PA: { marketing: of({ monFri: '9-19', sat: '9-19', sun: 'x' }, '73 P.S. § 2245', 'US-PA') },
  RI: { marketing: of({ monFri: '9-18', sat: '10-17', sun: 'x' }, 'R.I. Gen. Laws § 5-61-3.6', 'US-RI') },
  SD: { marketing: of({ monFri: '9-21', sat: '9-21', sun: 'x' }, 'SDCL § 37-30A-3') },
  TX: {
    marketing: of({ monFri: '9-21', sat: '9-21', sun: '12-21' }, 'Tex. Bus. & Com. Code § 301.051; SB 140 (2025)'),
  },
  UT: { marketing: of({ monFri: '8-21', sat: '8-21', sun: 'x' }, 'Utah Code § 13-25a-103', 'US-UT') },
  WA: { marketing: of(EVERY_DAY('8-20'), 'RCW 80.36.390') },
  WY: { marketing: of(EVERY_DAY('8-20'), 'Wyo. Stat. § 40-12-302') },
};

const UNKNOWN_STATE = caution('the state is not known: what every state row allows');

/** What holds where the state is not known: the intersection of all rows. */
export const US_UNKNOWN_STATE: Required<StateRow> = {
  marketing: { hours: hours({ monFri: '10-18', sat: '10-17', sun: 'x' }, 'US-any'), ...UNKNOWN_STATE },
  automated: { hours: hours({ monFri: '10-17', sat: 'x', sun: 'x' }, 'US-any'), ...UNKNOWN_STATE },
  caps: [{ limit: 3, windowMs: 24 * HOUR_MS, channels: CALLS_AND_TEXTS, ...UNKNOWN_STATE }],
  automatedCaps: [{ limit: 1, windowMs: 8 * HOUR_MS, channels: CALLS, ...UNKNOWN_STATE }],
};

/** The rows of these states; none given: the state is not known. */
export const stateRows = (
  states: readonly string[],
): readonly { readonly state: string; readonly say: string; readonly row: StateRow }[] =>
  states.length === 0
    ? [{ state: 'unknown', say: 'the US, state not known', row: US_UNKNOWN_STATE }]
    : states.map((state) => ({ state, say: `${state} (US)`, row: US_STATES[state] ?? {} }));
