/** Joining a conference, as a function's answer says it: its name alone, and more only where it is not as usual. */
import { oneOf, someText, wholeNumber } from './option.ts';

type Data = Readonly<Record<string, unknown>>;
type Method = 'GET' | 'POST';

export interface JoinConferenceOptions {
  readonly muted?: boolean;
  readonly beep?: 'true' | 'false' | 'onEnter' | 'onExit';
  readonly startOnEnter?: boolean;
  readonly endOnExit?: boolean;
  readonly waitUrl?: string;
  /** From 1 to 250. */
  readonly maxParticipants?: number;
  readonly record?: 'do-not-record' | 'record-from-start';
  readonly region?: string;
  readonly trim?: 'trim-silence' | 'do-not-trim';
  /** The call that hears this one alone. */
  readonly coach?: string;
  readonly statusCallbackEvent?: string;
  readonly statusCallback?: string;
  readonly statusCallbackMethod?: Method;
  readonly recordingStatusCallback?: string;
  readonly recordingStatusCallbackMethod?: Method;
  readonly recordingStatusCallbackEvent?: string;
  /** What runs afterwards: a `switch` or a list of conditions. */
  readonly result?: unknown;
}

/** Name on the wire, and what is left out because it is so anyway. */
const FIELDS: Readonly<Record<keyof JoinConferenceOptions, readonly [name: string, usual?: unknown]>> = {
  muted: ['muted', false],
  beep: ['beep', 'true'],
  startOnEnter: ['start_on_enter', true],
  endOnExit: ['end_on_exit', false],
  waitUrl: ['wait_url'],
  maxParticipants: ['max_participants', 250],
  record: ['record', 'do-not-record'],
  region: ['region'],
  trim: ['trim', 'trim-silence'],
  coach: ['coach'],
  statusCallbackEvent: ['status_callback_event'],
  statusCallback: ['status_callback'],
  statusCallbackMethod: ['status_callback_method', 'POST'],
  recordingStatusCallback: ['recording_status_callback'],
  recordingStatusCallbackMethod: ['recording_status_callback_method', 'POST'],
  recordingStatusCallbackEvent: ['recording_status_callback_event', 'completed'],
  result: ['result'],
};

/** @throws TypeError */
export function joinConferenceVerb(name: string, options: JoinConferenceOptions): Data {
  someText('The name of a conference', name);
  oneOf('beep', options.beep ?? 'true', ['true', 'false', 'onEnter', 'onExit']);
  wholeNumber('maxParticipants', options.maxParticipants ?? 250, 1, 250);
  oneOf('record', options.record ?? 'do-not-record', ['do-not-record', 'record-from-start']);
  oneOf('trim', options.trim ?? 'trim-silence', ['trim-silence', 'do-not-trim']);
  oneOf('statusCallbackMethod', options.statusCallbackMethod ?? 'POST', ['GET', 'POST']);
  oneOf('recordingStatusCallbackMethod', options.recordingStatusCallbackMethod ?? 'POST', ['GET', 'POST']);
  const unusual = Object.entries(FIELDS).flatMap(([option, [wire, usual]]) => {
    const value = options[option as keyof JoinConferenceOptions];
    return value === undefined || value === usual ? [] : [[wire, value]];
  });
  return { join_conference: unusual.length === 0 ? name : { name, ...Object.fromEntries(unusual) } };
}
