/**
 * Alerts to the operator's own receiver, signed by Standard Webhooks. Never waited for by a request: a bounded queue, one
 * delivery at a time, five attempts with longer and longer pauses, each under the same id so that the receiver can tell a
 * repeat. Follows no redirect: what is told goes to the address that was set and to no other. The address may hold a
 * secret and is in no error.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToldAlert } from '../guard/alerts.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import { signStandardWebhook } from '../kernel/standard-webhook.ts';
import { rfc3339, SECOND_MS } from '../kernel/time.ts';
import { VERSION } from './version.ts';

export interface AlertWebhookParts {
  /** https, or http on loopback. */
  readonly url: string;
  /** `whsec_…` */
  readonly secret: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of what could not be delivered. */
  readonly onFault: (fault: unknown) => void;
  /** Milliseconds for one attempt. */
  readonly timeoutMs?: number;
  /** Milliseconds before each further attempt. */
  readonly pausesMs?: readonly number[];
}

export interface AlertWebhook {
  send(alert: ToldAlert): void;
  /** Delivers what it can within `drainMs`, then lets go. */
  stop(drainMs: number): Promise<void>;
}

const TIMEOUT_MS = 5 * SECOND_MS;
const PAUSES_MS = [1, 5, 20, 60].map((seconds) => seconds * SECOND_MS);
const MAX_WAITING = 100;
/** The receiver wants no more of it (Standard Webhooks). */
const GONE = 410;

export function createAlertWebhook(parts: AlertWebhookParts): AlertWebhook {
  const { url, clock, ids, onFault } = parts;
  const attempts = [0, ...(parts.pausesMs ?? PAUSES_MS)];
  const waiting: { readonly id: string; readonly body: string }[] = [];
  const end = new AbortController();
  let working: Promise<void> | null = null;
  let lost = 0;

  const attempt = (id: string, body: string): Promise<number> => {
    const answered = Promise.withResolvers<number>();
    const seconds = Math.floor(clock.now() / SECOND_MS);
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = start(url, {
      method: 'POST',
      agent: false, // once in minutes: no connection is kept
      signal: AbortSignal.any([end.signal, AbortSignal.timeout(parts.timeoutMs ?? TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': `sallyport/${VERSION}`,
        'webhook-id': id,
        'webhook-timestamp': seconds,
        'webhook-signature': signStandardWebhook(parts.secret, id, seconds, body),
      },
    });
    request.on('error', answered.reject);
    request.on('response', (response) => {
      answered.resolve(response.statusCode ?? 0);
      response.destroy(); // what it says is of no interest, however long it is
    });
    request.end(body);
    return answered.promise;
  };

  async function deliver(id: string, body: string): Promise<void> {
    let why = '';
    for (const pauseMs of attempts) {
      if (pauseMs > 0) await delay(pauseMs, undefined, { ref: false, signal: end.signal });
      try {
        const status = await attempt(id, body);
        if (status >= 200 && status < 300) return;
        why = `it answered ${status}`;
        if (status === GONE) break;
      } catch (fault) {
        end.signal.throwIfAborted();
        why = reasonOf(fault);
      }
    }
    throw new Error(`the alert ${id} could not be delivered to ALERT_WEBHOOK_URL: ${why}`);
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await deliver(next.id, next.body).catch((fault: unknown) => {
        if (!end.signal.aborted) onFault(fault);
      });
      if (end.signal.aborted) return;
    }
  }

  const begin = (): void => {
    working ??= work().finally(() => {
      working = null;
      if (waiting.length > 0 && !end.signal.aborted) begin(); // came in between the worker's last look and its end
    });
  };

  return {
    send(alert) {
      if (end.signal.aborted) return;
      if (waiting.length >= MAX_WAITING) {
        if (lost++ === 0)
          onFault(new Error('too many alerts wait for ALERT_WEBHOOK_URL; further ones are in the logs alone'));
        return;
      }
      lost = 0;
      waiting.push({ id: ids.next('alr'), body: bodyOf(alert) });
      begin();
    },
    async stop(drainMs) {
      const drained = new AbortController();
      const over = delay(drainMs, undefined, { signal: drained.signal }).catch(() => undefined);
      await Promise.race([working, over]);
      drained.abort();
      if (working !== null)
        onFault(new Error('alerts were waiting for ALERT_WEBHOOK_URL at the stop; they are in the audit log'));
      end.abort();
      await working;
    },
  };
}

/** Standard Webhooks' form of an event. */
const bodyOf = ({ kind, severity, org, subject, say, count, since, at, detail }: ToldAlert): string =>
  JSON.stringify({
    type: `alert.${kind}`,
    timestamp: rfc3339(at),
    data: { severity, organizationId: org, subject, say, count, since: rfc3339(since), detail },
  });

/** A code such as `ECONNREFUSED`, or a few words. Only the time aborts an attempt that is told of. */
function reasonOf(fault: unknown): string {
  if (fault instanceof Error && fault.name === 'AbortError') return 'it took too long';
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'it broke off';
}
