/**
 * Remote workers over HTTP: a signed request out, a signed answer back (`swarm/worker/protocol.ts`). The worker is the
 * organisation's own, but its address is not: an answer counts only if it is signed with the secret, now, and for this request.
 */
import type { Clock } from '../../kernel/clock.ts';
import { fromUtf8 } from '../../kernel/encoding.ts';
import { signStandardWebhook, standardWebhookKey, verifyStandardWebhook } from '../../kernel/standard-webhook.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { FetchRefused } from '../../shield/fetch-refused.ts';
import { ModelFailure } from '../../swarm/models/port.ts';
import { beyondBounds } from '../../swarm/rules/json-bounds.ts';
import { VALUE_BOUNDS } from '../../swarm/rules/payload.ts';
import type { Workers } from '../../swarm/runtime/remote-worker.ts';
import type { Secrets } from '../../swarm/secrets.ts';
import { answerId, SIGNED_HEADERS, type WorkerAnswer, workerAnswer } from '../../swarm/worker/protocol.ts';
import { notSentBecause } from '../http/network-fault.ts';
import type { Reach } from './reach.ts';

const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
const MAX_ANSWER_BYTES = 1024 * 1024;

export interface WorkerClientParts {
  readonly reach: Reach;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

export const createWorkerClient = ({ reach, secrets, clock }: WorkerClientParts): Workers => ({
  async ask({ org, worker, id, request, signal }) {
    const secret = await secrets.open(org, worker.secret);
    if (secret === null || standardWebhookKey(secret) === null)
      throw refused('has no secret here, or none of the form whsec_…', false);
    const body = JSON.stringify(request);
    if (Buffer.byteLength(body) > MAX_REQUEST_BYTES)
      throw new ModelFailure('model_too_large', 'What its worker would have to read is too large.', NOT_SENT);
    const timestamp = Math.floor(clock.now() / SECOND_MS);
    const send = reach(org, worker.url, { maxBytes: MAX_ANSWER_BYTES, timeoutMs: worker.timeoutMs });
    let response: Response;
    let answered: Uint8Array;
    try {
      response = await send(worker.url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'sallyport',
          [SIGNED_HEADERS.id]: id,
          [SIGNED_HEADERS.timestamp]: String(timestamp),
          [SIGNED_HEADERS.signature]: signStandardWebhook(secret, id, timestamp, body),
        },
        body,
        signal,
      });
      answered = new Uint8Array(await response.arrayBuffer());
    } catch (failure) {
      throw failureOf(failure);
    }
    // nothing but a success is signed: what the status says is at most a reason to try again
    if (response.status >= 500 || response.status === 429) throw unavailable(`answered with status ${response.status}`);
    if (response.status !== 200) throw refused(`refused the request with status ${response.status}`, true);
    const header = (name: string): string => response.headers.get(name) ?? '';
    const proven = verifyStandardWebhook({
      ...{ id: header(SIGNED_HEADERS.id), timestamp: header(SIGNED_HEADERS.timestamp) },
      ...{ signatures: header(SIGNED_HEADERS.signature), body: answered, secret, now: clock.now() },
    });
    if (!proven.ok || proven.value.id !== answerId(id)) throw refused('gave an answer that it did not sign', true);
    const answer = answerIn(answered);
    if (answer === null) throw refused('gave an answer that is none', true);
    return answer;
  },
});

function answerIn(body: Uint8Array): WorkerAnswer | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(body) ?? '');
    return beyondBounds(value, VALUE_BOUNDS) === null ? workerAnswer(value) : null;
  } catch {
    return null;
  }
}

function failureOf(failure: unknown): ModelFailure {
  if (!(failure instanceof FetchRefused)) {
    const sent = notSentBecause(new Error('', { cause: failure })) === null;
    return new ModelFailure('model_unavailable', 'Its worker could not be reached, or broke off.', {
      retryable: true,
      sent,
    });
  }
  switch (failure.reason) {
    case 'timeout':
      return new ModelFailure('model_timeout', 'Its worker did not answer in time.', { retryable: true, sent: true });
    case 'too_large':
    case 'redirect':
    case 'encoding':
      return refused('gave an answer that is not taken', true);
    default:
      return refused('is at an address that may not be reached', false);
  }
}

const NOT_SENT = { retryable: false, sent: false } as const;
const refused = (what: string, sent: boolean) =>
  new ModelFailure('model_refused', `Its worker ${what}.`, { retryable: false, sent });
const unavailable = (what: string) =>
  new ModelFailure('model_unavailable', `Its worker ${what}.`, { retryable: true, sent: true });
