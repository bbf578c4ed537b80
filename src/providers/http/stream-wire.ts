/**
 * One streamed request to a vendor through a library that brings its own client but takes a `fetch`: bounded in size and in
 * silence, not redirected, and to one base URL alone, so that credentials go nowhere else. Where that may be is for `reach` to
 * say: the URL was written by an organisation, and must not lead behind the server's firewall.
 *
 * The wire is the witness of what happened: a library wraps errors, and its errors quote requests, headers and answers. What
 * the wire saw is words of a closed list.
 */
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Timer } from '../../kernel/timer.ts';
import { type FetchRefusal, FetchRefused } from '../../shield/fetch-refused.ts';
import type { SafeFetch } from '../../shield/safe-fetch.ts';
import { retryAfterMs } from './backoff.ts';
import { vendorBase } from './base-url.ts';
import { type NotSent, notSentBecause } from './network-fault.ts';

/** `elsewhere`: the library asked for another place than the base URL. `out_of_reach`: that place may not be asked at all. */
export type WireFault = NotSent | 'elsewhere' | 'out_of_reach' | 'reset' | 'idle' | 'too_large';

/** How a place is asked: by `providers/tools/reach.ts` for an organisation. */
export type ReachOf = (url: string, limits: { readonly maxBytes: number; readonly timeoutMs: number }) => SafeFetch;

export interface Seen {
  /** A request was handed to the network. */
  asked: boolean;
  /** Of the answer's head; null while there is none. */
  status: number | null;
  retryAfterMs: number;
  fault: WireFault | null;
}

export interface Wire {
  readonly base: string;
  readonly send: SafeFetch;
  readonly seen: Readonly<Seen>;
}

export interface WireParts {
  readonly baseUrl: string;
  /** Of the answer. */
  readonly maxBytes: number;
  /** The longest wait for a further piece of an answer that has begun. */
  readonly idleMs: number;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly reach: ReachOf;
}

/** Whoever asks has a shorter limit of its own; this one ends what was forgotten. */
const TIMEOUT_MS = 660 * SECOND_MS;

/** @throws TypeError for a base URL that credentials must not be sent to. */
export function openWire({ baseUrl, maxBytes, idleMs, clock, timer, reach }: WireParts): Wire {
  const base = vendorBase(baseUrl);
  const ask = reach(base, { maxBytes, timeoutMs: TIMEOUT_MS });
  const seen: Seen = { asked: false, status: null, retryAfterMs: 0, fault: null };

  const broken = (why: WireFault): Error => {
    seen.fault ??= why;
    return new Error(`the request to the vendor failed: ${why}`);
  };

  function watched(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    const next = () => {
      const { promise, reject } = Promise.withResolvers<never>();
      const stop = timer(idleMs, () => reject(broken('idle')));
      const read = reader.read().catch((fault: unknown) => {
        throw broken(whyOf(fault) ?? 'reset');
      });
      return Promise.race([read, promise]).finally(stop);
    };
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { done, value } = await next();
            if (done) return controller.close();
            controller.enqueue(value);
          } catch (fault) {
            controller.error(fault);
            await reader.cancel().catch(() => {});
          }
        },
        cancel: () => reader.cancel(),
      },
      { highWaterMark: 0 },
    );
  }

  return {
    base,
    seen,
    async send(input, init) {
      if (typeof input !== 'string' || !input.startsWith(`${base}/`)) throw broken('elsewhere');
      let answer: Response;
      try {
        seen.asked = true;
        answer = await ask(input, { ...init, redirect: 'manual' });
      } catch (fault) {
        throw broken(whyOf(fault) ?? notSentBecause(new Error('', { cause: fault })) ?? 'reset');
      }
      const { status, statusText, headers, body } = answer;
      seen.status = status;
      seen.retryAfterMs = retryAfterMs(headers.get('retry-after'), clock.now());
      return new Response(body === null ? null : watched(body), { status, statusText, headers });
    },
  };
}

const OUT_OF_REACH: ReadonlySet<FetchRefusal> = new Set(['scheme', 'host', 'address']);

/** What was refused on this side; null for all else. */
function whyOf(fault: unknown): WireFault | null {
  if (!(fault instanceof FetchRefused)) return null;
  if (fault.reason === 'too_large') return 'too_large';
  return OUT_OF_REACH.has(fault.reason) ? 'out_of_reach' : null;
}
