/** Several agents on one port, each at its own route, behind one set of protections. `/` lists them; `/health` and `/ready` are open. */
import { Hono, type MiddlewareHandler } from 'hono';
import type { AgentBase } from './agent-base.ts';
import { ConfigurationError } from './configuration-error.ts';
import { stopOnSignal } from './door/end-on-signal.ts';
import { answerFailure } from './door/failure.ts';
import { protection } from './door/protection.ts';
import { normalRoute, routingPath } from './door/route.ts';
import { type Serving, serveProtected } from './door/serving.ts';
import { getLogger, setGlobalLogLevel } from './logger.ts';
import { rehearsedServing } from './rehearsal.ts';
import { loadVoiceSettings, type ServiceSettings, type VoiceSettings } from './settings.ts';
import { SslConfig } from './ssl-config.ts';
import { type RoutingCallback, SWMLService } from './swml-service.ts';
import { staticFiles } from './web/static-files.ts';

export interface AgentServerOptions {
  /** All addresses (`0.0.0.0`) unless said. */
  readonly host?: string;
  /** PORT, or 3000, unless said; 0 takes a free one. */
  readonly port?: number;
  readonly logLevel?: string;
  readonly ssl?: SslConfig;
  /** In place of the environment's. */
  readonly settings?: ServiceSettings;
}

export class AgentServer {
  readonly host: string;
  readonly ssl: SslConfig;
  readonly #settings: VoiceSettings;
  readonly #log = getLogger('AgentServer');
  /** Made once: what a client has used up is not given back when agents come and go. */
  readonly #protections: readonly MiddlewareHandler[];
  readonly #agents = new Map<string, AgentBase>();
  readonly #sipUsernames = new Map<string, string>();
  readonly #files = new Map<string, string>();
  readonly #routing = new Map<string, RoutingCallback>();
  #port: number;
  #app: Hono | null = null;
  #serving: Serving | null = null;
  #forget = (): void => {};

  constructor(options: AgentServerOptions = {}) {
    this.#settings = { ...loadVoiceSettings(), ...options.settings };
    this.host = options.host ?? '0.0.0.0';
    this.#port = options.port ?? this.#settings.port;
    this.ssl = options.ssl ?? new SslConfig();
    this.#protections = protection({ ...this.#settings, hsts: this.ssl.getHstsHeader() });
    if (options.logLevel !== undefined) setGlobalLogLevel(options.logLevel);
  }

  get port(): number {
    return this.#serving?.port ?? this.#port;
  }

  /** @throws ConfigurationError when an agent is at that route already. */
  register(agent: AgentBase, route: string = agent.route): this {
    const at = normalRoute(route);
    if (this.#agents.has(at))
      throw new ConfigurationError(`There is an agent at ${at} already; give this one another route.`);
    if (at !== '/' && OWN_ROUTES.has(at))
      throw new ConfigurationError(`${at} is the server's own; give the agent another route.`);
    this.#agents.set(at, agent);
    agent.mountedAt(at, this.#serving?.url);
    for (const [path, callback] of this.#routing) agent.registerRoutingCallback(callback, path);
    this.#app = null;
    return this;
  }

  /** False when there was none. From then on its route is not found. */
  unregister(route: string): boolean {
    const had = this.#agents.delete(normalRoute(route));
    this.#app = null;
    return had;
  }

  getAgents(): Map<string, AgentBase> {
    return new Map(this.#agents);
  }

  getAgent(route: string): AgentBase | undefined {
    return this.#agents.get(normalRoute(route));
  }

  /** Serves the files of a folder, those of known kinds alone: never dotfiles, nor links that lead out of it. */
  serveStaticFiles(directory: string, route = '/'): this {
    this.#files.set(route === '/' ? '' : `/${route.replace(/^\/+|\/+$/g, '')}`, directory);
    this.#app = null;
    return this;
  }

  /** Sends a call to a SIP address to the agent of that user name. @param autoMap by the agents' names and routes, too. */
  setupSipRouting(path = '/sip', autoMap = true): this {
    return this.registerGlobalRoutingCallback((body) => {
      const username = SWMLService.extractSipUsername(body)?.toLowerCase();
      if (username === undefined) return null;
      return this.#sipUsernames.get(username) ?? this.#agentCalled(username, autoMap);
    }, path);
  }

  registerSipUsername(username: string, route: string): this {
    this.#sipUsernames.set(username.toLowerCase(), route);
    return this;
  }

  /** On every agent, also those that come later. */
  registerGlobalRoutingCallback(callback: RoutingCallback, path: string): this {
    this.#routing.set(routingPath(path), callback);
    for (const agent of this.#agents.values()) agent.registerRoutingCallback(callback, path);
    this.#app = null;
    return this;
  }

  #agentCalled(username: string, autoMap: boolean): string | null {
    for (const [route, agent] of this.#agents) {
      if (agent.sipUsernames.has(username)) return route;
      if (autoMap && (route.slice(1).toLowerCase() === username || agent.name.toLowerCase() === username)) return route;
    }
    return null;
  }

  /** The application, made anew when agents come or go. */
  getApp(): Hono {
    this.#app ??= this.#build();
    return this.#app;
  }

  #build(): Hono {
    const app = new Hono();
    app.onError(answerFailure(this.#log));
    app.notFound((c) => c.json({ error: 'Not found' }, 404));
    for (const middleware of this.#protections) app.use(middleware);
    app.get('/health', (c) => c.json({ status: 'ok' }));
    app.get('/ready', (c) => c.json({ status: 'ready' }));
    if (!this.#agents.has('/'))
      app.get('/', (c) =>
        c.json({ service: 'AgentServer', agents: [...this.#agents].map(([route, { name }]) => ({ name, route })) }),
      );
    for (const [route, directory] of this.#files) app.get(`${route}/*`, staticFiles(directory, route));
    // longer routes first: an agent at / must not take what is another's
    const routes = [...this.#agents].sort(([a], [b]) => b.length - a.length);
    for (const [route, agent] of routes) app.route(route, agent.door());
    return app;
  }

  /** Listens, and resolves when it does. @throws ConfigurationError when the port is taken, or TLS can't be served. */
  async run(host: string = this.host, port: number = this.#port): Promise<Serving> {
    if (this.#serving !== null) throw new ConfigurationError('The server is running already.');
    const rehearsed = rehearsedServing(this, { host, port }, `http://localhost:${port}`, port);
    if (rehearsed !== null) return rehearsed;
    const serving = await serveProtected({
      app: { fetch: (request, env) => this.getApp().fetch(request, env as object) },
      host,
      port,
      log: this.#log,
      ssl: this.ssl,
      settings: this.#settings,
    });
    this.#serving = serving;
    this.#forget = stopOnSignal(this);
    for (const [route, agent] of this.#agents) agent.mountedAt(route, serving.url);
    this.#log.info('agents are served', { url: serving.url, agents: [...this.#agents.keys()] });
    return serving;
  }

  async stop(timeoutMs?: number): Promise<void> {
    const serving = this.#serving;
    await serving?.stop(timeoutMs);
    if (this.#serving !== serving) return;
    this.#serving = null;
    this.#forget();
  }
}

const OWN_ROUTES: ReadonlySet<string> = new Set(['/health', '/ready']);
