/**
 * A call of a function, checked and run: that it exists, that this call may run it, that the arguments fit; then what the
 * handler gave back, in the platform's shape. Whatever goes wrong is said to the caller in words: a call can't show an error page.
 */
import { fromBase64url } from '../../kernel/encoding.ts';
import { parseStrictJson } from '../../shield/strict-json.ts';
import type { Logger } from '../logger.ts';
import type { BoundArguments, SessionManager } from '../session-manager.ts';
import type { SwaigFunction, SwaigRequest } from '../swaig-function.ts';
import { isFunctionName } from './function-name.ts';
import type { Arguments } from './parameters.ts';

export interface FunctionCall {
  readonly name: unknown;
  readonly callId: string;
  readonly token: string;
  /** Arguments that the token fixes, as they stand in the address; null: none. */
  readonly bound: string | null;
  readonly args: Arguments;
  readonly rawData: SwaigRequest;
}

/** How a function's work is done: on its own, or through a guard that decides, limits and records it. */
export type OnToolCall = (
  call: { readonly name: string; readonly callId: string; readonly args: Arguments; readonly rawData: SwaigRequest },
  run: () => Promise<unknown>,
) => Promise<unknown>;

export interface RunParts {
  readonly find: (name: string) => SwaigFunction | null;
  readonly sessions: SessionManager;
  readonly log: Logger;
  /** What the handler gets as the agent. */
  readonly agent: unknown;
  /** Answers instead of the handler, unless it gives back null or undefined. */
  readonly intercept: (name: string, args: Arguments, rawData: SwaigRequest) => unknown;
  readonly onToolCall: OnToolCall | undefined;
}

export type Ran =
  | { readonly is: 'answered'; readonly answer: object }
  | { readonly is: 'refused'; readonly answer: object; readonly because: string }
  | { readonly is: 'invalid_arguments'; readonly answer: object }
  | { readonly is: 'failed'; readonly answer: object; readonly fault: unknown }
  | { readonly is: 'bad_name' }
  | { readonly is: 'unknown' };

export const REFUSED = 'I’m sorry, I can’t complete that action.';
export const FAILED = 'I’m sorry, something went wrong while I was working on that.';
const INVALID = 'These arguments can’t be used:';

/** Never rejects. */
export async function runFunction(call: FunctionCall, parts: RunParts): Promise<Ran> {
  const { name, rawData } = call;
  const { log } = parts;
  if (!isFunctionName(name)) return { is: 'bad_name' };
  const found = parts.find(name);
  if (found === null) return { is: 'unknown' };
  const callId = call.callId.slice(0, 64);

  const bound = boundArguments(call.bound);
  const refuse = (because: string): Ran => {
    log.warn('a function was refused', { function: name, callId, because });
    return { is: 'refused', answer: { response: REFUSED }, because };
  };
  const refusal = refusalOf(found, call, bound, parts.sessions);
  if (refusal !== null) return refuse(refusal);
  const args = { ...call.args, ...(bound === 'malformed' ? {} : bound) };
  try {
    const checked = await found.check(args);
    if (!checked.ok) {
      log.info('the arguments of a function were refused', { function: name, callId });
      return { is: 'invalid_arguments', answer: { response: `${INVALID} ${checked.error.join('; ')}` } };
    }
    // after the arguments, so that a call that chose them wrongly may try again
    if (found.singleUse && !(await useToken(found, call, bound, parts.sessions)))
      return refuse('a token that was used');
    const run = async () =>
      (await parts.intercept(name, checked.value, rawData)) ?? found.execute(checked.value, rawData, parts.agent);
    const { onToolCall } = parts;
    const given =
      onToolCall === undefined
        ? await run()
        : await onToolCall({ name, callId: call.callId, args: checked.value, rawData }, run);
    return { is: 'answered', answer: answerOf(given) };
  } catch (fault) {
    log.error('a function failed', {
      function: name,
      callId,
      fault: describe(fault),
    });
    return { is: 'failed', answer: await apology(found, fault, { functionName: name, args, rawData }, log), fault };
  }
}

function refusalOf(
  found: SwaigFunction,
  { callId, token }: FunctionCall,
  bound: Bound,
  sessions: SessionManager,
): string | null {
  if (!found.secure) return bound === undefined ? null : 'arguments fixed without a token';
  if (token === '') return 'no token';
  if (callId === '') return 'no call id';
  if (bound === 'malformed') return 'malformed arguments';
  if (found.boundArguments !== undefined && bound === undefined) return 'arguments that must be fixed are not';
  return sessions.validateToken(callId, found.name, token, bound) ? null : 'a token that is wrong or has expired';
}

const useToken = (
  { name }: SwaigFunction,
  { callId, token }: FunctionCall,
  bound: Bound,
  sessions: SessionManager,
): Promise<boolean> => sessions.useToken(callId, name, token, bound === 'malformed' ? undefined : bound);

type Bound = BoundArguments | undefined | 'malformed';

/** As `spellBound` wrote them. */
function boundArguments(spelt: string | null): Bound {
  if (spelt === null) return undefined;
  const bytes = fromBase64url(spelt);
  const parsed = bytes === null ? null : parseStrictJson(bytes);
  if (parsed === null || !parsed.ok) return 'malformed';
  const { value } = parsed;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as BoundArguments) : 'malformed';
}

/** The platform's shape: `response` and perhaps `action`, as JSON says it. @throws where JSON can't. */
export function answerOf(given: unknown): object {
  if (typeof given === 'function') throw new TypeError('a function is no answer');
  if (typeof given === 'object' && given !== null) {
    if ('toDict' in given && typeof given.toDict === 'function') return plain(given.toDict());
    return 'response' in given ? plain(given) : { response: JSON.stringify(given) };
  }
  return { response: given === undefined || given === null || given === '' ? 'Action completed.' : String(given) };
}

/** Written now, while a failure can still be apologised for. */
function plain(answer: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(answer));
  if (typeof copy !== 'object' || copy === null) throw new TypeError('an answer must be an object');
  return copy;
}

/** Also of what was thrown without being an error, or has traps. */
function describe(fault: unknown): string {
  try {
    return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  } catch {
    return 'something that can’t be described';
  }
}

async function apology(
  { onError, errorMessage = FAILED }: SwaigFunction,
  fault: unknown,
  context: { functionName: string; args: Arguments; rawData: SwaigRequest },
  log: Logger,
): Promise<object> {
  try {
    const given = await onError?.(fault, context);
    if (given !== undefined && given !== null) return answerOf(given);
  } catch (second) {
    log.error('an error hook failed', { function: context.functionName, fault: describe(second) });
  }
  return { response: errorMessage };
}
