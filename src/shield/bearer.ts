/**
 * The bearer token of a request (RFC 6750 §2.1). Strict: one `Authorization` header, one spelling of the token; anything
 * else is malformed and must be answered as unauthenticated, never as "no token, so anonymous". Does not judge the token.
 */
/** Room for a signed token (RFC 7519) with a few claims. */
export const MAX_TOKEN_CHARS = 1_024;

export type Bearer =
  | { readonly is: 'absent' }
  | { readonly is: 'token'; readonly token: string }
  | { readonly is: 'malformed' };

const ABSENT: Bearer = { is: 'absent' };
const MALFORMED: Bearer = { is: 'malformed' };

// linear by construction: the padding's `=` is not among the characters before it
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const SCHEME = 'bearer ';

/** True for what can travel as a bearer token: `b64token` of RFC 6750, at most `MAX_TOKEN_CHARS` long. */
export const isBearerToken = (text: string): boolean => text.length <= MAX_TOKEN_CHARS && TOKEN.test(text);

/** `header`: the value of `Authorization`; several headers joined by commas, as fetch does, are malformed. */
export function parseBearer(header: string | null): Bearer {
  if (header === null) return ABSENT;
  if (header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return MALFORMED;
  const token = header.slice(SCHEME.length);
  return isBearerToken(token) ? { is: 'token', token } : MALFORMED;
}
