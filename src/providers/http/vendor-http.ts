/**
 * Requests to vendors over HTTP: the one place that calls `fetch`. Bounded in time and size, repeated only where that can't
 * do anything twice, refused while the vendor's breaker is open.
 *
 * `request` never throws. Its result says what is known: an answer, `not_sent` (it certainly did not happen) or `unknown` (it
 * may have). Redirects are answers, not followed: a redirected request would carry credentials to wherever the answer says.
 * Does not know any vendor's errors; adapters read the answer.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { systemTimer, type Timer } from '../../kernel/timer.ts';
import { readBody } from './answer-body.ts';
import { waitMs } from './backoff.ts';
import { vendorBase } from './base-url.ts';
import type { CircuitBreaker, Evidence } from './circuit-breaker.ts';
import { type Deadline, pause, startDeadline } from './deadline.ts';
import { type NotSent, notSentBecause, type Unknown } from './network-fault.ts';

export interface VendorRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the base URL on: starts with `/`, encoded, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form, or anything else as JSON. */
  readonly body?: URLSearchParams | Json;
  /** The same request twice does no more than once: a read, a full update, a delete, a create under an idempotency key. */
  readonly idempotent: boolean;
  /** Whose credentials it uses, as the key of a breaker; never a secret itself. */
  readonly account: string;
  /** Of the answer; a mail with its text may be larger than what an answer usually is. */
  readonly maxAnswerBytes?: number;
  readonly signal?: AbortSignal;
}

export type VendorResult =
  /** `body` is null when the answer has none, or when an answer that is no success is not JSON. */
  | { readonly is: 'answer'; readonly status: number; readonly headers: Headers; readonly body: Json | null }
  | { readonly is: 'not_sent'; readonly why: NotSent }
  | { readonly is: 'unknown'; readonly why: Unknown };

export interface VendorHttp {
  request(request: VendorRequest): Promise<VendorResult>;
  /** Of an account's requests to this vendor. */
  health(account: string): ReturnType<CircuitBreaker['health']>;
}

export interface VendorHttpParts {
  readonly baseUrl: string;
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** For the whole request: its retries, the waits between them and the reading of the answer. */
  readonly timeoutMs?: number;
  readonly timer?: Timer;
  readonly fetch?: typeof globalThis.fetch;
}

/** settled.md: provider timeout 10 s. */
const TIMEOUT_MS = 10 * SECOND_MS;
const MAX_RETRIES = 2;
/** A time-out that comes so much too late tells of this process or its machine, not of the vendor. */
const STOOD_STILL_MS = SECOND_MS;
const UNANSWERED: VendorResult = { is: 'unknown', why: 'timeout' };
const NO_CONTENT = new Set([204, 205]);
const AGAIN_LATER = new Set([429, 500, 502, 503, 504]);
/** Why nothing was sent, where the next moment may be different. */
const PASSING: ReadonlySet<NotSent> = new Set(['refused', 'name_not_found', 'unreachable']);

