/** Who must agree before a call is recorded. Everywhere: announce first, record the announcement, stop on objection. */
import { countryRow } from './countries/index.ts';
import { isUsRegion, type Place } from './place.ts';
import { RECORDING_RULES, type RecordingRow, type RecordingRule } from './recording-rule.ts';
import type { LegalDuty } from './ruling.ts';
import { UNKNOWN_STATE_RECORDING, usRecording } from './us-recording.ts';

export interface RecordingRuling extends RecordingRow {
  /** `us-state:CA`, `country:FR`, `country:unknown`. */
  readonly rule: string;
}

export interface RecordingVerdict {
  /** The strictest of all rows that may apply; null when nothing is recorded. */
  readonly consent: RecordingRule | null;
  readonly rulings: readonly RecordingRuling[];
  readonly duties: readonly LegalDuty[];
}

const NOT_RECORDED: RecordingVerdict = { consent: null, rulings: [], duties: [] };

export function recordingConsent({
  place,
  recorded,
}: {
  readonly place: Place;
  readonly recorded: boolean;
}): RecordingVerdict {
  if (!recorded) return NOT_RECORDED;
  const countries = place.countries.length === 0 ? ['unknown'] : place.countries;
  const rulings = countries.flatMap((country) =>
    country === 'US' ? usRulings(place) : [{ rule: `country:${country}`, ...countryRow(country).recording }],
  );
  const strictest = RECORDING_RULES.flatMap((rule) => rulings.filter(({ consent }) => consent === rule))[0];
  if (strictest === undefined) throw new Error('a place always has a row');
  return { consent: strictest.consent, rulings, duties: dutiesOf(strictest) };
}

function usRulings(place: Place): readonly RecordingRuling[] {
  const states = place.regions.filter(isUsRegion);
  if (states.length === 0) return [{ rule: 'us-state:unknown', ...UNKNOWN_STATE_RECORDING }];
  return states.map((state) => ({ rule: `us-state:${state}`, ...usRecording(state) }));
}

/** Where one party's knowledge would do, the announcement is our caution: the other side may be elsewhere. */
function dutiesOf({ consent, ...row }: RecordingRuling): readonly LegalDuty[] {
  const sourced = consent === 'one-party' ? { ...row, basis: 'caution' as const } : row;
  return [
    {
      ...sourced,
      duty: 'announce_recording',
      say: 'Say that the call is recorded before anything else is said, and record the announcement.',
    },
    {
      ...sourced,
      duty: 'stop_recording_on_objection',
      say: 'Stop recording, or end the call, when the person objects.',
    },
  ];
}
