/**
 * All open sockets of this server: what of an organisation is read once for all of its sockets, how many each user may have, and
 * how much each is sent. Limits hold for one server exactly; a user of two servers may have five sockets on each.
 */
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { SlidingWindow } from '../../kernel/sliding-window.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Place } from '../../swarm/feed/event.ts';
import type { SwarmEvents } from '../../swarm/feed/port.ts';
import type { AgentNow, Socket } from './socket.ts';

export const SOCKET_BOUNDS = {
  perUser: 5,
  inAll: 2_000,
  /** Events to all sockets of one user. */
  perSecond: 100,
  /** How often what waits is sent, agents are looked at, other servers' events are looked for, rights are asked again. */
  flushMs: 50,
  agentsMs: 500,
  pollMs: 250,
  recheckMs: SECOND_MS,
} as const;

const BATCH = 500;

export interface HubParts {
  readonly events: SwarmEvents;
  /** The agents as a socket's principal may see them. */
  agentsFor(socket: Socket): Promise<readonly AgentNow[]>;
  /** Called when somebody's rights may have changed here. Gives back how to stop. */
  onRights(listener: () => void): () => void;
  counted(sent: number, dropped: number): void;
  readonly clock: Clock;
  onFault(fault: unknown): void;
}

interface Feed {
  place: Place;
  readonly sockets: Set<Socket>;
  /** One thing after the other, so that no socket misses or repeats what comes while it joins. */
  work: Promise<void>;
  asked: boolean;
}

export interface Hub {
  /** @throws SallyportError `rate_limited`, `overloaded` */
  admit(owner: string): { release(): void };
  /** Adds it, from a place on. */
  join(socket: Socket, from: Place): Promise<void>;
  leave(socket: Socket): void;
  size(): number;
  /** Ends all, and takes no more. */
  drain(): void;
}

export function createHub({ events, agentsFor, onRights, counted, clock, onFault }: HubParts): Hub {
  const feeds = new Map<OrgId, Feed>();
  const sockets = new Set<Socket>();
  const places = new Map<string, number>();
  const rates = new Map<string, SlidingWindow>();
  const timers: ReturnType<typeof setInterval>[] = [];
  const stops: (() => void)[] = [];
  let draining = false;

  const inFeed = (feed: Feed, work: () => Promise<void>): Promise<void> => {
    const done = feed.work.then(work);
    feed.work = done.catch(onFault);
    return done;
  };

  /** Reads on, and lets every socket take what is for it. */
  const advance = (org: OrgId, feed: Feed): void => {
    if (feed.asked) return;
    feed.asked = true;
    void inFeed(feed, async () => {
      feed.asked = false;
      for (;;) {
        const batch = await events.after(org, feed.place, BATCH);
        if (batch.length === 0) return;
        feed.place = batch.at(-1)!.place;
        await Promise.all(
          [...feed.sockets].map((socket) => socket.take(batch.filter(({ place }) => isAfter(place, socket.place)))),
        );
        await flush();
        if (batch.length < BATCH) return;
      }
    }).catch(() => undefined);
  };

  let flushing: Promise<void> | null = null;
  const flush = (): Promise<void> => {
    flushing ??= flushAll().finally(() => {
      flushing = null;
    });
    return flushing;
  };
  /** Each user's sockets share what the user may be sent. */
  async function flushAll(): Promise<void> {
    const waiting = Map.groupBy(
      [...sockets].filter((socket) => socket.waiting() > 0),
      ({ owner }) => owner,
    );
    for (const [owner, own] of waiting) {
      const rate = rates.getOrInsertComputed(owner, () => new SlidingWindow(SOCKET_BOUNDS.perSecond, SECOND_MS));
      let left = own.length;
      for (const socket of own) {
        const room = Math.floor(rate.remaining(clock.now()) / left--);
        const { sent, dropped } = await socket.flush(room);
        rate.take(clock.now(), sent);
        counted(sent, dropped);
      }
    }
  }

  async function lookAtAgents(): Promise<void> {
    for (const socket of sockets) if (socket.wantsAgents() && socket.isOpen()) socket.tell(await agentsFor(socket));
  }
  const recheck = async (): Promise<void> => {
    for (const socket of sockets) await socket.renew(); // one after the other: it must not crowd out requests
  };

  /** Never twice at once, however long it takes. */
  const every = (ms: number, work: () => Promise<void>): void => {
    let running = false;
    timers.push(
      setInterval(() => {
        if (running) return;
        running = true;
        work()
          .catch(onFault)
          .finally(() => {
            running = false;
          });
      }, ms).unref(),
    );
  };

  function start(): void {
    every(SOCKET_BOUNDS.flushMs, flush);
    every(SOCKET_BOUNDS.agentsMs, lookAtAgents);
    every(SOCKET_BOUNDS.recheckMs, recheck);
    if (!events.alone)
      every(SOCKET_BOUNDS.pollMs, async () => {
        for (const [org, feed] of feeds) advance(org, feed);
      });
    stops.push(
      events.listen((org) => {
        const feed = feeds.get(org);
        if (feed !== undefined) advance(org, feed);
      }),
      onRights(() => void recheck().catch(onFault)),
    );
  }
  function stop(): void {
    for (const timer of timers.splice(0)) clearInterval(timer);
    for (const end of stops.splice(0)) end();
    feeds.clear();
    rates.clear();
  }

  return {
    admit(owner) {
      if (draining) throw new SallyportError('overloaded', 'The server is stopping.');
      const own = places.get(owner) ?? 0;
      let all = 0;
      for (const count of places.values()) all += count;
      if (all >= SOCKET_BOUNDS.inAll) throw new SallyportError('overloaded', 'Too many sockets are open.');
      if (own >= SOCKET_BOUNDS.perUser)
        throw new SallyportError(
          'rate_limited',
          `At most ${SOCKET_BOUNDS.perUser} sockets of one user are open at once.`,
        );
      places.set(owner, own + 1);
      let held = true;
      return {
        release() {
          if (!held) return;
          held = false;
          const left = (places.get(owner) ?? 1) - 1;
          if (left > 0) places.set(owner, left);
          else places.delete(owner);
        },
      };
    },
    async join(socket, from) {
      const feed = feeds.getOrInsertComputed(socket.org, () => ({
        ...{ place: from, sockets: new Set<Socket>(), work: Promise.resolve(), asked: false },
      }));
      if (sockets.size === 0) start();
      sockets.add(socket);
      await inFeed(feed, async () => {
        socket.place = from;
        for (;;) {
          const batch = await events.after(socket.org, socket.place, BATCH);
          if (batch.length === 0 || !socket.isOpen()) break;
          await socket.take(batch);
          socket.place = batch.at(-1)!.place;
        }
        socket.catchUp();
        if (socket.isOpen()) feed.sockets.add(socket);
      });
      await flush();
    },
    leave(socket) {
      sockets.delete(socket);
      const feed = feeds.get(socket.org);
      feed?.sockets.delete(socket);
      if (feed?.sockets.size === 0 && ![...sockets].some(({ org }) => org === socket.org)) feeds.delete(socket.org);
      if (![...sockets].some(({ owner }) => owner === socket.owner)) rates.delete(socket.owner);
      if (sockets.size === 0) stop();
    },
    size: () => sockets.size,
    drain() {
      draining = true;
      for (const socket of sockets) socket.close('server_stopping');
    },
  };
}

const isAfter = (a: Place, b: Place): boolean => a.tx > b.tx || (a.tx === b.tx && a.seq > b.seq);
