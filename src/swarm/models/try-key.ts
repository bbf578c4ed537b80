/**
 * One try of a request with one key: bounded in time, its end told to the key, its words made for the agent. However the
 * adapter behaves, the place is given back and the caller is answered when time is up.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import type { Micros } from '../../kernel/money.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Timer } from '../../kernel/timer.ts';
import type { ModelConfig } from '../config/schema.ts';
import type { Attempt, ModelCall, ModelClient } from './client.ts';
import { keyRetired, type ModelAlert } from './key-alerts.ts';
import { cool, type ModelKey, retire, served } from './model-keys.ts';
import type { Seat } from './model-line.ts';
import type { ModelReply, ModelRequest } from './port.ts';
import { AFTER, type Consequence } from './rules/after-attempt.ts';
import { price, priceOf } from './rules/price.ts';

export interface TryParts {
  readonly clients: Readonly<Record<ModelConfig['provider'], ModelClient>>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly timer: Timer;
  readonly onAlert: (alert: ModelAlert) => void;
  /** What should not happen: a vault that can't be read, an adapter that throws. Holds no key and no prompt. */
  readonly onFault: (fault: unknown) => void;
}

export type Tried =
  | { readonly is: 'reply'; readonly reply: ModelReply }
  | {
      readonly is: 'failed';
      /** A sentence without its full stop. */
      readonly say: string;
      readonly sent: boolean;
      /** Null: another key or model may serve it. */
      readonly end: Exclude<Consequence['request'], 'next'> | null;
    };

/** The longest silence within an answer: a quarter of the whole time, but not less than this. */
const MIN_IDLE_MS = 30 * SECOND_MS;
/** A server of one's own that wants a key and got none is asked again after this. */
const KEYLESS_MS = 60 * SECOND_MS;

type Failed = Extract<Attempt, { readonly is: 'failed' }>;

export function createTry({ clients, clock, entropy, timer, onAlert, onFault }: TryParts) {
  /** The attempt within `timeoutMs`, whatever the adapter does with its signal. */
  async function within(
    model: ModelConfig,
    apiKey: string | null,
    request: ModelRequest,
  ): Promise<Attempt | 'timeout'> {
    if (request.signal.aborted) return cancelled(false); // while the key was read
    const ends = new AbortController();
    const over = Promise.withResolvers<Attempt | 'timeout'>();
    const stop = timer(model.timeoutMs, () => {
      over.resolve('timeout');
      ends.abort();
    });
    const onAbort = () => {
      over.resolve(cancelled(true));
      ends.abort();
    };
    request.signal.addEventListener('abort', onAbort, { once: true });
    const call: ModelCall = {
      model: model.model,
      baseUrl: model.baseUrl,
      apiKey,
      script: model.script,
      idleMs: Math.min(model.timeoutMs, Math.max(MIN_IDLE_MS, model.timeoutMs / 4)),
      request: {
        ...request,
        signal: ends.signal,
        onText(delta) {
          if (ends.signal.aborted) return;
          try {
            request.onText?.(delta);
          } catch (fault) {
            onFault(fault); // who watches does not stop the work
          }
        },
      },
    };
    try {
      return await Promise.race([clients[model.provider].attempt(call), over.promise]);
    } catch (fault) {
      // an adapter's error may quote what was sent
      onFault(
        new Error(`the adapter of ${model.provider} failed: ${fault instanceof Error ? fault.name : 'no error'}`),
      );
      return { ...nothing, why: 'cut', sent: true, code: null };
    } finally {
      stop();
      ends.abort(); // what is still open of it, such as a connection that fell silent
      request.signal.removeEventListener('abort', onAbort);
    }
  }

  function tell(
    model: ModelConfig,
    key: ModelKey,
    fingerprint: string | null,
    failed: Failed,
    what: Consequence,
  ): void {
    if (what.key === 'keep') return;
    key.lastError = failed.code ?? (failed.status === null ? failed.why : `http_${failed.status}`);
    if (what.key === 'cool') cool(key, failed.retryAfterMs, clock.now(), entropy);
    else if (key.source === null) cool(key, KEYLESS_MS, clock.now(), entropy);
    else if (retire(key, fingerprint, clock.now())) onAlert(keyRetired(model, key, failed.status, failed.code));
  }

  return async (
    model: ModelConfig,
    { key, leave }: Extract<Seat, { readonly is: 'seat' }>,
    apiKey: string | null,
    request: ModelRequest,
  ): Promise<Tried> => {
    const { fingerprint } = key;
    const attempt = await within(model, apiKey, request);
    if (attempt !== 'timeout' && attempt.is === 'reply') {
      served(key, clock.now());
      leave(attempt.usage === null ? null : attempt.usage.inputTokens + attempt.usage.outputTokens);
      return { is: 'reply', reply: replyOf(model, key, attempt) };
    }
    const failed: Failed = attempt === 'timeout' ? { ...nothing, why: 'cut', sent: true, code: 'timeout' } : attempt;
    const what = AFTER[attempt === 'timeout' ? 'timeout' : failed.why];
    tell(model, key, fingerprint, failed, what);
    leave(what.unused ? 0 : null);
    return {
      is: 'failed',
      say: sentence(model, failed, what),
      sent: failed.sent,
      end: what.request === 'next' ? null : what.request,
    };
  };
}

const nothing = { is: 'failed', status: null, retryAfterMs: 0 } as const;
const cancelled = (sent: boolean): Attempt => ({ ...nothing, why: 'cancelled', sent, code: null });

function replyOf(
  model: ModelConfig,
  key: ModelKey,
  { text, calls, finish, usage, ref }: Extract<Attempt, { is: 'reply' }>,
): ModelReply {
  const prices = priceOf(model);
  const cost: Micros | null = usage === null || prices === null ? null : price(usage, prices);
  return { text, calls, finish, usage, cost, servedBy: { alias: model.alias, key: key.name, ref } };
}

const sentence = ({ alias }: ModelConfig, { status, code }: Failed, { say }: Consequence): string => {
  const detail = [status === null ? null : `HTTP ${status}`, code].filter((part) => part !== null).join(', ');
  return `The model ${alias} ${say}${detail === '' ? '' : ` (${detail})`}`;
};
