/**
 * The closed list of what can go wrong, as stable codes that callers may branch on. Every door maps each code to its own
 * form (HTTP problem, MCP tool error, CLI exit code) in one exhaustive table; a code that is not here does not exist.
 */
export const ERROR_CODES = [
  // who are you, may you
  'unauthenticated',
  'forbidden',
  'step_up_required',
  'agent_mismatch',
  'not_found',
  // the request
  'invalid_input',
  'unsafe_input',
  'payload_too_large',
  'unsupported_media_type',
  'method_not_allowed',
  'host_not_allowed',
  'https_required',
  'origin_not_allowed',
  'address_not_allowed',
  'request_timeout',
  'idempotency_conflict',
  'already_shown',
  'conflict',
  // standing
  'agent_inactive',
  'agent_paused',
  'organization_inactive',
  'thread_paused',
  'swarm_paused',
  'channel_not_allowed',
  'limits_above_tier',
  'agent_pool_full',
  'kyc_required',
  // compliance
  'recipient_not_reachable',
  'suppressed',
  'consent_required',
  'outside_calling_hours',
  'disclosure_required',
  'registration_required',
  'content_refused',
  'flow_refused',
  'output_blocked',
  'template_required',
  // limits
  'rate_limited',
  'locked_out',
  'contact_frequency',
  'spend_limit',
  'budget_reached',
  'above_budget',
  'price_unknown',
  'queue_full',
  'too_many_steps',
  // approvals
  'not_held',
  'approval_expired',
  'approval_denied',
  'signature_required',
  'cancelled',
  'too_late',
  // outside
  'provider_not_configured',
  'provider_rejected',
  'provider_unavailable',
  'outcome_unknown',
  // us
  'stale',
  'guard_failed',
  'overloaded',
  'answer_timeout',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One thing wrong with an input: where (a JSON path such as `limits.perDay`) and what to do about it. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** A failure with a stable code and a sentence for the caller. Never carries a secret or another tenant's data. */
export class SallyportError extends Error {
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    more: { issues?: readonly Issue[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'SallyportError';
    this.code = code;
    this.issues = more.issues ?? [];
    this.retryAfterMs = more.retryAfterMs;
  }
}
