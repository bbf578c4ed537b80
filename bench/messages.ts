/**
 * What a measured process and the bench tell each other over IPC. The process sends `Listening` once, then one `Usage`
 * for every `'stats'` it receives.
 */
import * as z from 'zod';

/** A sender and a recipient that the target will accept: a bearer token and an address. */
const Party = z.object({ token: z.string(), to: z.string() });

export const Listening = z.object({
  port: z.int(),
  /** Empty: the target accepts anybody (the baselines do). */
  parties: z.array(Party),
});

export const Usage = z.object({
  /** User and system time since the process started, µs. */
  cpuMicros: z.number(),
  rssBytes: z.number(),
});

/** Of Twilio's double, asked by `'twilio'`. */
export const TwilioUsage = z.object({
  taken: z.int(),
  /** Status callbacks by the status of their answer. */
  told: z.record(z.string(), z.int()),
  /** Callbacks that are not answered yet. */
  underWay: z.int(),
  cpuMicros: z.number(),
});

export type Party = z.infer<typeof Party>;
export type Listening = z.infer<typeof Listening>;
export type Usage = z.infer<typeof Usage>;
export type TwilioUsage = z.infer<typeof TwilioUsage>;
