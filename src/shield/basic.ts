/**
 * The user and password of a request (Basic authentication, RFC 7617, in UTF-8). The name of the scheme in any case, then one
 * spelling only; anything else, several headers joined by commas among it, is malformed and must be answered as
 * unauthenticated. Does not judge the password.
 */
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '../kernel/encoding.ts';

export interface BasicCredentials {
  /** Without a colon, which ends it; may be empty. */
  readonly user: string;
  readonly password: string;
}

const SCHEME = 'basic ';
const MAX_CHARS = 4_096;

/** `header`: the value of `Authorization`, null when absent. Null for what is not Basic, or malformed. */
export function parseBasic(header: string | null): BasicCredentials | null {
  if (header === null || header.length > MAX_CHARS) return null;
  if (header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return null;
  const bytes = fromBase64(header.slice(SCHEME.length));
  const text = bytes === null ? null : fromUtf8(bytes);
  const colon = text === null ? -1 : text.indexOf(':');
  return text === null || colon === -1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The header's value for these credentials. */
export const basicHeader = ({ user, password }: BasicCredentials): string =>
  `Basic ${toBase64(toUtf8(`${user}:${password}`))}`;
