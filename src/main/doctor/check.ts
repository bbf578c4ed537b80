/** A check of the set-up: one question, answered without changing anything and without printing a secret. */
import type { Clock } from '../../kernel/clock.ts';
import type { Settings } from '../settings.ts';
import type { Answering } from './server-probe.ts';

export type Grade = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly is: Grade;
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
}

export interface Surroundings {
  readonly clock: Clock;
  /** Without the `v`. */
  readonly nodeVersion: string;
  /** Who answers where this set-up would listen; asked once. */
  answering(): Promise<Answering>;
}

export interface Check {
  readonly name: string;
  run(settings: Settings, around: Surroundings): Finding | Promise<Finding>;
}

export const fine = (says: string): Finding => ({ is: 'ok', says });
export const warn = (says: string, todo: string): Finding => ({ is: 'warn', says, todo });
export const fail = (says: string, todo: string): Finding => ({ is: 'fail', says, todo });
