/** A request without an answer, in words for the agent or the administrator, in the states of the ports. */
import type { NotSent, Unknown } from './network-fault.ts';
import type { VendorResult } from './vendor-http.ts';

const NOT_SENT: Readonly<Record<NotSent, string>> = {
  refused: 'did not accept a connection',
  name_not_found: 'could not be found by name',
  unreachable: 'could not be reached',
  certificate: 'showed a certificate that is not trusted',
  not_a_request: 'was not asked: the request could not be written',
  breaker_open: 'has failed several times in a row and is not asked for a moment',
  cancelled: 'was not asked: time was up before',
};

const UNKNOWN: Readonly<Record<Unknown, string>> = {
  timeout: 'did not answer in time',
  reset: 'broke off the connection',
  half_answer: 'broke off in the middle of its answer',
  not_json: 'gave an answer that can not be read',
  too_large: 'gave an answer that is too large',
  cancelled: 'had not answered when time was up',
  earlier_attempt: 'broke off an earlier attempt and then took no other',
};

export type Undelivered =
  | { readonly state: 'failed'; readonly code: 'provider_unavailable'; readonly say: string }
  | { readonly state: 'unknown'; readonly code: 'outcome_unknown'; readonly say: string };

/** Fits both a `Delivery` and a `VendorAnswer`. `vendor`: its name at the start of a sentence. */
export const undelivered = (vendor: string, result: Exclude<VendorResult, { is: 'answer' }>): Undelivered =>
  result.is === 'not_sent'
    ? {
        state: 'failed',
        code: 'provider_unavailable',
        say: `${vendor} ${NOT_SENT[result.why]}. Nothing was done; it is safe to try again.`,
      }
    : {
        state: 'unknown',
        code: 'outcome_unknown',
        say: `${vendor} ${UNKNOWN[result.why]}. It may or may not have happened.`,
      };

/** The same of a request that only reads: whatever became of it, nothing was changed. */
export const unread = (vendor: string, result: Exclude<VendorResult, { is: 'answer' }>): Undelivered => ({
  state: 'failed',
  code: 'provider_unavailable',
  say: `${vendor} ${result.is === 'not_sent' ? NOT_SENT[result.why] : UNKNOWN[result.why]}. Nothing was changed; it is safe to try again.`,
});
