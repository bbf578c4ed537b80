/**
 * The server: every door on one application. On every request: security headers and request id, what protection.ts lists,
 * route, caller, body, action; so that nothing of a body is read for somebody who may not send it.
 */
import { Hono } from 'hono';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import type { AgentDirectory } from '../guard/subject.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../kernel/time.ts';
import { setHeaders } from '../shield/hono.ts';
import type { Listening, Tls } from '../shield/node-listen.ts';
import { securityHeaders } from '../shield/security-headers.ts';
import type { AuthenticationParts } from './caller.ts';
import { type ConsoleDoorParts, mountConsole } from './console/door.ts';
import { type Env, identify, type RequestContext } from './context.ts';
import { DEMO_HEADER } from './demo.ts';
import { mountDocs } from './docs/door.ts';
import { mountHealth } from './health.ts';
import { listen } from './listen.ts';
import { MCP_PATH, type McpParts, mountMcp } from './mcp/door.ts';
import { rpcFailure } from './mcp/rpc-failure.ts';
import { mountSse } from './mcp/sse-door.ts';
import type { SseBounds } from './mcp/sse-sessions.ts';
import type { Metrics } from './metrics.ts';
import { countRequests, mountMetrics } from './metrics-door.ts';
import { describedRoutes } from './people/described.ts';
import { mountPeople } from './people/door.ts';
import { AUTH, type People } from './people/route.ts';
import { failure, failureOf, problemResponse, statusOf } from './problems.ts';
import { challenge, mountProtectedResource } from './protected-resource.ts';
import { createProtection, type ProtectionParts, type ProtectionSettings } from './protection.ts';
import { mountRest } from './rest.ts';
import { mountTlsPins, type TlsPins } from './tls-pins.ts';
import type { WebhookParts } from './webhooks/delivery.ts';
import { mountWebhooks } from './webhooks/door.ts';
import { mountWs, type Watching, WS_PATHS } from './ws/door.ts';

interface ServerSettings extends ProtectionSettings {
  readonly maxBodyBytes: number;
  /** Milliseconds for a whole body to arrive. */
  readonly requestTimeoutMs: number;
  /** Milliseconds that an answer waits for an action in the outside world. */
  readonly waitMs: number;
  readonly hsts: boolean;
  /** Whether there is a door for clients of HTTP+SSE, and whether it takes tokens in the address. */
  readonly legacySse: boolean;
  readonly sseQueryToken: boolean;
}

export interface ServerParts extends AuthenticationParts, Pick<ProtectionParts, 'limiter' | 'lockOut'> {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly directory: Pick<AgentDirectory, 'organizationOf'>;
  readonly metrics: Metrics;
  /** The pages at `/admin`, as they were built; left out: they were not. */
  readonly consoleFiles?: ConsoleDoorParts['consoleFiles'];
  /** Who signs in; without it nobody can. */
  readonly people?: People;
  /** Who watches the swarms; without it there are no WebSockets. */
  readonly watching?: Watching;
  /** What providers call; without it nothing answers there. */
  readonly webhooks?: Pick<WebhookParts, 'providers' | 'receiveMail' | 'fetchMedia' | 'webhookBaseUrl'>;
  /** Where this server itself speaks TLS. */
  readonly tlsPins?: TlsPins | undefined;
  ready(): boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The product's, for clients to see. */
  readonly version: string;
  /** Told of every failure that is ours (5xx), with the id that the caller got. */
  onFault(fault: unknown, requestId: string): void;
  readonly settings: ServerSettings;
}

/** For what an answer needs besides its body and the outside world. */
const GRACE_MS = 15 * SECOND_MS;

export interface SallyportServer {
  readonly app: Hono<Env>;
  /** @param tls null or absent: plain HTTP. */
  listen(host: string, port: number, tls?: Tls | null): Promise<Listening>;
}

/** For tests. */
export interface ServerOptions {
  readonly thinLane?: boolean;
  readonly extendMcp?: McpParts['extend'];
  readonly sseBounds?: Partial<SseBounds>;
}

/**
 * @param options.thinLane false sends every MCP request through the SDK: what the lane must be indistinguishable from.
 * @throws TypeError for an allow-list entry that is no host or origin, and for an action that no tool list can show.
 */
export function createServer(parts: ServerParts, options: ServerOptions = {}): SallyportServer {
  const { settings, ids } = parts;
  const headers = [...securityHeaders(settings), ...(parts.demo === true ? [DEMO_HEADER] : [])];
  const limits = { maxBytes: settings.maxBodyBytes, timeoutMs: settings.requestTimeoutMs };
  const answerTimeoutMs = settings.requestTimeoutMs + settings.waitMs + GRACE_MS;
  const protection = createProtection({ ...parts, answerTimeoutMs });
  const doors = { ...parts, limits, protection };

  const app = new Hono<Env>();
  app.use(countRequests(parts.metrics), setHeaders(headers), identify(ids), protection.middleware);
  app.onError((thrown, c) => fail(c, thrown));
  app.notFound((c) => problemResponse(failure('not_found', 'There is nothing at this address.'), c.get('requestId')));
  mountHealth(app, doors);
  mountProtectedResource(app, settings.publicUrl);
  if (parts.tlsPins !== undefined) mountTlsPins(app, parts.tlsPins);
  mountDocs(app, { ...doors, publicUrl: settings.publicUrl, more: () => describedRoutes(app, AUTH) });
  if (parts.people !== undefined) mountPeople(app, { ...doors, people: parts.people, publicUrl: settings.publicUrl });
  mountRest(app, doors);
  mountConsole(app, { consoleFiles: parts.consoleFiles ?? new Map(), protection });
  const extend = options.extendMcp;
  const sdk = mountMcp(app, { ...doors, thinLane: options.thinLane ?? true, ...(extend && { extend }) });
  const sse = settings.legacySse
    ? mountSse(app, { ...doors, sdk, queryToken: settings.sseQueryToken, bounds: options.sseBounds ?? {} })
    : null;
  if (parts.webhooks !== undefined) {
    mountWebhooks(app, { ...doors, ...parts.webhooks, organizationOf: parts.directory.organizationOf });
  }
  const ws = parts.watching === undefined ? null : mountWs(app, { ...doors, watching: parts.watching });
  parts.metrics.streams(() => sse?.size() ?? 0);
  mountMetrics(app, { ...doors, publicUrl: settings.publicUrl });

  function fail(c: RequestContext, thrown: unknown): Response {
    const failed = failureOf(thrown);
    const id = c.get('requestId');
    const { path } = c.req;
    // what was turned away on purpose is no fault: a flood must not fill the log
    if (statusOf(failed.code) >= 500 && failed.code !== 'overloaded') parts.onFault(thrown, id);
    const presented = c.req.raw.headers.has('authorization');
    const more = {
      ...(failed.code === 'unauthenticated' && {
        'www-authenticate': challenge(settings.publicUrl, path, presented),
      }),
      ...(failed.code === 'answer_timeout' && { connection: 'close' }),
    };
    return path === MCP_PATH ? rpcFailure(failed, id, more) : problemResponse(failed, id, more);
  }

  const times = { bodyTimeoutMs: settings.requestTimeoutMs, silenceTimeoutMs: answerTimeoutMs + MINUTE_MS };
  const onClosing = () => {
    sse?.drain();
    ws?.drain();
  };
  const sockets = { ...{ app, headers, ids, times, onClosing }, ...(ws === null ? {} : { upgrades: WS_PATHS }) };
  return { app, listen: (host, port, tls = null) => listen({ ...sockets, tls }, host, port) };
}
