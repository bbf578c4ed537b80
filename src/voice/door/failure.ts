/** How a refusal reads at this door: a status and `{"error": …}`, in the words that users of the seed's SDK know. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, SallyportError } from '../../kernel/errors.ts';
import type { Logger } from '../logger.ts';

const ANSWERS: Partial<Record<ErrorCode, readonly [status: ContentfulStatusCode, error: string]>> = {
  rate_limited: [429, 'Rate limit exceeded'],
  host_not_allowed: [403, 'Forbidden: host not allowed'],
  origin_not_allowed: [403, 'Forbidden: origin not allowed'],
  forbidden: [403, 'Forbidden'],
  payload_too_large: [413, 'Request too large'],
  unsupported_media_type: [415, 'Unsupported media type: send application/json'],
  invalid_input: [400, 'Bad request'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  request_timeout: [408, 'Request timeout'],
  answer_timeout: [503, 'Timed out'],
  overloaded: [503, 'Overloaded'],
};
const INTERNAL = [500, 'Internal server error'] as const;

/** For `app.onError`: what is not a refusal is logged and answered without a word about it. */
export const answerFailure =
  (log: Logger) =>
  (fault: unknown, c: Context): Response => {
    const known = fault instanceof SallyportError ? ANSWERS[fault.code] : undefined;
    if (known === undefined) log.error('a request failed', { path: c.req.path, fault: describe(fault) });
    const [status, error] = known ?? INTERNAL;
    return c.json({ error }, status);
  };

const describe = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));