/** @throws TypeError for a base URL that credentials must not be sent to. */
export function createVendorHttp({
  baseUrl,
  breaker,
  clock,
  entropy,
  timeoutMs = TIMEOUT_MS,
  timer = systemTimer,
  fetch: send = globalThis.fetch,
}: VendorHttpParts): VendorHttp {
  const base = vendorBase(baseUrl);

  /** One attempt; an answer is read to its end or is none. */
  async function attempt(request: VendorRequest, signal: AbortSignal): Promise<VendorResult> {
    if (signal.aborted) return { is: 'not_sent', why: 'cancelled' };
    const prepared = prepare(base, request, signal);
    if (prepared === null) return { is: 'not_sent', why: 'not_a_request' };
    let response: Response;
    try {
      response = await send(prepared);
    } catch (fault) {
      const why = notSentBecause(fault);
      return why === null ? { is: 'unknown', why: 'reset' } : { is: 'not_sent', why };
    }
    const { status, headers } = response;
    const body = await readBody(response, request.maxAnswerBytes);
    switch (body.is) {
      case 'json':
        return { is: 'answer', status, headers, body: body.json };
      case 'empty':
        if (response.ok && !NO_CONTENT.has(status)) return { is: 'unknown', why: 'not_json' };
        return { is: 'answer', status, headers, body: null };
      case 'not_json':
        return response.ok ? { is: 'unknown', why: 'not_json' } : { is: 'answer', status, headers, body: null };
      default:
        return { is: 'unknown', why: body.is };
    }
  }

  /** The attempt under its breaker and the deadline, whatever `send` does with its signal. */
  async function guarded(request: VendorRequest, deadline: Deadline, endsAt: number): Promise<VendorResult> {
    const done = breaker.enter(`${base} ${request.account}`);
    if (done === null) return { is: 'not_sent', why: 'breaker_open' };
    const result = await Promise.race([attempt(request, deadline.signal), deadline.over.then(() => UNANSWERED)]);
    // what broke off because time was up says so itself only sometimes: the deadline is the better witness
    const told: VendorResult =
      result.is === 'unknown' && deadline.signal.aborted ? { is: 'unknown', why: deadline.why() } : result;
    const weStoodStill = deadline.signal.aborted && clock.now() > endsAt + STOOD_STILL_MS;
    done(weStoodStill ? 'none' : evidenceOf(told));
    return told;
  }

  return {
    health: (account) => breaker.health(`${base} ${account}`),
    async request(request) {
      const deadline = startDeadline(timer, timeoutMs, request.signal);
      const endsAt = clock.now() + timeoutMs;
      let doubt = false;
      try {
        for (let retry = 0; ; retry++) {
          const result = await guarded(request, deadline, endsAt);
          doubt ||= request.method !== 'GET' && mayHaveHappened(result);
          if (retry === MAX_RETRIES || !mayRepeat(request, result)) return settled(result, doubt);
          const retryAfter = result.is === 'answer' ? result.headers.get('retry-after') : null;
          const wait = waitMs(retry + 1, retryAfter, clock.now(), entropy);
          if (wait === null || clock.now() + wait >= endsAt) return settled(result, doubt);
          await pause(timer, wait, deadline.signal);
          if (deadline.signal.aborted) return settled(result, doubt);
        }
      } finally {
        deadline.cancel();
      }
    },
  };
}

/** Null for what no request can be made of, such as a credential with a line break; the error's text would quote it. */
function prepare(base: string, { method, path, headers, body }: VendorRequest, signal: AbortSignal): Request | null {
  if (!path.startsWith('/')) return null; // it would become part of the host's name
  try {
    const form = body instanceof URLSearchParams;
    const sent = body === undefined ? null : form ? body : JSON.stringify(body);
    const request = new Request(`${base}${path}`, {
      method,
      headers: { accept: 'application/json', 'user-agent': 'sallyport', ...headers },
      body: sent,
      redirect: 'manual',
      signal,
    });
    if (sent !== null && !form) request.headers.set('content-type', 'application/json');
    return request;
  } catch {
    return null;
  }
}

const mayRepeat = ({ idempotent }: VendorRequest, result: VendorResult): boolean =>
  result.is === 'not_sent'
    ? PASSING.has(result.why)
    : idempotent &&
      (result.is === 'unknown'
        ? result.why === 'reset' || result.why === 'half_answer'
        : AGAIN_LATER.has(result.status));

const mayHaveHappened = (result: VendorResult): boolean =>
  result.is === 'unknown' || (result.is === 'answer' && result.status >= 500);

/** "Not sent" and "slow down" speak of the last attempt alone: they must not hide an earlier one that may have gone through. */
const settled = (result: VendorResult, doubt: boolean): VendorResult =>
  doubt && (result.is === 'not_sent' || (result.is === 'answer' && result.status === 429))
    ? { is: 'unknown', why: 'earlier_attempt' }
    : result;

function evidenceOf(result: VendorResult): Evidence {
  if (result.is === 'answer') return result.status >= 500 ? 'down' : result.status === 429 ? 'none' : 'up';
  return result.why === 'cancelled' || result.why === 'not_a_request' ? 'none' : 'down';
}
