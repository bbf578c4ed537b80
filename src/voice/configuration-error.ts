/** A setting, option or definition that can't be meant: told at the start, with what to do, instead of guessed at later. */
export class ConfigurationError extends Error {
  /** Every sentence on a line of its own. Never holds a secret. */
  constructor(message: string) {
    super(message);
    this.name = 'ConfigurationError';
  }
}
