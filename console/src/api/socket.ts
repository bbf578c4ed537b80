/**
 * What happens in the swarm, as it happens: `/ws`, opened with a ticket that is good once. Where no socket can be had, who
 * listens is told to look again every few seconds. The only place that opens a socket.
 *
 * It ends with the session, and a tab that nobody looks at opens none.
 */
import { signal } from '@preact/signals';
import { organizationId } from '../organization.ts';
import { withQuery } from '../query.ts';
import { change, get, reloadMe, session } from './session.ts';

/** A frame as the server sends it: its `type`, and the rest by type. */
export interface Told {
  readonly type: string;
  readonly id?: string;
  readonly threadId?: string;
  // the rest is read where its type is known
  readonly [member: string]: unknown;
}

/** `look`: something may have happened that nobody told. */
export interface Listener {
  told(frames: readonly Told[]): void;
  look(): void;
}

export const liveness = signal<'off' | 'connecting' | 'live' | 'polling'>('off');

const POLL_MS = 4_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
/** Longer than this without the answer to opening it counts as no answer. */
const OPEN_WITHIN_MS = 8_000;
/** What comes within this is handed on together: a hundred events a second are ten drawings. */
const TOGETHER_MS = 100;
const CLOSED = { sessionEnded: 4401, rightsChanged: 4403 } as const;

const listeners = new Set<Listener>();
let socket: WebSocket | null = null;
let opening = false;
/** Which life of the connection an answer belongs to; those of earlier ones are nobody's. */
let life = 0;
let failures = 0;
let after: string | null = null;
let waiting: Told[] = [];
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let pollTimer: ReturnType<typeof setInterval> | undefined;
let handTimer: ReturnType<typeof setTimeout> | undefined;

const everybody = (work: (listener: Listener) => void): void => {
  for (const listener of [...listeners]) work(listener);
};

/** Opens the socket with the first listener, and closes it with the last. @returns what ends it. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  if (liveness.value === 'off') start();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) stop();
  };
}

function start(): void {
  liveness.value = 'connecting';
  void open();
}

function stop(): void {
  life++;
  [opening, failures, after, waiting] = [false, 0, null, []];
  clearTimeout(retryTimer);
  clearTimeout(handTimer);
  handTimer = undefined;
  stopPolling();
  socket?.close();
  socket = null;
  liveness.value = 'off';
}

/** The same listeners, from the start. */
export function listenAnew(): void {
  if (listeners.size === 0) return;
  stop();
  start();
}

async function open(): Promise<void> {
  if (opening || socket !== null || document.visibilityState !== 'visible') return;
  opening = true;
  const mine = life;
  const isMine = () => mine === life;
  try {
    const { ticket } = await change<{ ticket: string }>('/auth/ws-ticket');
    if (!isMine()) return;
    const address = withQuery('/ws', { ticket, organizationId: organizationId(), after });
    await connected(new WebSocket(`${location.origin.replace(/^http/, 'ws')}${address}`), isMine);
  } catch {
    if (isMine()) failed();
  } finally {
    if (isMine()) opening = false;
  }
}

/** Resolves once it is open. */
function connected(made: WebSocket, isMine: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => made.close(), OPEN_WITHIN_MS);
    made.addEventListener('open', () => {
      clearTimeout(late);
      if (!isMine()) return made.close();
      socket = made;
      resolve();
    });
    made.addEventListener('message', ({ data }) => {
      if (isMine()) take(JSON.parse(String(data)) as Told);
    });
    made.addEventListener('close', ({ code }) => {
      clearTimeout(late);
      reject(new Error('closed'));
      if (isMine() && socket === made) void ended(code);
    });
  });
}

function take(frame: Told): void {
  if (frame.type === 'connected') {
    [failures, liveness.value] = [0, 'live'];
    stopPolling();
    // without a place to go on from, something may have happened since the rooms looked
    if (after === null) everybody((one) => one.look());
    after ??= typeof frame['cursor'] === 'string' ? frame['cursor'] : null;
    return;
  }
  if (typeof frame.id === 'string') after = frame.id;
  if (frame.type === 'gap') after = typeof frame['to'] === 'string' ? frame['to'] : after;
  waiting.push(frame);
  handTimer ??= setTimeout(hand, TOGETHER_MS);
}

function hand(): void {
  handTimer = undefined;
  const frames = waiting;
  waiting = [];
  everybody((one) => {
    one.told(frames);
    if (frames.some(({ type }) => type === 'gap')) one.look();
  });
}

async function ended(code: number): Promise<void> {
  socket = null;
  liveness.value = 'connecting';
  const mine = life;
  // who is not signed in any more learns it by these, and the page goes to the sign-in
  if (code === CLOSED.sessionEnded) await get('/auth/me').catch(() => undefined);
  if (code === CLOSED.rightsChanged) await reloadMe().catch(() => undefined);
  if (mine === life) failed();
}

function failed(): void {
  socket = null;
  failures++;
  if (failures > 1) poll();
  clearTimeout(retryTimer);
  retryTimer = setTimeout(() => void open(), Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)));
}

function poll(): void {
  liveness.value = 'polling';
  pollTimer ??= setInterval(() => {
    if (document.visibilityState === 'visible') everybody((one) => one.look());
  }, POLL_MS);
}
function stopPolling(): void {
  clearInterval(pollTimer);
  pollTimer = undefined;
}

document.addEventListener('visibilitychange', () => {
  if (liveness.value !== 'off' && document.visibilityState === 'visible') void open();
});
session.subscribe((state) => {
  if (state.is === 'nobody') stop();
});
