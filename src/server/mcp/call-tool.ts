/**
 * One tool call, whichever way it came: performs the action and gives its answer as a tool result. Refusals and failures
 * are results with `isError`, which a model gets to read; a held action is none. Never throws: the SDK would put the
 * message of whatever is thrown on the wire.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { CatalogueEntry } from '../../guard/catalogue.ts';
import { behind } from '../../guard/judge.ts';
import type { Perform } from '../../guard/perform.ts';
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { type Answer, answerTo } from '../answer.ts';
import { detailsOf, type Failure, FOLDED, failureOf, statusOf } from '../problems.ts';

/** Who calls, and by which request. */
export interface Caller {
  readonly by: Principal;
  readonly requestId: string;
}

export type CallTool = (entry: CatalogueEntry, input: unknown, caller: Caller) => Promise<CallToolResult>;

export interface CallToolParts {
  readonly perform: Perform;
  readonly clock: Clock;
  onFault(fault: unknown, requestId: string): void;
}

export const createCallTool =
  ({ perform, clock, onFault }: CallToolParts): CallTool =>
  async (entry, input, { by, requestId }) => {
    try {
      return resultOf(answerTo(await perform(entry, by, input), clock.now()));
    } catch (thrown) {
      const failed = failureOf(thrown);
      if (statusOf(failed.code) >= 500) onFault(thrown, requestId);
      return errorResult(failed, { requestId });
    }
  };

const resultOf = (answer: Answer): CallToolResult =>
  answer.ok
    ? { content: [{ type: 'text', text: JSON.stringify(answer.body) }], structuredContent: answer.body }
    : errorResult(answer.failure);

const errorResult = (failed: Failure, more: { readonly requestId?: string } = {}): CallToolResult => ({
  content: [{ type: 'text', text: [...lines(failed, more)].join('\n') }],
  structuredContent: { code: failed.code, message: failed.say, ...detailsOf(failed), ...more },
  isError: true,
});

/** For the model: a line for each reason, then what can be done. */
function* lines(
  { code, say, reasons, retryAfterMs, actionId, folded }: Failure,
  { requestId }: { readonly requestId?: string },
) {
  if (reasons.length === 0) yield `${code}: ${say}`;
  for (const reason of reasons) {
    yield `${reason.code}: ${reason.say} (${behind(reason)})`;
  }
  if (retryAfterMs !== null) yield `Try again in ${Math.ceil(retryAfterMs / SECOND_MS)} s.`;
  if (actionId !== null) yield `Recorded as ${actionId}.`;
  if (folded) yield FOLDED;
  if (requestId !== undefined) yield `Request ${requestId}.`;
}
