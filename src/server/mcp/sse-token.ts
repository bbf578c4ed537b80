/**
 * The token of a request to the legacy HTTP+SSE door, whose clients can often set no header: the `Authorization` header,
 * or `token` in the query. Threat: an address ends up in logs, histories and Referer headers, which is why this is the one
 * door that takes it, why its answers say `no-store` and `no-referrer`, and why a setting turns it off.
 */
import { SallyportError } from '../../kernel/errors.ts';
import { type Bearer, isBearerToken } from '../../shield/bearer.ts';

export interface Presented {
  readonly bearer: Bearer;
  /** The client can set headers, so it will be asked for the header in all that follows. */
  readonly inHeader: boolean;
}

const MALFORMED: Bearer = { is: 'malformed' };

/**
 * Both forms at once must agree; twice the same form is malformed.
 * @throws SallyportError `invalid_input` for a token in the query where that is turned off, whatever it is worth.
 */
export function presentedToken(header: Bearer, query: URLSearchParams, queryAllowed: boolean): Presented {
  const inHeader = header.is !== 'absent';
  const [given, ...more] = query.getAll('token');
  if (given === undefined) return { bearer: header, inHeader };
  if (!queryAllowed) {
    throw new SallyportError(
      'invalid_input',
      'This server takes no token in the address; send it in the Authorization header.',
    );
  }
  if (more.length > 0 || !isBearerToken(given)) return { bearer: MALFORMED, inHeader };
  if (!inHeader) return { bearer: { is: 'token', token: given }, inHeader };
  return { bearer: header.is === 'token' && header.token === given ? header : MALFORMED, inHeader };
}
