/**
 * Posts alerts to webhooks, signed by Standard Webhooks under the delivery's id, the same for every attempt. The operator's
 * own receiver may be anywhere; an organisation's is an address that a stranger chose, and has to be public. No redirect is
 * followed: what is told goes to the address that was set and to no other. The address may hold a secret and is in no error.
 */
import type { PostAlert } from '../comms/actions/deliver-alert.ts';
import type { Delivery } from '../guard/action.ts';
import type { AlertBook } from '../guard/alert-book.ts';
import type { Clock } from '../kernel/clock.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { signStandardWebhook } from '../kernel/standard-webhook.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { FetchRefused } from '../shield/fetch-refused.ts';
import { createSafeFetch, type SafeFetch } from '../shield/safe-fetch.ts';
import { VERSION } from './version.ts';

export interface AlertPostParts {
  /** The operator's receiver: https, or http on loopback. `secret`: `whsec_…` */
  readonly operator: { readonly url: string; readonly secret: string } | null;
  readonly book: Pick<AlertBook, 'routes'>;
  readonly clock: Clock;
  /** For tests: how organisations' receivers are reached. */
  readonly publicFetch?: SafeFetch;
}

/** What a receiver says is of no interest, however long it is. */
const LIMITS = { maxBytes: 0, timeoutMs: 5 * SECOND_MS, maxRedirects: 0 } as const;
/** The receiver wants no more of it (Standard Webhooks). */
const GONE = 410;

const failed = (
  code: 'provider_not_configured' | 'provider_unavailable' | 'provider_rejected',
  say: string,
): Delivery => ({
  state: 'failed',
  code,
  say,
});

export function createAlertPost({ operator, book, clock, publicFetch }: AlertPostParts): PostAlert {
  const toOperator = createSafeFetch({
    ...LIMITS,
    dangerouslyAllowHttp: true, // the setting's kind has made sure that it is on this machine
    dangerouslyAllowNetworks: ['0.0.0.0/0', '::/0'],
  });
  const toOthers = publicFetch ?? createSafeFetch(LIMITS);

  return async (org, { id, body }, signal) => {
    const ofPlatform = org === PLATFORM_ORG;
    const receiver = ofPlatform ? operator : ((await book.routes(org))?.webhook ?? null);
    if (receiver === null) return failed('provider_not_configured', 'There is no webhook for alerts any more.');
    const seconds = Math.floor(clock.now() / SECOND_MS);
    const headers = {
      'content-type': 'application/json',
      'user-agent': `sallyport/${VERSION}`,
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signStandardWebhook(receiver.secret, id, seconds, body),
    };
    try {
      const request = { method: 'POST', headers, body, redirect: 'manual', signal } as const;
      const answer = await (ofPlatform ? toOperator : toOthers)(receiver.url, request);
      void answer.body?.cancel().catch(() => undefined);
      if (answer.ok) return { state: 'ok', ref: `HTTP ${answer.status}` };
      const code = answer.status === GONE ? 'provider_rejected' : 'provider_unavailable';
      return failed(code, `The receiver answered ${answer.status}.`);
    } catch (fault) {
      return fault instanceof FetchRefused
        ? failed('provider_rejected', 'The receiver is at an address that may not be called.')
        : failed('provider_unavailable', `The receiver could not be reached: ${reasonOf(fault)}.`);
    }
  };
}

/** A code such as `ECONNREFUSED`, or a few words: a message may repeat the address. */
function reasonOf(fault: unknown): string {
  if (fault instanceof Error && ['AbortError', 'TimeoutError'].includes(fault.name)) return 'it took too long';
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'it broke off';
}
