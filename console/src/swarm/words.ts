/** States, kinds and reasons of the swarm in words; a colour only repeats what the word says. */
import type { Agent, AgentState, Budget, Frame, Message, StopReport, ThreadStatus } from '../api/swarm-shapes.ts';

export type Tone = '' | 'good' | 'warn' | 'bad' | 'busy';
interface Word {
  readonly text: string;
  readonly tone: Tone;
}

export const AGENT_STATE: Readonly<Record<AgentState, Word>> = {
  idle: { text: 'Idle', tone: '' },
  processing: { text: 'Processing', tone: 'busy' },
  waiting: { text: 'Waiting', tone: 'good' },
  paused: { text: 'Paused', tone: 'warn' },
  error: { text: 'Error', tone: 'bad' },
};

export const THREAD_STATUS: Readonly<Record<ThreadStatus, Word>> = {
  active: { text: 'Active', tone: 'busy' },
  completed: { text: 'Completed', tone: 'good' },
  paused: { text: 'Paused', tone: 'warn' },
  error: { text: 'Error', tone: 'bad' },
  killed: { text: 'Killed', tone: 'bad' },
};

export const FRAME_STATUS: Readonly<Record<Frame['status'], Word>> = {
  ready: { text: 'Ready', tone: 'busy' },
  running: { text: 'Running', tone: 'busy' },
  waiting: { text: 'Waits for an answer', tone: '' },
  idle: { text: 'Has answered', tone: 'good' },
  done: { text: 'Done', tone: 'good' },
  failed: { text: 'Failed', tone: 'bad' },
  killed: { text: 'Killed', tone: 'bad' },
};

export const AGENT_KIND: Readonly<Record<Agent['kind'], string>> = {
  llm: 'Model',
  handler: 'Handler',
  remote: 'Remote worker',
};

export const MESSAGE_KIND: Readonly<Record<Message['kind'], string>> = {
  inject: 'Message from a person',
  inbound: 'Message from outside',
  call: 'Call',
  self: 'Note to itself',
  reply: 'Answer',
  error: 'Error',
};

const BECAUSE: Readonly<Record<string, string>> = {
  person: 'by a person',
  budget: 'a budget is used up',
  stop: 'emergency stop',
};
/** Why it is paused or in error; codes that are not known here are shown as they are. */
export const because = (code: string | null): string =>
  code === null ? '' : (BECAUSE[code] ?? code.replaceAll('_', ' '));

/** Of a message: `agent:<name>` or `owner`. */
export function speaker(text: string): string {
  if (text.startsWith('agent:')) return text.slice('agent:'.length);
  return text === 'owner' ? 'The owner' : text;
}

export const STOPPED: Readonly<Record<StopReport['actionsStopped'][number]['how'], string>> = {
  never_began: 'never began',
  did_not_happen: 'began, and did not happen',
  finished: 'had finished before',
};
export const NOT_PROVEN: Readonly<Record<StopReport['notProven'][number]['why'], string>> = {
  under_way: 'still under way',
  outcome_unknown: 'it is not known whether it happened',
};
export const MODEL_CALL: Readonly<Record<StopReport['modelCalls'][number]['how'], string>> = {
  never_began: 'never began',
  aborted: 'aborted',
  finished: 'had finished',
  under_way: 'still under way; its answer is discarded',
};

export const BUDGET_KIND: Readonly<Record<Budget['kind'], string>> = {
  tokens: 'Tokens',
  costMicros: 'Money',
  calls: 'Steps and calls',
  wallMs: 'Time from message to answer',
};

const NUMBER = new Intl.NumberFormat();
export const number = (value: number): string => NUMBER.format(value);

/** `1 agent`, `2 agents`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

/** Millionths of a dollar, to the cent, or as many digits as what is less than a cent needs. */
export function dollars(micros: number): string {
  const value = micros / 1_000_000;
  const digits = micros !== 0 && Math.abs(micros) < 10_000 ? 6 : 2;
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  }).format(value);
}

/** `1 h 5 min`, `4 min 3 s`, `9 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function amount(kind: Budget['kind'], value: number): string {
  if (kind === 'costMicros') return dollars(value);
  return kind === 'wallMs' ? span(value) : number(value);
}
