/** Verbs that record a call or send its sound elsewhere, as a function's answer says them. */
import { oneOf, someText, wholeNumber } from './option.ts';

type Data = Readonly<Record<string, unknown>>;
type Side = 'speak' | 'listen' | 'both';
const SIDES: readonly Side[] = ['speak', 'listen', 'both'];

/** Times in seconds. */
export interface RecordCallOptions {
  /** By which it can be stopped. */
  readonly controlId?: string;
  readonly stereo?: boolean;
  readonly format?: 'wav' | 'mp3' | 'mp4';
  readonly direction?: Side;
  /** Keys that end it. */
  readonly terminators?: string;
  readonly beep?: boolean;
  readonly inputSensitivity?: number;
  readonly initialTimeout?: number;
  readonly endSilenceTimeout?: number;
  readonly maxLength?: number;
  readonly statusUrl?: string;
}

/** @throws TypeError for a format or direction that there is not. */
export const recordCallVerb = (options: RecordCallOptions): Data => ({
  record_call: {
    control_id: options.controlId,
    stereo: options.stereo ?? false,
    format: oneOf('format', options.format ?? 'wav', ['wav', 'mp3', 'mp4']),
    direction: oneOf('direction', options.direction ?? 'both', SIDES),
    terminators: options.terminators,
    beep: options.beep ?? false,
    input_sensitivity: options.inputSensitivity ?? 44,
    initial_timeout: options.initialTimeout,
    end_silence_timeout: options.endSilenceTimeout,
    max_length: options.maxLength,
    status_url: options.statusUrl,
  },
});

export interface TapOptions {
  /** `rtp://`, `ws://` or `wss://`. */
  readonly uri: string;
  readonly controlId?: string;
  readonly direction?: Side;
  readonly codec?: 'PCMU' | 'PCMA';
  /** Milliseconds of sound in an RTP packet. */
  readonly rtpPtime?: number;
  readonly statusUrl?: string;
}

/** What is as the platform has it anyway is left out, but for the direction. @throws TypeError */
export function tapVerb(options: TapOptions): Data {
  const codec = oneOf('codec', options.codec ?? 'PCMU', ['PCMU', 'PCMA']);
  const rtpPtime = wholeNumber('rtpPtime', options.rtpPtime ?? 20, 1);
  return {
    tap: {
      uri: someText('uri', options.uri),
      control_id: options.controlId,
      direction: oneOf('direction', options.direction ?? 'both', SIDES),
      codec: codec === 'PCMU' ? undefined : codec,
      rtp_ptime: rtpPtime === 20 ? undefined : rtpPtime,
      status_url: options.statusUrl,
    },
  };
}
