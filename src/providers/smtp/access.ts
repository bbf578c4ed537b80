/**
 * A mail server's credentials, checked before they are used. An organisation names the server: so its name, port and encryption are
 * judged here, and where the name leads is judged when it is connected to (`dial.ts`).
 */
import type { Credentials } from '../../comms/provider-ports.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import { sha256 } from '../../kernel/hash.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { normalHost } from '../../shield/host.ts';

export const SMTP_FIELDS = {
  host: { says: "The mail server's name, such as smtp.example.com; its certificate must be for this name." },
  port: { says: '587 (STARTTLS) or 465 (TLS from the start); also 25 and 2525.' },
  username: { says: 'The account at the mail server; often the mailbox.' },
  password: { says: "The account's password, or an app password." },
  tls: {
    says: 'starttls, implicit, or none; by default implicit on port 465 and starttls elsewhere. None is for a server on this machine alone.',
    optional: true,
  },
} as const;

/** What mail is submitted to (RFC 6409, RFC 8314) and the usual stand-in: not a way to knock at any other service. */
export const SMTP_PORTS: ReadonlySet<number> = new Set([25, 465, 587, 2525]);

export type TlsMode = 'starttls' | 'implicit' | 'none';

export interface SmtpAccess {
  /** Normal form; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMode;
  readonly username: string;
  readonly password: string;
  /** The key of these credentials' breaker and places: nobody without the password can name it. */
  readonly account: string;
}

/** SASL takes no NUL; controls have no place in either. */
const LINE = /^[^\p{Cc}]{1,512}$/u;
const isMode = (text: string): text is TlsMode => text === 'starttls' || text === 'implicit' || text === 'none';

/** Or a sentence that says which field is wrong, and never holds its value. */
export function smtpAccess(credentials: Credentials, ports: ReadonlySet<number>): Result<SmtpAccess, string> {
  const { host: raw = '', port: digits = '', username = '', password = '' } = credentials;
  const named = raw.includes(':') && !raw.startsWith('[') ? null : normalHost(raw);
  if (named === null || /:\d+$/.test(raw)) return err('host must be a name or an address, without a port.');
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (!ports.has(port)) return err(`port must be one of ${[...ports].join(', ')}.`);
  if (!LINE.test(username)) return err('username must be one line.');
  if (!LINE.test(password)) return err('password must be one line.');
  const stated = credentials['tls'] ?? '';
  const tls = stated === '' ? (port === 465 ? 'implicit' : 'starttls') : stated;
  if (!isMode(tls)) return err('tls must be starttls, implicit or none.');
  const host = named.replace(/^\[|\]$/g, '');
  const account = toBase64url(sha256([host, port, username, password].join('\0')));
  return ok({ host, port, tls, username, password, account });
}
