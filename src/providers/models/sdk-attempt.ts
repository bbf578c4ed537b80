/**
 * One attempt through a model of the AI SDK: its stream read to the end, its errors in our own words. The SDK's retries,
 * telemetry and tool loop are not used: the model is called directly, once. What it throws is never passed on,
 * since it quotes the request and the vendor's answer, which may quote the key.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import type { Attempt, AttemptFault, ModelCall } from '../../swarm/models/client.ts';
import type { ModelReply, ModelUsage, ToolCall } from '../../swarm/models/port.ts';
import { parseArgs } from '../../swarm/models/rules/parse-args.ts';
import { field, textField } from '../http/json-field.ts';
import type { Seen, Wire } from '../http/stream-wire.ts';
import type { SdkModel, SdkOptions } from './conversation.ts';

type SdkStream = Awaited<ReturnType<SdkModel['doStream']>>['stream'];
type SdkPart = SdkStream extends ReadableStream<infer Part> ? Part : never;
type Finished = Extract<SdkPart, { readonly type: 'finish' }>;

const MIB = 1024 * 1024;
/** Of an event that brings a single token, generously. */
const TOKEN_BYTES = 1024;

/** The most that an answer of so many tokens takes as a stream. */
export const answerBytes = (maxOutputTokens: number): number => MIB + maxOutputTokens * TOKEN_BYTES;

export async function sdkAttempt(
  model: SdkModel,
  options: Omit<SdkOptions, 'abortSignal' | 'maxOutputTokens'>,
  wire: Wire,
  { request }: ModelCall,
): Promise<Attempt> {
  let stream: SdkStream;
  try {
    const { signal: abortSignal, maxOutputTokens } = request;
    ({ stream } = await model.doStream({ ...options, maxOutputTokens, abortSignal }));
  } catch (fault) {
    return failed(wire.seen, fault, request.signal, 'before');
  }
  try {
    return await read(stream, wire, request);
  } catch (fault) {
    return failed(wire.seen, fault, request.signal, 'within');
  }
}

async function read(stream: SdkStream, { seen }: Wire, { signal, onText }: ModelCall['request']): Promise<Attempt> {
  let text = '';
  let ref = '';
  let finished: Finished | null = null;
  const calls: ToolCall[] = [];
  for await (const part of stream) {
    if (part.type === 'error') return failed(seen, part.error, signal, 'within'); // leaving the loop cancels the stream
    if (part.type === 'text-delta') {
      text += part.delta;
      onText?.(part.delta);
    } else if (part.type === 'tool-call') {
      calls.push({ id: distinct(part.toolCallId, calls), name: part.toolName, args: parseArgs(part.input) });
    } else if (part.type === 'response-metadata') ref ||= refOf(part.id);
    else if (part.type === 'finish') finished = part;
  }
  if (finished === null || !isWhole(finished)) return failed(seen, null, signal, 'within');
  return { is: 'reply', text, calls, finish: finishOf(finished, calls), usage: usageOf(finished), ref };
}

/** A stream that ends too early ends like a whole one with `@ai-sdk/anthropic`; but the vendor has not said why it stopped. */
const isWhole = ({ finishReason: { unified, raw } }: Finished): boolean => unified !== 'error' && raw !== undefined;

/** Servers that are compatible in part give every call of a step the same id, or none. */
function distinct(id: string, calls: readonly ToolCall[]): string {
  const base = id === '' ? 'call' : id;
  let name = base;
  for (let number = 2; calls.some((call) => call.id === name); number++) name = `${base}_${number}`;
  return name;
}

const REF = /^[\w.:-]{1,100}$/;
const refOf = (id: string | undefined): string => (id !== undefined && REF.test(id) ? id : '');

function finishOf({ finishReason: { unified } }: Finished, calls: readonly ToolCall[]): ModelReply['finish'] {
  if (unified === 'length') return 'length';
  if (unified === 'content-filter') return 'filter';
  return calls.length > 0 ? 'calls' : 'stop';
}

/** Null where the vendor said nothing; the SDK makes zeros of nothing with one of them. */
function usageOf({ usage: { inputTokens, outputTokens } }: Finished): ModelUsage | null {
  const input = inputTokens.total;
  const output = outputTokens.total;
  if (!isCount(input) || !isCount(output) || input + output === 0) return null;
  const cached = inputTokens.cacheRead;
  return { inputTokens: input, cachedInputTokens: isCount(cached) ? Math.min(cached, input) : 0, outputTokens: output };
}

const isCount = (value: number | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function failed(seen: Readonly<Seen>, fault: unknown, signal: AbortSignal, when: 'before' | 'within'): Attempt {
  const { asked, retryAfterMs } = seen;
  // an error that is the first thing in a stream is one that came too late for its own status
  const late = seen.status === 200 && when === 'before' ? field(fault as Json, 'statusCode') : null;
  const status = typeof late === 'number' ? late : seen.status;
  const why = signal.aborted ? 'cancelled' : faultOf(seen, status, fault);
  // an answer that is an error says that nothing was worked on; no answer says nothing, unless no request arrived
  const sent = asked && (seen.status === null ? seen.fault === 'reset' || signal.aborted : seen.status === 200);
  const code = seen.fault === 'out_of_reach' ? 'base_url_out_of_reach' : codeOf(fault);
  return { is: 'failed', why, sent, status, code, retryAfterMs };
}

function faultOf(seen: Readonly<Seen>, status: number | null, fault: unknown): AttemptFault {
  if (seen.fault === 'idle') return 'idle';
  if (seen.fault === 'too_large') return 'unreadable';
  if (seen.fault === 'elsewhere' || seen.fault === 'out_of_reach') return 'refused';
  if (status === null) return seen.asked ? 'unreachable' : 'refused';
  if (status !== 200) return byStatus(status);
  if (seen.fault !== null) return 'cut';
  return UNREADABLE.has(textField(fault as Json, 'name') ?? '') ? 'unreadable' : 'cut';
}

const UNREADABLE = new Set(['AI_TypeValidationError', 'AI_JSONParseError']);

function byStatus(status: number): AttemptFault {
  if (status === 429) return 'limited';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 413) return 'too_large';
  return status >= 500 ? 'down' : 'refused';
}

/** No digit and no dash: a key is none of these. */
const CODE = /^[a-z_]{1,40}$/;

/** `{"error": {"type", "code"}}` of both vendors, in the SDK's error or as it came in the stream. */
function codeOf(fault: unknown): string | null {
  const inData = field(field(fault as Json, 'data'), 'error') ?? field(fault as Json, 'error') ?? fault;
  for (const name of ['code', 'type']) {
    const code = textField(inData as Json, name);
    if (code !== null && CODE.test(code)) return code;
  }
  return null;
}
