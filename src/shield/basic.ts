/**
 * The user and password of a request (Basic authentication, RFC 7617, in UTF-8). The name of the scheme in any case, then one
 * spelling only; anything else is malformed and must be answered as unauthenticated. Does not judge the password.
 */
import { fromBase64, fromUtf8 } from '../kernel/encoding.ts';

export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

const SCHEME = 'basic ';
const MAX_CHARS = 4_096;

/** `header`: the value of `Authorization`, null when absent. Null for what is not Basic, or malformed. */
export function parseBasic(header: string | null): BasicCredentials | null {
  if (header === null || header.length > MAX_CHARS) return null;
  if (header.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return null;
  const bytes = fromBase64(header.slice(SCHEME.length).trim());
  const text = bytes === null ? null : fromUtf8(bytes);
  const colon = text === null ? -1 : text.indexOf(':');
  return text === null || colon === -1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The header's value for these credentials. */
export const basicHeader = ({ user, password }: BasicCredentials): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
