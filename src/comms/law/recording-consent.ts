/** Who must agree before a call is recorded. Default everywhere: announce first, stop on objection. */
import { isUsRegion, type Place } from './place.ts';
import type { LegalDuty } from './ruling.ts';
import { caution, law, type Sourced } from './sourced.ts';

/** The strictest first. `notice`: told, not asked. */
export const RECORDING_RULES = ['all-party', 'one-party', 'notice'] as const;
export type RecordingRule = (typeof RECORDING_RULES)[number];

export interface RecordingRow extends Sourced {
  readonly consent: RecordingRule;
}

export interface RecordingRuling extends RecordingRow {
  /** `us-state:CA`, `country:FR`. */
  readonly rule: string;
}

export interface RecordingVerdict {
  /** The strictest of all rows that may apply; null when nothing is recorded. */
  readonly consent: RecordingRule | null;
  readonly rulings: readonly RecordingRuling[];
  readonly duties: readonly LegalDuty[];
}

const UNKNOWN: RecordingRow = { consent: 'all-party', ...caution('the place is not known: treated as all-party') };

const ALL_PARTY_STATES = ['CA', 'DE', 'FL', 'IL', 'MD', 'MA', 'MT', 'NH', 'PA', 'WA'];
const TREATED_AS_ALL_PARTY = ['CT', 'MI', 'NV'];

export function recordingConsent({
  place,
  recorded,
}: {
  readonly place: Place;
  readonly recorded: boolean;
}): RecordingVerdict {
  if (!recorded) return { consent: null, rulings: [], duties: [] };
  const found = place.countries.flatMap((country): readonly RecordingRuling[] =>
    country === 'US' ? usRows(place.regions.filter(isUsRegion)) : [{ rule: `country:${country}`, ...UNKNOWN }],
  );
  const rulings = found.length > 0 ? found : [{ rule: 'country:unknown', ...UNKNOWN }];
  const consent = RECORDING_RULES.find((one) => rulings.some((row) => row.consent === one)) ?? 'all-party';
  return { consent, rulings, duties: [] };
}

const usRows = (states: readonly string[]): readonly RecordingRuling[] =>
  states.length === 0
    ? [{ rule: 'us-state:unknown', ...UNKNOWN }]
    : states.map((state) => ({ rule: `us-state:${state}`, ...stateRow(state) }));

function stateRow(state: string): RecordingRow {
  if (ALL_PARTY_STATES.includes(state)) return { consent: 'all-party', ...law('Q', 'state wiretapping law') };
  if (TREATED_AS_ALL_PARTY.includes(state))
    return { consent: 'all-party', ...caution('mixed law: treated as all-party') };
  return { consent: 'one-party', ...law('Q', '18 U.S.C. § 2511(2)(d)') };
}
