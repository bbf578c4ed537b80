/** What a country's row says, and what stands in where it says nothing. */

import type { Calendar } from '../calendars.ts';
import { type Hours, hours, type Week } from '../hours.ts';
import type { RecordingRow, RecordingRule } from '../recording-rule.ts';
import type { Registration, RegistrationKind } from '../registration-kind.ts';
import { caution, law, type Sourced, type Tag } from '../sourced.ts';
import type { Cap } from '../us-states.ts';

export interface HoursRow extends Sourced {
  readonly hours: Hours;
}

/** Who does not want to be called: a list that callers for marketing must check, which nobody here does for them. */
export interface RegisterRow extends Sourced {
  /** Its name; null: none that we know of, to be treated as if there were one. */
  readonly register: string | null;
  /** How old a copy may be. */
  readonly maxAgeDays?: number;
}

export interface CountryRow {
  readonly name: string;
  /** Marketing by call; by text too, where `textHours` does not say otherwise. */
  readonly hours: HoursRow;
  readonly textHours?: HoursRow;
  readonly caps?: readonly Cap[];
  readonly register: RegisterRow;
  readonly recording: RecordingRow;
  readonly registration: Registration;
  /** The statutes that rule marketing, personal data and recording there. */
  readonly regime: Sourced & { readonly statutes: readonly string[] };
}

const DEFAULT_WEEK: Week = { monFri: '9-20', sat: '9-20', sun: 'x' };

/** Where a row has no hours: Monday to Saturday 9–20. */
export const DEFAULT_HOURS: HoursRow = { hours: hours(DEFAULT_WEEK), ...caution('no hours known: Mon–Sat 9–20') };

export const week = (tag: Tag, source: string, of: Week, closedOn: Calendar | null = null): HoursRow => ({
  hours: hours(of, closedOn),
  ...law(tag, source),
});

export const everyDay = (tag: Tag, source: string, day: string): HoursRow =>
  week(tag, source, { monFri: day, sat: day, sun: day });

export const list = (register: string, maxAgeDays?: number): RegisterRow => ({
  register,
  ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
  ...law('K', register),
});

export const NO_LIST: RegisterRow = { register: null, ...caution('no register known: treated as if there were one') };

export const records = (consent: RecordingRule, source: string): RecordingRow => ({ consent, ...law('K', source) });

/** Where the law is not known well enough to record on one side's word. */
export const ALL_PARTY: RecordingRow = {
  consent: 'all-party',
  ...caution('the law of recording is not known well enough: treated as all-party'),
};

export const required = (kinds: readonly RegistrationKind[], needs: string, source: string): Registration => ({
  standing: 'required',
  kinds,
  needs,
  ...law('K', source),
});

export const advised = (kinds: readonly RegistrationKind[], needs: string, source: string): Registration => ({
  standing: 'advised',
  kinds,
  needs,
  ...law('K', source),
});

export const NOT_ASKED: Registration = {
  standing: 'none',
  kinds: [],
  needs: 'no registration of senders',
  ...law('K', 'no register of senders known'),
};

export const ASK: Registration = {
  standing: 'ask',
  kinds: ['sender_id'],
  needs: 'find out whether a registration of senders is asked for',
  ...caution('not known'),
};

export const under = (...statutes: readonly string[]): CountryRow['regime'] => ({
  statutes,
  ...law('K', statutes.join('; ')),
});
