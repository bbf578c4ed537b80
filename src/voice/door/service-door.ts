/**
 * The HTTP side of one service: its routes below its own path. Health is open; everything else asks for the credentials, and for
 * the platform's signature where a signing key is set. What a request configures, it configures for itself (agent/call-scope.ts).
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { SallyportError } from '../../kernel/errors.ts';
import { parseBasic } from '../../shield/basic.ts';
import { headerOf, putOnAnswer } from '../../shield/hono.ts';
import { inOwnScope } from '../agent/call-scope.ts';
import { filterSensitiveHeaders } from '../security/header-filter.ts';
import type { SwaigRequest } from '../swaig-function.ts';
import { type BodySettings, parseBody, readBytes } from './body.ts';
import { answerFailure } from './failure.ts';
import type { CallRequest, JsonAnswer, Served } from './served.ts';
import { isSigned } from './signature.ts';

export interface DoorSettings extends BodySettings {
  /** Null: signatures are not asked for. */
  readonly signingKey: string | null;
  /** The address that the platform calls, without a path: what it signs. Null: as the request says. */
  readonly publicUrl: () => string;
}

/** Serves a POST beyond the common ones, such as an MCP endpoint: behind the same authentication, signature included. */
export interface ExtraRoute {
  readonly path: string;
  /** @param request without the body, which is `bytes`. */
  readonly handle: (c: Context, bytes: Uint8Array, request: CallRequest) => Response | Promise<Response>;
}

const REALM = 'Basic realm="Secure Area", charset="UTF-8"';
const OK = { ok: true } as const;

/** @param protections come before everything, also before an unknown path; none where a server above has them. */
export function serviceDoor(
  served: Served,
  settings: DoorSettings,
  protections: readonly MiddlewareHandler[],
  extraRoutes: readonly ExtraRoute[] = [],
): Hono {
  const app = new Hono();
  app.onError(answerFailure(served.log));
  app.notFound((c) => c.json({ error: 'Not found' }, 404));
  for (const middleware of protections) app.use(middleware);
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', (c) => c.json({ status: 'ready' }));

  const authenticate: MiddlewareHandler = async (c, next) => {
    const given = parseBasic(headerOf(c, 'authorization'));
    if (given !== null && (await served.isAllowed(given.user, given.password))) return next();
    putOnAnswer(c, [['www-authenticate', REALM]]);
    return c.text('Unauthorized', 401);
  };
  // from here on, as a service's own check of credentials may configure something, too
  app.use((c, next) => inOwnScope(() => authenticate(c, next)));

  /** The request's body, as the platform signed it. */
  async function bytesOf(c: Context): Promise<Uint8Array> {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return NOTHING;
    const bytes = await readBytes(c, settings);
    const { signingKey } = settings;
    if (signingKey !== null && !isSigned(signingKey, c.req.raw.headers, addressOf(c, settings.publicUrl()), bytes)) {
      served.log.warn('a request without the platform’s signature was refused', { path: c.req.path });
      throw new SallyportError('forbidden', 'The signature is missing or wrong.');
    }
    return bytes;
  }

  const take =
    (path: string, answer: (c: Context, request: CallRequest) => Response | Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      const body = parseBody(c, await bytesOf(c));
      return answer(c, requestOf(c, body, path));
    };
  const script = async (c: Context, request: CallRequest) =>
    sendJson(c, { status: 200, body: await served.script(request) });

  app.on(['GET', 'POST'], '/', take('/', script));
  app.get('/swaig', take('/swaig', script));
  app.post(
    '/swaig',
    take('/swaig', async (c, request) => sendJson(c, await served.runFunction(request))),
  );
  app.post(
    '/post_prompt',
    take('/post_prompt', async (c, request) => c.json(await served.takeSummary(request))),
  );
  app.post(
    '/debug_events',
    take('/debug_events', async (c, request) => {
      await served.takeDebugEvent(request);
      return c.json(OK);
    }),
  );
  app.on(
    ['GET', 'POST'],
    '/check_for_input',
    take('/check_for_input', (c) => c.json(OK)),
  );
  for (const path of served.routingPaths) {
    app.on(
      ['GET', 'POST'],
      path,
      take(path, async (c, request) => {
        const elsewhere = await served.reroute(path, request);
        return elsewhere === null ? script(c, request) : c.redirect(elsewhere, 307);
      }),
    );
  }
  for (const { path, handle } of extraRoutes)
    app.post(path, async (c) => handle(c, await bytesOf(c), requestOf(c, {}, path)));
  return app;
}

const NOTHING = new Uint8Array(0);

function requestOf(c: Context, body: SwaigRequest, path: string): CallRequest {
  return {
    path,
    body,
    get query() {
      return c.req.query();
    },
    get headers() {
      return filterSensitiveHeaders(c.req.header());
    },
  };
}

/** As the platform called it: our public address with the path and query as they came. */
function addressOf(c: Context, base: string): string {
  const { url } = c.req.raw;
  const path = url.slice(url.indexOf('/', url.indexOf('://') + 3));
  return `${base}${path}`;
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=UTF-8' };

const sendJson = (c: Context, { status, body }: JsonAnswer): Response =>
  c.body(isText(body) ? body : JSON.stringify(body), status, JSON_HEADERS);

const isText = (body: JsonAnswer['body']): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array;
