/**
 * Failures as HTTP answers: problem documents (RFC 9457), one status and title for every code. 401: who are you; 403: you
 * may not; 404: you may not know that it exists. What is not a `SallyportError` is `internal`: the caller learns the
 * request's id and nothing else.
 */
import type { ReasonView } from '../guard/judge.ts';
import { type ErrorCode, type Issue, SallyportError } from '../kernel/errors.ts';
import { SECOND_MS } from '../kernel/time.ts';

/** A failure as both doors tell it, before it takes a door's form. */
export interface Failure {
  readonly code: ErrorCode;
  /** A sentence for the caller. */
  readonly say: string;
  readonly issues: readonly Issue[];
  /** Every reason of the stage that refused; empty when no guard did. */
  readonly reasons: readonly FailureReason[];
  /** Milliseconds until trying again may help; null when that is not known, or when waiting does not help. */
  readonly retryAfterMs: number | null;
  /** What to ask `audit.why` about. */
  readonly actionId: string | null;
  /** Too many like it in this minute: counted, and not recorded by itself. */
  readonly folded: boolean;
  /** What the action answers although it failed, such as the id of the message that was not sent. */
  readonly output: unknown;
}

export interface FailureReason extends ReasonView {
  readonly retryAfterMs?: number;
}

/** Where a refusal that was only counted can be looked up. */
export const FOLDED =
  'Too many like it in this minute: it is counted in the log (an entry of type refusals) and has no record of its own. Ask audit_why about one of the first.';

