/**
 * Any mail server as a carrier of mail, by SMTP. It takes no idempotency key: an attempt whose outcome is not known is never
 * repeated, and stays unknown until a person resolves it. Mail does not come in this way, and no report does.
 */
import type {
  Credentials,
  MessageProvider,
  OpenCredentials,
  ProviderAccount,
  VendorAnswer,
} from '../../comms/provider-ports.ts';
import { normalMail } from '../../comms/rules/address.ts';
import type { Delivery } from '../../guard/action.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { systemTimer, type Timer } from '../../kernel/timer.ts';
import type { CircuitBreaker, Evidence } from '../http/circuit-breaker.ts';
import { type NotBuilt, notSent, outboundMail } from '../mail/outbound-mail.ts';
import { SMTP_FIELDS, SMTP_PORTS, type SmtpAccess, smtpAccess } from './access.ts';
import { composeMail, messageIdOf } from './compose.ts';
import { outcomeOf } from './outcome.ts';
import { createPlaces } from './places.ts';
import { type SmtpMessage, type SmtpResult, type SmtpSessionParts, smtpSession } from './session.ts';

export interface SmtpParts extends SmtpSessionParts {
  readonly breaker: CircuitBreaker;
  readonly clock: Clock;
  readonly openCredentials: OpenCredentials;
  /** PUBLIC_URL without a trailing slash: where recipients unsubscribe. */
  readonly publicUrl: string;
  readonly onFault: (fault: unknown) => void;
  /** Ports that may be connected to; mail's unless said. */
  readonly ports?: ReadonlySet<number>;
  readonly timer?: Timer;
}

/**
 * For one message from first to last, below the lease of a sending. More than the 10 s of an HTTP request: servers take their time
 * over a message, and breaking off leaves an outcome that nobody knows.
 */
export const SMTP_TIMEOUT_MS = 25 * SECOND_MS;
const SESSIONS_PER_ACCOUNT = 4;
const WAITING_PER_ACCOUNT = 100;

export function createSmtp(parts: SmtpParts): { readonly carrier: MessageProvider; readonly account: ProviderAccount } {
  const { breaker, clock, openCredentials, publicUrl, onFault, ports = SMTP_PORTS, timer = systemTimer } = parts;
  const places = createPlaces({ most: SESSIONS_PER_ACCOUNT, line: WAITING_PER_ACCOUNT });

  /** A session in its place in line, under the breaker of its account and a deadline. */
  async function session(
    access: SmtpAccess,
    message: SmtpMessage | null,
    caller: AbortSignal,
  ): Promise<SmtpResult | 'busy' | 'resting'> {
    const deadline = new AbortController();
    const stop = timer(SMTP_TIMEOUT_MS, () => deadline.abort());
    const signal = AbortSignal.any([caller, deadline.signal]);
    const leave = await places.take(access.account, signal);
    try {
      if (leave === null) return signal.aborted ? { is: 'not_sent', why: 'cancelled' } : 'busy';
      const done = breaker.enter(access.account);
      if (done === null) return 'resting';
      const result = await smtpSession(parts, access, message, signal);
      done(evidenceOf(result, caller.aborted));
      return result;
    } finally {
      stop();
      leave?.();
    }
  }

  async function accessFor(org: OrgId): Promise<Result<SmtpAccess, NotBuilt>> {
    try {
      const credentials = await openCredentials(org, 'smtp');
      if (credentials === null) return notSent('The organisation has no mail server.');
      const access = smtpAccess(credentials, ports);
      return access.ok ? ok(access.value) : notSent('The stored credentials are no mail server with its account.');
    } catch (fault) {
      onFault(fault);
      return notSent('The stored credentials of the mail server could not be opened.');
    }
  }

  return {
    carrier: {
      name: 'smtp',
      retry: 'never',
      async send(permit) {
        const built = outboundMail(permit, 'smtp', publicUrl);
        if (!built.ok) return built.error;
        const mail = built.value;
        const access = await accessFor(permit.action.context['credentialOrg'] as OrgId);
        if (!access.ok) return access.error;
        const raw = await composeMail(mail, clock.now()).catch((fault: unknown) => {
          onFault(fault);
          return null;
        });
        if (raw === null) return NOT_COMPOSED;
        const result = await session(access.value, { from: mail.from, to: mail.to, raw }, permit.signal);
        return failureOf(result) ?? ({ state: 'ok', ref: messageIdOf(mail) } satisfies Delivery);
      },
    },
    account: {
      name: 'smtp',
      channels: ['email'],
      fields: SMTP_FIELDS,
      async verify(credentials: Credentials, signal): Promise<VendorAnswer<{ readonly account: string }>> {
        const access = smtpAccess(credentials, ports);
        if (!access.ok) return { state: 'failed', code: 'invalid_input', say: access.error };
        const { username, host, port } = access.value;
        const failure = failureOf(await session(access.value, null, signal));
        return failure ?? { state: 'ok', value: { account: `${username} at ${host}:${port}` } };
      },
      async bindSender(credentials, { channel, address }) {
        const access = smtpAccess(credentials, ports);
        if (!access.ok) return { state: 'failed', code: 'invalid_input', say: access.error };
        const mailbox = channel === 'email' ? normalMail(address) : null;
        if (mailbox?.ok !== true) {
          const say = 'address: a full mailbox, such as desk@mail.example.com; SMTP carries mail alone.';
          return { state: 'failed', code: 'invalid_input', say };
        }
        return { state: 'ok', value: { ref: mailbox.value, secret: '', todo: todoOf(mailbox.value) } };
      },
      unbindSender: async () => ({ state: 'ok', value: null }),
      health(credentials) {
        const access = smtpAccess(credentials, ports);
        return access.ok ? breaker.health(access.value.account) : 'up'; // never asked, never failed
      },
    },
  };
}

/** A server that answers is up, whatever it says; one that broke off because of us proves nothing. */
function evidenceOf(result: SmtpResult, cancelled: boolean): Evidence {
  if (result.is === 'done' || result.is === 'refused') return 'up';
  if (cancelled || (result.is === 'not_sent' && result.why === 'not_allowed')) return 'none';
  return 'down';
}

const NOT_COMPOSED: Delivery = {
  state: 'failed',
  code: 'invalid_input',
  say: 'The mail could not be written. Nothing was sent.',
};
const BUSY = 'Too many mails wait for this mail server. Nothing was sent; it is safe to send it again later.';
const RESTING =
  'The mail server has failed several times in a row and is not asked for a moment. Nothing was sent; it is safe to send it again.';

const failureOf = (result: SmtpResult | 'busy' | 'resting') =>
  typeof result === 'string'
    ? ({ state: 'failed', code: 'provider_unavailable', say: result === 'busy' ? BUSY : RESTING } as const)
    : outcomeOf(result);

/** What a mail server can't tell and nobody else checks. */
function todoOf(mailbox: string): readonly string[] {
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  return [
    `Make sure that the mail server may send as ${mailbox}: an SPF record of ${domain} that names it (v=spf1 include:… -all).`,
    `Have the mail server sign with DKIM for ${domain}, and publish its key.`,
    `Publish a DMARC record at _dmarc.${domain} (v=DMARC1; p=quarantine; rua=mailto:…).`,
    'Answers do not come in by SMTP: they go to the mailbox itself. To take them in here, bind the address with Resend instead.',
  ];
}
