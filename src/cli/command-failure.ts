/** Why a command ends with something else than 0: lines for people, and a document for machines where there is one. */
import type { OutputFormat } from './output-format.ts';
import type { ExitCode } from './shell.ts';

export interface FailureDocument {
  readonly document: unknown;
  /** How the user wants to be told. */
  readonly format: OutputFormat;
}

export class CommandFailure extends Error {
  readonly exitCode: Exclude<ExitCode, 0>;
  readonly lines: readonly string[];
  readonly document: unknown;
  readonly format: OutputFormat;

  constructor(exitCode: Exclude<ExitCode, 0>, lines: readonly string[], more?: FailureDocument) {
    super(lines.join('\n'));
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.lines = lines;
    this.document = more?.document;
    this.format = more?.format ?? 'text';
  }
}

/** The command itself is wrong. */
export const misused = (...lines: readonly string[]): CommandFailure => new CommandFailure(2, lines);
