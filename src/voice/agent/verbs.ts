/**
 * The verbs that a call script may use, and what each may be told. The platform drops a call whose script has a verb that it does
 * not know, so that a misspelt one is refused where it is written.
 */
import { ConfigurationError } from '../configuration-error.ts';

type Kind = 'object' | 'list' | 'text' | 'whole number' | 'anything';

export const VERBS = {
  answer: ['object'],
  ai: ['object'],
  amazon_bedrock: ['object'],
  cond: ['list'],
  connect: ['object'],
  denoise: ['object'],
  enter_queue: ['object'],
  execute: ['object'],
  goto: ['object'],
  label: ['text'],
  live_transcribe: ['object'],
  live_translate: ['object'],
  hangup: ['object'],
  join_room: ['object'],
  join_conference: ['object'],
  play: ['object'],
  prompt: ['object'],
  receive_fax: ['object'],
  record: ['object'],
  record_call: ['object'],
  request: ['object'],
  return: ['anything'],
  send_digits: ['object'],
  send_fax: ['object'],
  send_sms: ['object'],
  set: ['object'],
  sleep: ['object', 'whole number', 'text'],
  sip_refer: ['object'],
  stop_denoise: ['object'],
  stop_record_call: ['object'],
  stop_tap: ['object'],
  switch: ['object'],
  tap: ['object'],
  transfer: ['object'],
  unset: ['text', 'list'],
  pay: ['object'],
  detect_machine: ['object'],
  user_event: ['object'],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

export type VerbName = keyof typeof VERBS;

const IS: Readonly<Record<Kind, (config: unknown) => boolean>> = {
  object: (config) => typeof config === 'object' && config !== null && !Array.isArray(config),
  list: Array.isArray,
  text: (config) => typeof config === 'string',
  'whole number': Number.isSafeInteger,
  anything: (config) => config !== undefined,
};

/** @throws ConfigurationError for a verb that is not known, or that is told something of another kind. */
export function checkVerb(name: string, config: unknown): void {
  if (!Object.hasOwn(VERBS, name))
    throw new ConfigurationError(
      `${JSON.stringify(name)} is no verb of call scripts. Known are: ${Object.keys(VERBS).join(', ')}.`,
    );
  const kinds: readonly Kind[] = VERBS[name as VerbName];
  if (!kinds.some((kind) => IS[kind](config)))
    throw new ConfigurationError(`The verb ${name} takes this: ${kinds.join(', or ')}.`);
}
