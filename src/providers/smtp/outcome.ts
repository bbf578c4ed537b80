/** What a session with a mail server says of a message, in one table. Sentences are our own: servers quote addresses in theirs. */
import type { NotSent, SmtpResult, Step } from './session.ts';

type Code = 'provider_rejected' | 'provider_unavailable' | 'outcome_unknown';

export interface SmtpOutcome {
  readonly state: 'failed' | 'unknown';
  readonly code: Code;
  readonly say: string;
  /** The reply, such as `550 5.1.1`. */
  readonly vendorCode?: string;
}

const NOT_SENT: Readonly<Record<NotSent, readonly [code: Code, say: string]>> = {
  name_not_found: ['provider_unavailable', 'The mail server could not be found by name'],
  not_allowed: ['provider_rejected', 'The mail server is at an address that this server does not connect to'],
  unreachable: ['provider_unavailable', 'The mail server did not accept a connection'],
  cancelled: ['provider_unavailable', 'Time was up before the mail server asked for the message'],
  tls: ['provider_rejected', 'The mail server offers no encryption that will do (TLS 1.2 or later)'],
  certificate: ['provider_rejected', "The mail server's certificate is not trusted, or is for another name"],
  no_login: ['provider_rejected', 'The mail server offers no log-in by name and password'],
  dropped: ['provider_unavailable', 'The mail server broke off before it asked for the message'],
  server: ['provider_unavailable', 'What answered does not speak as a mail server does'],
};

const REFUSED: Readonly<Record<Step, string>> = {
  connect: 'The mail server turned us away',
  login: 'The mail server refused the user name or the password',
  envelope: 'The mail server refused the sender or the recipient',
  message: 'The mail server refused the message',
};

/** Null for a session that did what it was for. */
export function outcomeOf(result: SmtpResult): SmtpOutcome | null {
  switch (result.is) {
    case 'done':
      return null;
    case 'unknown': {
      const say = 'The mail server did not say whether it took the message. It may or may not have been sent.';
      return { state: 'unknown', code: 'outcome_unknown', say };
    }
    case 'not_sent': {
      const [code, say] = NOT_SENT[result.why];
      return { state: 'failed', code, say: `${say}. Nothing was sent.` };
    }
    case 'refused': {
      const { step, reply, enhanced } = result;
      const vendorCode = enhanced === null ? String(reply) : `${reply} ${enhanced}`;
      return reply < 500
        ? {
            state: 'failed',
            code: 'provider_unavailable',
            say: `${REFUSED[step]} for now (${vendorCode}).`,
            vendorCode,
          }
        : { state: 'failed', code: 'provider_rejected', say: `${REFUSED[step]} (${vendorCode}).`, vendorCode };
    }
  }
}
