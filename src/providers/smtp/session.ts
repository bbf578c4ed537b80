/**
 * One SMTP session (RFC 5321, 3207, 4954, 8314): connect, encrypt, log in, hand over at most one message. It tells how far it got,
 * because that is what is known of the message: before the server asked for its text nothing can have been sent; afterwards, without
 * an answer, nobody knows.
 *
 * TLS is required and the certificate checked; credentials never travel without. Nodemailer's own pool is not used: it hands a
 * message to a second connection when the first one breaks off, and so might send it twice.
 */
import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SECOND_MS } from '../../kernel/time.ts';
import type { SmtpAccess } from './access.ts';
import { type AddressesOf, type Dialled, dial } from './dial.ts';

export interface SmtpMessage {
  readonly from: string;
  readonly to: string;
  /** The whole message. */
  readonly raw: Uint8Array;
}

export type SmtpResult =
  | { readonly is: 'done' }
  /** The server said no, for now (4yz) or for good (5yz). It has not taken the message. */
  | { readonly is: 'refused'; readonly step: Step; readonly reply: number; readonly enhanced: string | null }
  /** No message can have been sent. */
  | { readonly is: 'not_sent'; readonly why: NotSent }
  /** The message was under way. */
  | { readonly is: 'unknown' };

/** `tls`: no encryption to be had, or none that can be trusted. `server`: what is no mail server. */
export type NotSent =
  | Extract<Dialled, { is: 'failed' }>['why']
  | 'tls'
  | 'certificate'
  | 'no_login'
  | 'dropped'
  | 'server';
export type Step = 'connect' | 'login' | 'envelope' | 'message';

export interface SmtpSessionParts {
  readonly addressesOf: AddressesOf;
  /** Trusted besides the usual authorities; PEM. For tests, and for a company's own authority. */
  readonly ca?: string;
}

/** Each phase before the message: name, connection, greeting, encryption. */
const SETUP_MS = 10 * SECOND_MS;
/** Without a byte from the server. */
const SILENCE_MS = 20 * SECOND_MS;
const MAX_REPLY_BYTES = 64 * 1024;

/** Never rejects. `signal` ends it at any time. */
export async function smtpSession(
  { addressesOf, ca }: SmtpSessionParts,
  access: SmtpAccess,
  message: SmtpMessage | null,
  signal: AbortSignal,
): Promise<SmtpResult> {
  const dialled = await dial(addressesOf, access, signal);
  if (dialled.is === 'failed') return { is: 'not_sent', why: dialled.why };
  if (access.tls === 'none' && !dialled.loopback) {
    dialled.socket.destroy();
    return { is: 'not_sent', why: 'tls' };
  }
  const connection = new SMTPConnection({
    connection: dialled.socket,
    host: access.host,
    port: access.port,
    name: domainOf(message?.from ?? access.username) ?? 'localhost',
    secure: access.tls === 'implicit',
    requireTLS: access.tls === 'starttls',
    ignoreTLS: access.tls === 'none',
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    },
    connectionTimeout: SETUP_MS,
    greetingTimeout: SETUP_MS,
    socketTimeout: SILENCE_MS,
    socketCloseTimeout: SECOND_MS,
    maxResponseSize: MAX_REPLY_BYTES,
    logger: false,
  });
  let step: Step = 'connect';
  const { promise, resolve } = Promise.withResolvers<SmtpResult>();
  const fail = (fault: unknown) => resolve(resultOf(fault as SmtpFault, step, signal.aborted));
  const end = () => {
    fail(null);
    connection.close();
    dialled.socket.destroy();
  };
  signal.addEventListener('abort', end, { once: true });
  connection.on('error', fail);
  connection.once('end', () => fail(null));
  connection.connect((fault) => {
    if (fault) return fail(fault);
    step = 'login';
    // never skipped: a server that offers no log-in is not the one that was meant
    connection.login({ credentials: { user: access.username, pass: access.password } }, (fault) => {
      if (fault) return fail(fault);
      if (message === null) return resolve({ is: 'done' });
      step = 'envelope';
      const { from, to, raw } = message;
      const text = textOf(raw, () => {
        step = 'message';
      });
      connection.send({ from, to: [to], size: raw.length }, text, (fault) =>
        fault ? fail(fault) : resolve({ is: 'done' }),
      );
    });
  });
  const result = await promise;
  signal.removeEventListener('abort', end);
  if (result.is === 'done') connection.quit();
  else connection.close();
  return result;
}

/** Read from only when the server has asked for the text (354): `begun` is called right before the first byte. */
const textOf = (raw: Uint8Array, begun: () => void): Readable =>
  new Readable({
    read() {
      begun();
      this.push(raw);
      this.push(null);
    },
  });

interface SmtpFault {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number | false;
  readonly response?: string;
}

const CERTIFICATE =
  /^(?:CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID)/;
const NO_TLS = /^(?:ETLS|ERR_SSL_|ERR_TLS_)/;

/** `fault` is null when the session ended without one. */
function resultOf(fault: SmtpFault | null, step: Step, cancelled: boolean): SmtpResult {
  const reply = fault?.responseCode ?? false;
  const spoken = typeof reply === 'number' && reply >= 400 && reply < 600;
  const encrypting = NO_TLS.test(fault?.code ?? '');
  if (spoken && !(encrypting && step === 'connect'))
    return { is: 'refused', step, reply, enhanced: enhancedCode(fault?.response ?? '') };
  if (step === 'message') return { is: 'unknown' };
  if (cancelled) return { is: 'not_sent', why: 'cancelled' };
  const cause = fault?.originalCode ?? fault?.code ?? '';
  if (CERTIFICATE.test(cause)) return { is: 'not_sent', why: 'certificate' };
  if (encrypting || NO_TLS.test(cause)) return { is: 'not_sent', why: 'tls' };
  if (fault?.code === 'EAUTH') return { is: 'not_sent', why: 'no_login' };
  if (fault?.code === 'EPROTOCOL') return { is: 'not_sent', why: 'server' };
  // longer than the server has said that it takes
  if (fault?.code === 'EMESSAGE') return { is: 'refused', step, reply: 552, enhanced: '5.3.4' };
  return { is: 'not_sent', why: 'dropped' };
}

/** RFC 3463: `550 5.1.1 …` → `5.1.1`. */
const enhancedCode = (response: string): string | null =>
  /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null;

const domainOf = (mailbox: string): string | null => /@([A-Za-z0-9.-]{1,253})$/.exec(mailbox)?.[1] ?? null;