const PROBLEMS = {
  unauthenticated: { status: 401, title: 'A valid bearer token is needed' },
  forbidden: { status: 403, title: 'Not permitted' },
  step_up_required: { status: 403, title: 'Show a factor again' },
  agent_mismatch: { status: 403, title: "The token is another agent's" },
  not_found: { status: 404, title: 'Not found' },
  invalid_input: { status: 400, title: 'The request is not valid' },
  unsafe_input: { status: 400, title: 'The request looks like an attack' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body has the wrong type' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  host_not_allowed: { status: 403, title: 'The Host is not allowed' },
  https_required: { status: 403, title: 'HTTPS is required' },
  origin_not_allowed: { status: 403, title: 'The Origin is not allowed' },
  address_not_allowed: { status: 403, title: 'The network address is not allowed' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  // draft-ietf-httpapi-idempotency-key-header §2.7: a key that comes again with another payload
  idempotency_conflict: { status: 422, title: 'The idempotency key was used for something else' },
  already_shown: { status: 409, title: 'The answer was shown once and is gone' },
  conflict: { status: 409, title: 'In conflict with what is there' },
  agent_inactive: { status: 403, title: 'The agent is not active' },
  agent_paused: { status: 403, title: 'The agent is paused' },
  organization_inactive: { status: 403, title: 'The organisation is not active' },
  thread_paused: { status: 409, title: 'The thread is paused' },
  swarm_paused: { status: 409, title: 'The swarm is paused' },
  channel_not_allowed: { status: 403, title: 'The channel is not allowed' },
  limits_above_tier: { status: 403, title: 'The limits are above what the tier allows' },
  agent_pool_full: { status: 403, title: 'The organisation has as many agents as it may' },
  kyc_required: { status: 409, title: 'Nothing was submitted for review' },
  recipient_not_reachable: { status: 422, title: "The recipient can't be reached" },
  suppressed: { status: 403, title: 'The recipient has opted out' },
  registration_required: { status: 403, title: 'The sender is not registered' },
  consent_required: { status: 403, title: 'The recipient has not consented' },
  outside_calling_hours: { status: 403, title: 'Outside the hours in which the recipient may be contacted' },
  disclosure_required: { status: 422, title: 'What the law wants said could not be said' },
  content_refused: { status: 422, title: 'The text may not be sent' },
  flow_refused: { status: 403, title: 'What was read from outside may not lead to this' },
  output_blocked: { status: 422, title: 'The text holds what must not leave' },
  template_required: { status: 403, title: 'WhatsApp takes only a template here' },
  rate_limited: { status: 429, title: 'Too many requests or actions' },
  locked_out: { status: 429, title: 'Locked after too many failed attempts' },
  contact_frequency: { status: 429, title: 'Too many messages to this contact' },
  queue_full: { status: 429, title: 'Too much is waiting already' },
  too_many_steps: { status: 409, title: 'The steps are used up' },
  spend_limit: { status: 429, title: 'The spending limit is reached' },
  budget_reached: { status: 429, title: 'The budget is used up' },
  above_budget: { status: 403, title: 'It alone is above the budget' },
  price_unknown: { status: 409, title: 'Its price is not known' },
  not_held: { status: 409, title: 'The action is not held' },
  approval_expired: { status: 409, title: 'The approval has expired' },
  signature_required: { status: 403, title: 'The approval has to be signed' },
  cancelled: { status: 409, title: 'It was stopped before it began' },
  too_late: { status: 409, title: 'It could not begin in time' },
  approval_denied: { status: 403, title: 'The approval was denied' },
  provider_not_configured: { status: 503, title: 'No provider is configured' },
  provider_rejected: { status: 502, title: 'The provider rejected it' },
  provider_unavailable: { status: 503, title: 'The provider is not available' },
  outcome_unknown: { status: 504, title: 'It may or may not have happened' },
  stale: { status: 409, title: 'Something changed meanwhile' },
  guard_failed: { status: 500, title: 'A rule could not be evaluated' },
  overloaded: { status: 503, title: 'Too busy' },
  answer_timeout: { status: 503, title: 'The answer took too long' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<ErrorCode, { readonly status: number; readonly title: string }>;

export const statusOf = (code: ErrorCode): number => PROBLEMS[code].status;
export const titleOf = (code: ErrorCode): string => PROBLEMS[code].title;

/** A failure without guards: what the door itself refuses. */
export const failure = (code: ErrorCode, say: string, issues: readonly Issue[] = []): Failure => ({
  code,
  say,
  issues,
  reasons: [],
  retryAfterMs: null,
  actionId: null,
  folded: false,
  output: undefined,
});

/** What a caller may know of a thrown value. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof SallyportError))
    return failure('internal', 'Something went wrong here; quote the request id.');
  const { code, message, issues, retryAfterMs } = thrown;
  return { ...failure(code, message, issues), retryAfterMs: retryAfterMs ?? null };
}

/** Enough to mend a request by; the names that it made up, repeated in full, would be an answer as long as the request. */
const MAX_ISSUE_CHARS = 500;
const told = ({ path, message }: Issue): Issue => ({
  path,
  message: message.length <= MAX_ISSUE_CHARS ? message : `${message.slice(0, MAX_ISSUE_CHARS)}…`,
});

/** The members that every door's form of a failure has besides `code` and its sentence; absent ones are left out. */
export const detailsOf = ({ issues, reasons, retryAfterMs, actionId, folded, output }: Failure) => ({
  ...(issues.length === 0 ? {} : { errors: issues.map(told) }),
  ...(reasons.length === 0 ? {} : { reasons }),
  ...(retryAfterMs === null ? {} : { retryAfterMs }),
  ...(actionId === null ? {} : { actionId }),
  ...(folded ? { folded: FOLDED } : {}),
  ...(output === undefined ? {} : { output }),
});

/** The failure as `application/problem+json`, with `Retry-After` in seconds (RFC 9110 §10.2.3) where waiting helps. */
export function problemResponse(
  failed: Failure,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, title } = PROBLEMS[failed.code];
  const document = {
    type: `urn:sallyport:problem:${failed.code}`,
    title,
    status,
    code: failed.code,
    detail: failed.say,
    instance: `urn:sallyport:request:${requestId}`,
    ...detailsOf(failed),
  };
  return new Response(JSON.stringify(document), {
    status,
    headers: { 'content-type': 'application/problem+json', ...retryAfter(failed), ...headers },
  });
}

/** Rounded up: a client that waits exactly as long as it is told must not come too early. */
export const retryAfter = ({ retryAfterMs }: Pick<Failure, 'retryAfterMs'>): Readonly<Record<string, string>> =>
  retryAfterMs === null ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / SECOND_MS)) };
