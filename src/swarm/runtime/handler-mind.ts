/**
 * Runs a handler until it answers or asks for something that has no result yet. It is run again from its start each time, with
 * the results so far in the order in which it asked, so that nothing of it has to be kept over a crash. One that asks something
 * else than it did before (its code was changed, or it looks at the time) is not given the results of other questions.
 */
import { canonicalJson, type Json } from '../../kernel/canonical-json.ts';
import { type AnyHandler, CallFailed, type HandlerContext } from '../define.ts';
import type { ToolCall } from '../models/port.ts';
import { peerTool, toolOf } from '../rules/tool-name.ts';
import type { CallResult, CallStep, InputStep, Step } from '../thread.ts';
import type { Scene, Thought } from './mind.ts';

/** The work failed. `handler_failed`: it threw, `cause` says what. */
export class HandlerFailed extends Error {
  readonly code: 'handler_failed' | 'handler_changed' | 'answer_timeout';

  constructor(code: HandlerFailed['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'HandlerFailed';
    this.code = code;
  }
}

interface Asked {
  readonly call: ToolCall;
  readonly result: CallResult | null;
}

/**
 * @param signal aborted when the turn is over: nobody waits for the handler any more.
 * @returns null when the turn was over first.
 * @throws HandlerFailed
 */
export async function runHandler(
  handler: AnyHandler,
  { steps, thread, agent }: Pick<Scene, 'steps' | 'thread' | 'agent'>,
  signal: AbortSignal,
): Promise<Thought | null> {
  const lastInput = steps.findLastIndex(({ kind }) => kind === 'input');
  const { message } = steps[lastInput] as InputStep;
  const before = askedSince(steps.slice(lastInput + 1));
  const asked: ToolCall[] = [];
  const ended = Promise.withResolvers<Thought | null>();
  const over = new AbortController();
  let count = 0;

  const ask = (name: string, given: unknown): Promise<unknown> => {
    const args = JSON.parse(JSON.stringify(given ?? null)) as Json;
    const nth = count++;
    const was = before[nth];
    if (was !== undefined && !isSame(was.call, name, args)) ended.reject(new HandlerFailed('handler_changed', CHANGED));
    else if (was?.result != null) return answered(was.result);
    else if (was === undefined) asked.push({ id: `call-${nth}`, name, args });
    // whatever else it asks for in this turn of the loop is asked together
    if (asked.length === 1) setImmediate(() => ended.resolve({ text: '', calls: [...asked] }));
    return new Promise(() => undefined); // answered at the next run
  };
  const context: HandlerContext = {
    thread: thread.id,
    name: agent.name,
    signal: over.signal,
    now: () => message.at,
    call: (peer, payload) => ask(peerTool(peer), payload),
    tool: (name, args) => ask(toolOf(name), args),
  };
  const run = async (): Promise<void> => {
    try {
      const reply = await handler(context, message.payload);
      // what it asked for without waiting is done before it has answered
      if (asked.length > 0) return;
      ended.resolve({ text: typeof reply === 'string' ? reply : JSON.stringify(reply ?? null), calls: [] });
    } catch (failure) {
      ended.reject(new HandlerFailed('handler_failed', 'Its handler failed.', failure));
    }
  };
  const { handlerMs } = agent.limits;
  const tooLong = setTimeout(() => ended.reject(new HandlerFailed('answer_timeout', TOO_LONG(handlerMs))), handlerMs);
  const stop = (): void => ended.resolve(null);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  else void run();
  try {
    return await ended.promise;
  } finally {
    clearTimeout(tooLong);
    signal.removeEventListener('abort', stop);
    over.abort();
  }
}

/** What it asked for in this piece of work, in its order. */
function askedSince(steps: readonly Step[]): readonly Asked[] {
  const calls = new Map(steps.filter((step): step is CallStep => step.kind === 'call').map((step) => [step.n, step]));
  return steps.flatMap((step) =>
    step.kind === 'think'
      ? (step.thought?.calls ?? []).map((call, i) => ({ call, result: calls.get(step.n + 1 + i)?.result ?? null }))
      : [],
  );
}

const isSame = (was: ToolCall, name: string, args: Json): boolean =>
  was.name === name && canonicalJson((was.args ?? null) as Json) === canonicalJson(args);

/** What a peer answers in JSON comes as its value. */
function answered({ text, isError }: CallResult): Promise<unknown> {
  if (isError) return Promise.reject(new CallFailed(text));
  try {
    return Promise.resolve(JSON.parse(text));
  } catch {
    return Promise.resolve(text);
  }
}

const CHANGED =
  'Its handler asked for something else than it had asked for before, so that what was answered is not of its questions. A handler asks the same for the same input.';
const TOO_LONG = (ms: number): string => `Its handler did not answer or ask for anything within ${ms} ms.`;
