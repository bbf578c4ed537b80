/** Why the program can't start: sentences for the person at the terminal that say what to do. Never holds a secret. */
export class StartError extends Error {
  /** `EX_USAGE`-like: set-up is wrong, and trying again without a change will not help. */
  readonly exitCode = 2;

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StartError';
  }
}
