/**
 * What a failed `fetch` says about whether the request was carried out. Only what certainly came before the request's
 * first byte counts as not sent: no connection, no name, a certificate that we refused. Everything else, and everything
 * that is not in the table, may have reached the vendor.
 *
 * The outcome is a word of a closed list, never the error's own text: that may quote a header, and so a credential.
 */
export type NotSent =
  | 'refused'
  | 'name_not_found'
  | 'unreachable'
  | 'certificate'
  | 'not_a_request'
  | 'breaker_open'
  | 'cancelled';

export type Unknown = 'timeout' | 'reset' | 'half_answer' | 'not_json' | 'too_large' | 'cancelled' | 'earlier_attempt';

const NOT_SENT: ReadonlyMap<string, NotSent> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'name_not_found'],
  ['EAI_AGAIN', 'name_not_found'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
  // a vendor's certificate that Node does not accept (the socket is handed over only after this check)
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['CERT_NOT_YET_VALID', 'certificate'],
  ['CERT_UNTRUSTED', 'certificate'],
  ['CERT_REJECTED', 'certificate'],
  ['CERT_REVOKED', 'certificate'],
  ['CERT_SIGNATURE_FAILURE', 'certificate'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'certificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
]);

/** What `fetch` threw before there was an answer; null when the request may have been sent. */
export function notSentBecause(fault: unknown): NotSent | null {
  const cause = fault instanceof Error ? fault.cause : undefined;
  // several addresses were tried: each must have failed before the first byte
  const causes = cause instanceof AggregateError ? cause.errors : [cause];
  const reasons = causes.map((one) => NOT_SENT.get(codeOf(one)));
  return reasons.length > 0 && reasons.every((reason) => reason !== undefined) ? (reasons[0] ?? null) : null;
}

function codeOf(fault: unknown): string {
  const code: unknown = typeof fault === 'object' && fault !== null && 'code' in fault ? fault.code : undefined;
  return typeof code === 'string' ? code : '';
}
