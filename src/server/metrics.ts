/**
 * What the server counts about itself, for Prometheus. Threat: a label that a caller chooses (a path, an id, a name that
 * is no action) grows the memory without end and gives away who did what; so every label here comes from a closed set: the
 * routes and actions that exist, status classes, error codes.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../guard/perform.ts';
import { monotonicMs } from '../kernel/clock.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import { SECOND_MS } from '../kernel/time.ts';

export interface Metrics {
  /** Starts the clock of a request; what it gives back is called with the pattern of its route (never the path) and the status. */
  request(): (route: string, status: number) => void;
  /** `fault`: it threw, so that nobody knows. @param code why not; null when nothing was refused. */
  action(name: string, outcome: Outcome['is'] | 'fault', code: ErrorCode | null): void;
  /** Where to ask for the number of open event streams. */
  streams(count: () => number): void;
  /** Where to ask for the number of open WebSockets. */
  sockets(count: () => number): void;
  /** Events that sockets were sent, and that they were not for being too many. */
  socketEvents(sent: number, dropped: number): void;
  /** In the text format of Prometheus, with its media type. */
  expose(): Promise<{ readonly type: string; readonly text: string }>;
}

/** Seconds. A guarded action takes about a millisecond; a provider's answer is waited for 10 s by default. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** By the beginning of the route. */
const DOORS: readonly (readonly [beginning: string, door: string])[] = [
  ['/mcp', 'mcp'],
  ['/sse', 'sse'],
  ['/messages', 'sse'],
  ['/ws', 'ws'],
  ['/api/docs', 'docs'],
  ['/api/v1/openapi.json', 'docs'],
  ['/api/', 'rest'],
  ['/health', 'health'],
  ['/ready', 'health'],
];
const doorOf = (route: string): string => DOORS.find(([beginning]) => route.startsWith(beginning))?.[1] ?? 'other';

interface Child {
  inc(): void;
}
/** What is counted of a route, bound to its labels. */
interface OfRoute {
  readonly seconds: { observe(value: number): void };
  /** By the status's first digit. */
  readonly byClass: Child[];
}

/** @param options.ofProcess memory, CPU, event loop and garbage collection too; once a process, since they hook into it. */
export function createMetrics(options: { readonly ofProcess: boolean }): Metrics {
  const registry = new Registry(); // not prom-client's global one: a second server in the process has its own
  const registers = [registry];
  if (options.ofProcess) collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'sallyport_http_requests_total',
    help: 'HTTP requests answered, by door, route and status class.',
    labelNames: ['door', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'sallyport_http_request_duration_seconds',
    help: 'Time from the request to its answer; for an event stream, to its beginning.',
    labelNames: ['door', 'route'],
    buckets: BUCKETS,
    registers,
  });
  const actions = new Counter({
    name: 'sallyport_actions_total',
    help: 'Actions by name, outcome and, when refused or failed, the first error code.',
    labelNames: ['action', 'outcome', 'code'],
    registers,
  });
  let openStreams = () => 0;
  new Gauge({
    name: 'sallyport_sse_streams',
    help: 'Open streams of the legacy HTTP+SSE door.',
    registers,
    collect() {
      this.set(openStreams());
    },
  });

  let openSockets = () => 0;
  new Gauge({
    name: 'sallyport_websockets',
    help: 'Open WebSockets.',
    registers,
    collect() {
      this.set(openSockets());
    },
  });
  const socketEvents = new Counter({
    name: 'sallyport_websocket_events_total',
    help: 'Events for WebSockets, by whether they were sent or dropped for being too many.',
    labelNames: ['outcome'],
    registers,
  });
  const [sentEvents, droppedEvents] = [
    socketEvents.labels({ outcome: 'sent' }),
    socketEvents.labels({ outcome: 'dropped' }),
  ];

  // children are bound once: joining labels and checking their names costs more than counting
  const byRoute = new Map<string, OfRoute>();
  const byResult = new Map<string, Child>();
  const ofRoute = (route: string): OfRoute => ({
    seconds: durations.labels({ door: doorOf(route), route }),
    byClass: [],
  });

  return {
    request() {
      const begun = monotonicMs();
      return (route, status) => {
        const known = byRoute.getOrInsertComputed(route, ofRoute);
        known.seconds.observe((monotonicMs() - begun) / SECOND_MS);
        const leading = Math.floor(status / 100);
        known.byClass[leading] ??= requests.labels({ door: doorOf(route), route, status: `${leading}xx` });
        known.byClass[leading].inc();
      };
    },
    action(action, outcome, code) {
      const key = `${outcome} ${code} ${action}`;
      let child = byResult.get(key);
      if (child === undefined) {
        child = actions.labels({ action, outcome, code: code ?? '' });
        byResult.set(key, child);
      }
      child.inc();
    },
    streams(count) {
      openStreams = count;
    },
    sockets(count) {
      openSockets = count;
    },
    socketEvents(sent, dropped) {
      sentEvents.inc(sent);
      droppedEvents.inc(dropped);
    },
    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
