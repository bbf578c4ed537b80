/**
 * The open streams of the legacy door: how many there may be, and when they end. A stream ends when its token does, when
 * nobody has used it for long, when its client is gone, and when the server stops.
 */
import type { Authenticate } from '../../identity/authenticate.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { HOUR_MS } from '../../kernel/time.ts';
import type { SdkParts } from './sdk.ts';
import { createSseSession, type Opening, type SseSession } from './sse-session.ts';

export interface SseBounds {
  /** Of one principal. Desktop clients open one or two. */
  readonly maxPerPrincipal: number;
  readonly maxInAll: number;
  /** Milliseconds without a message before a stream is ended; its client may open another. */
  readonly idleMs: number;
  /** Milliseconds between two looks at every stream: is the token still good, is anybody there. */
  readonly sweepMs: number;
}

export const SSE_BOUNDS: SseBounds = {
  maxPerPrincipal: 8,
  maxInAll: 1_000,
  idleMs: HOUR_MS,
  sweepMs: 500, // a stream must not outlive its token, its agent or the standing of its organisation by more than a second
};

export interface SseSessionsParts {
  readonly sdk: SdkParts;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  onFault(fault: unknown): void;
  readonly bounds: SseBounds;
}

export interface SseSessions {
  /** @throws SallyportError `rate_limited`, `overloaded` */
  open(opening: Opening): Promise<void>;
  find(id: string): SseSession | undefined;
  /** Notes that the session is in use. */
  touch(session: SseSession): void;
  /** Ends it unless what it was opened with is still good. Fails closed: what can't be checked is not good. */
  recheck(session: SseSession): Promise<void>;
  readonly size: () => number;
  /** Takes no more, and ends each as soon as its running calls are answered. */
  drain(): void;
}

export function createSseSessions({ sdk, authenticate, clock, onFault, bounds }: SseSessionsParts): SseSessions {
  const open = new Map<string, SseSession>();
  const heardAt = new WeakMap<SseSession, number>();
  let draining = false;
  let sweeper: ReturnType<typeof setInterval> | undefined;

  function assertRoom(owner: string): void {
    if (draining) throw new SallyportError('overloaded', 'The server is stopping.');
    if (open.size >= bounds.maxInAll) {
      throw new SallyportError('overloaded', 'Too many streams are open.', { retryAfterMs: bounds.sweepMs });
    }
    let own = 0;
    for (const session of open.values()) if (session.owner === owner) own++;
    if (own >= bounds.maxPerPrincipal) {
      throw new SallyportError(
        'rate_limited',
        `At most ${bounds.maxPerPrincipal} streams of one token are open at once.`,
      );
    }
  }

  async function recheck(session: SseSession): Promise<void> {
    try {
      const by = await authenticate(session.credentials);
      if (by?.id !== session.owner) session.end();
    } catch (fault) {
      session.end();
      if (!(fault instanceof SallyportError)) onFault(fault); // a suspended organisation is no fault
    }
  }

  async function sweep(): Promise<void> {
    for (const session of open.values()) {
      const idle = clock.now() - (heardAt.get(session) ?? 0) > bounds.idleMs;
      if (idle) session.end();
      else session.beat();
      if (!session.isOpen()) forget(session);
      else await recheck(session); // one after the other: the sweep must not crowd out requests
    }
  }

  let sweeping = false;
  function sweepUnlessBusy(): void {
    if (sweeping) return;
    sweeping = true;
    sweep()
      .catch(onFault)
      .finally(() => {
        sweeping = false;
      });
  }

  function forget({ id }: SseSession): void {
    open.delete(id);
    if (open.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  }

  return {
    async open(opening) {
      assertRoom(opening.owner); // no await up to the entry below, so that two at once can't share the last place
      const session = createSseSession(opening, sdk);
      open.set(session.id, session);
      heardAt.set(session, clock.now());
      sweeper ??= setInterval(sweepUnlessBusy, bounds.sweepMs).unref();
      try {
        await session.start(() => forget(session));
      } catch (fault) {
        forget(session);
        throw fault;
      }
    },
    find: (id) => open.get(id),
    touch: (session) => void heardAt.set(session, clock.now()),
    recheck,
    size: () => open.size,
    drain() {
      draining = true;
      for (const session of open.values()) session.drain();
    },
  };
}
