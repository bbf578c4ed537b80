/** What the command line says of the call that a script is asked for, as the platform's request for it. */
import { toHex } from '../../kernel/encoding.ts';
import { systemEntropy } from '../../kernel/entropy.ts';
import type { SWMLService } from '../../voice/swml-service.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import type { PlatformAnswer, PlatformRequest } from './platform-request.ts';

export interface CallOptions {
  readonly callId?: string;
  readonly from?: string;
  readonly to?: string;
  /** `name=value` each. */
  readonly query?: readonly string[];
}

type Body = Readonly<Record<string, unknown>>;

/** Numbers that nobody has (the range for fiction). */
const USUAL_FROM = '+15555550100';
const USUAL_TO = '+15555550199';
const CALL_ID_BYTES = 16;

export interface ScriptRequest extends PlatformRequest {
  readonly callId: string;
  /** What the platform says of the call, in each of its requests. */
  readonly call: Body;
}

/** @param body of the request, which has the last word but for the options. @throws CommandFailure for a query that is none. */
export function scriptRequest(agent: SWMLService, options: CallOptions, body: Body = {}): ScriptRequest {
  const given = isBody(body['call']) ? body['call'] : {};
  const callId = options.callId ?? text(given['call_id']) ?? toHex(systemEntropy().bytes(CALL_ID_BYTES));
  const call = {
    type: 'phone',
    direction: 'inbound',
    ...given,
    call_id: callId,
    from: options.from ?? text(given['from']) ?? USUAL_FROM,
    to: options.to ?? text(given['to']) ?? USUAL_TO,
  };
  const address = new URL(agent.getFullUrl(true));
  for (const pair of options.query ?? []) {
    const at = pair.indexOf('=');
    if (at < 1) throw misused('A part of the query is given as name=value.');
    address.searchParams.append(pair.slice(0, at), pair.slice(at + 1));
  }
  return { callId, call, address: address.href, body: { vars: {}, envs: {}, params: {}, ...body, call } };
}

/** The script in an answer. @throws CommandFailure when the agent refused or failed. */
export function scriptIn({ status, text: told }: PlatformAnswer): Body {
  if (status !== 200) throw refused('for the script', status, told);
  const script: unknown = JSON.parse(told);
  if (isBody(script)) return script;
  throw new CommandFailure(1, ['The agent gave a script that is no JSON object.']);
}

/** @param asked what was asked for. */
export const refused = (asked: string, status: number, told: string): CommandFailure =>
  new CommandFailure(1, [`The agent answered ${status} when it was asked ${asked}: ${wordsOf(told)}`]);

function wordsOf(told: string): string {
  const first = told.trim().split('\n')[0] ?? '';
  try {
    const { error } = JSON.parse(told);
    return String(error ?? first);
  } catch {
    return first;
  }
}

export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
