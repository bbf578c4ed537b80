/**
 * What Resend's errors are here, in one table (https://resend.com/docs/api-reference/errors). By its name where that says more
 * than the HTTP status, else by the status. Sentences are our own: Resend's may quote the address that the request was about.
 */
import type { Json } from '../../kernel/canonical-json.ts';
import { textField } from '../http/json-field.ts';

type Code = 'provider_rejected' | 'provider_unavailable' | 'outcome_unknown' | 'invalid_input' | 'not_found';

export interface ResendRefusal {
  readonly state: 'failed' | 'unknown';
  readonly code: Code;
  readonly say: string;
  readonly vendorCode?: string;
}
type Meaning = Omit<ResendRefusal, 'vendorCode'>;

const rejected = (say: string): Meaning => ({ state: 'failed', code: 'provider_rejected', say });
const unavailable = (say: string): Meaning => ({ state: 'failed', code: 'provider_unavailable', say });
const unknown = (say: string): Meaning => ({ state: 'unknown', code: 'outcome_unknown', say });

/** `status name`: the status alone tells too little, and a name without its status is not believed. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  '400 invalid_idempotency_key': rejected('Resend did not take the idempotency key'),
  '400 validation_error': rejected('Resend found a field of the request wrong'),
  '401 missing_api_key': rejected('Resend got no API key'),
  '401 restricted_api_key': rejected('The Resend API key may only send; this needs one with full access'),
  '403 invalid_api_key': rejected('Resend refused the API key'),
  '403 validation_error': rejected("The sender's domain is not verified with Resend, or the account is in testing"),
  '409 concurrent_idempotent_requests': unknown('Resend is still at work on an earlier attempt of the same mail'),
  '409 invalid_idempotent_request': rejected('Resend has taken another mail under the same key'),
  '422 invalid_attachment': rejected('Resend did not take an attachment'),
  '422 invalid_from_address': rejected('Resend did not take the sender'),
  '422 invalid_access': rejected('The Resend API key may not do this'),
  '422 invalid_parameter': rejected('Resend found a field of the request wrong'),
  '422 missing_required_field': rejected('Resend missed a field of the request'),
  '429 daily_quota_exceeded': unavailable("The Resend account's daily quota is used up"),
  '429 monthly_quota_exceeded': unavailable("The Resend account's monthly quota is used up"),
  '451 security_error': rejected('Resend stopped the mail for reasons of security'),
};

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  401: rejected('Resend refused the API key'),
  403: rejected('Resend refused the API key or the sender'),
  404: { state: 'failed', code: 'not_found', say: 'Resend does not know it' },
  408: unknown('Resend gave up on the request'),
  409: unknown('Resend says that the request is in conflict with another one'),
  413: rejected('The mail is too large for Resend'),
  429: unavailable('Resend is asked too often and has not taken the request; it is safe to send it again later'),
};

/** Resend's name of an error, or null. */
export function vendorCodeOf(body: Json | null): string | null {
  const name = textField(body, 'name');
  return name !== null && /^[a-z_]{1,60}$/.test(name) ? name : null;
}

/** What an answer other than a success means for a request that changes something. */
export function refusal(status: number, body: Json | null): ResendRefusal {
  const vendorCode = vendorCodeOf(body);
  const meaning =
    (vendorCode === null ? undefined : BY_NAME[`${status} ${vendorCode}`]) ?? BY_STATUS[status] ?? otherwise(status);
  const detail = vendorCode === null ? `HTTP ${status}` : `Resend error ${vendorCode}`;
  return { ...meaning, say: `${meaning.say} (${detail}).`, ...(vendorCode === null ? {} : { vendorCode }) };
}

const otherwise = (status: number): Meaning =>
  status >= 400 && status < 500
    ? rejected('Resend refused the request')
    : unknown('Resend failed; the request may or may not have been carried out');

/** The same for a request that only reads: a failure at Resend's side has changed nothing. */
export function readRefusal(status: number, body: Json | null): ResendRefusal {
  const told = refusal(status, body);
  return told.state === 'failed'
    ? told
    : { ...told, state: 'failed', code: 'provider_unavailable', say: `Resend failed to answer (HTTP ${status}).` };
}
