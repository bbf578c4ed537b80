/** What a command has of the process that it runs in; tests give their own. */
import type { Clock } from '../kernel/clock.ts';
import type { TerminalSink as Terminal } from '../main/paint.ts';
import type { SignalSource } from '../main/stop-signal.ts';

export type { TerminalSink as Terminal } from '../main/paint.ts';

export interface Shell {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly clock: Clock;
  readonly signals: SignalSource;
  readonly endAtOnce: (exitCode: number) => void;
}

/** 0: done. 1: refused, failed, or found to be wrong. 2: the command or the set-up is not right. */
export type ExitCode = 0 | 1 | 2;

export const say = (terminal: Terminal, text: string): void => void terminal.write(`${text}\n`);
