/** What a mind is told of a call that was refused or failed, in one form: a code to act on, a sentence, and where it was wrong. */
import type { Issue } from '../../kernel/errors.ts';

export const errorText = (code: string, message: string, issues: readonly Issue[] = []): string =>
  JSON.stringify({ error: { code, message, ...(issues.length === 0 ? {} : { issues }) } });

/** The same for a tool or peer that is not there and for one that the agent may not use: it learns nothing by trying. */
export const NO_SUCH_TOOL = errorText('not_found', 'There is no such tool. Use one of those that you were given.');
