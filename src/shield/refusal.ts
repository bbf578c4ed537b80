/** What a check of this room answers when it refuses: a stable code and a sentence; the door turns it into its own form. */
import type { ErrorCode } from '../kernel/errors.ts';

export interface Refusal<Code extends ErrorCode> {
  readonly code: Code;
  readonly message: string;
}
