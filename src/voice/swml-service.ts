/**
 * A web service that answers the voice platform: it serves a call script and runs the functions that the script names. This is
 * the part without AI: a document of verbs, functions, credentials, routing and serving. `AgentBase` puts the AI on top.
 */
import { Hono } from 'hono';
import { systemEntropy } from '../kernel/entropy.ts';
import type { RateLimiter } from '../shield/rate-limit.ts';
import { Scoped } from './agent/call-scope.ts';
import { ConfigurationError } from './configuration-error.ts';
import { argumentsOf, callIdOf } from './door/call-body.ts';
import { type CredentialSource, type Credentials, credentialsOf } from './door/credentials.ts';
import { stopOnSignal } from './door/end-on-signal.ts';
import { answerFailure } from './door/failure.ts';
import { type FileOptions, fileOptions } from './door/file-options.ts';
import { protection } from './door/protection.ts';
import { normalRoute, routingPath } from './door/route.ts';
import type { CallRequest, JsonAnswer, Served } from './door/served.ts';
import { type DoorSettings, type ExtraRoute, serviceDoor } from './door/service-door.ts';
import { type Serving, serveProtected } from './door/serving.ts';
import { getExecutionMode } from './execution-mode.ts';
import { FunctionHost } from './function-host.ts';
import { getLogger, type Logger, suppressAllLogs } from './logger.ts';
import { rehearsal, rehearsedServing } from './rehearsal.ts';
import { ServerlessAdapter } from './serverless-adapter.ts';
import { SessionManager } from './session-manager.ts';
import { loadVoiceSettings, readUrlBase, type ServiceSettings, type VoiceSettings } from './settings.ts';
import { SslConfig } from './ssl-config.ts';
import type { SwaigRequest } from './swaig-function.ts';
import { SwmlBuilder } from './swml-builder.ts';
import type { OnToolCall } from './tools/run-function.ts';
import type { TokenUses } from './tools/token-uses.ts';

export interface ServiceOptions {
  readonly name: string;
  /** Path that it is served at; `/` unless said. */
  readonly route?: string;
  /** Address to listen on; all (`0.0.0.0`) unless said. */
  readonly host?: string;
  /** PORT, or 3000, unless said; 0 takes a free one. */
  readonly port?: number;
  /** Unless said: SWML_BASIC_AUTH_USER and _PASSWORD, or made at random. */
  readonly basicAuth?: readonly [user: string, password: string];
  /** How long a function's token is good for, in seconds; an hour unless said. */
  readonly tokenExpirySecs?: number;
  /** Signs the tokens: the same in every process. SIGNALWIRE_SWAIG_SECRET unless said. */
  readonly swaigSecret?: string;
  /** SIGNALWIRE_SIGNING_KEY unless said. */
  readonly signingKey?: string;
  readonly ssl?: SslConfig;
  /** Silences every logger of the process. */
  readonly suppressLogs?: boolean;
  /** In place of the environment's. */
  readonly settings?: ServiceSettings;
  /** A JSON file for what is not said here; see door/file-options.ts. */
  readonly configFile?: string;
  /** Where single-use tokens are remembered, if several processes serve this; this process's memory unless said. */
  readonly tokenUses?: TokenUses;
  /** Counts requests; in this process's memory unless said. */
  readonly rateLimiter?: RateLimiter;
  /** Stands between the platform's call of a function and its handler. */
  readonly onToolCall?: OnToolCall;
}

/** Where a call goes instead: an address, or null to be answered here. */
export type RoutingCallback = (
  body: SwaigRequest,
  headers: Readonly<Record<string, string>>,
) => string | null | undefined | Promise<string | null | undefined>;

/** Checks what a verb is told, beyond the names of verbs. */
export interface VerbHandler {
  readonly verb: string;
  /** What is wrong, one sentence each; empty: nothing. */
  check(config: unknown): readonly string[];
}

/** May give back sections that replace the document's own. */
export type OnRequestCallback = (
  request: CallRequest,
) => object | null | undefined | Promise<object | null | undefined>;

export class SWMLService extends FunctionHost {
  readonly name: string;
  readonly host: string;
  readonly ssl: SslConfig;
  protected readonly settings: VoiceSettings;
  readonly #credentials: Credentials;
  readonly #rateLimiter: RateLimiter | undefined;
  readonly #document = new Scoped(new SwmlBuilder());
  readonly #routing = new Map<string, RoutingCallback>();
  readonly #verbHandlers = new Map<string, VerbHandler>();
  readonly #onRequest = new Scoped<OnRequestCallback | undefined>(undefined);
  #route: string;
  #port: number;
  /** Where the platform finds it, without its route. */
  readonly #publicBase: Scoped<string | null>;
  #mountBase: string | null = null;
  /** As a serverless platform's own variables tell. */
  readonly #platformBase: string | null;
  #serving: Serving | null = null;
  #forget = (): void => {};

  /** @throws ConfigurationError for an option or an environment variable that can't be meant. */
  constructor(given: ServiceOptions) {
    const { ssl, ...file }: FileOptions = given.configFile === undefined ? {} : fileOptions(given.configFile);
    const options = { ...file, ...given };
    const { name, route = '/', host = '0.0.0.0', port, tokenExpirySecs } = options;
    if (typeof name !== 'string' || name === '') throw new ConfigurationError('Give the service a name.');
    if (options.suppressLogs) suppressAllLogs();
    const settings = { ...loadVoiceSettings(), ...options.settings };
    const { swaigSecret, previousSwaigSecret, proxyUrlBase } = settings;
    const sessionManager = new SessionManager(tokenExpirySecs, options.swaigSecret ?? swaigSecret ?? undefined, {
      ...(previousSwaigSecret !== null && { previousSecretKey: previousSwaigSecret }),
      ...(options.tokenUses !== undefined && { tokenUses: options.tokenUses }),
    });
    super({ log: getLogger(name), sessionManager, onToolCall: options.onToolCall });
    this.settings = { ...settings, signingKey: options.signingKey ?? settings.signingKey };
    if (this.settings.signingKey === '') throw new ConfigurationError('signingKey is empty: set one or leave it out.');
    this.name = name;
    this.#route = normalRoute(route);
    this.host = host;
    this.#port = portOf(port ?? settings.port);
    this.#publicBase = new Scoped(proxyUrlBase);
    this.ssl = given.ssl ?? new SslConfig(ssl);
    this.#credentials = credentialsOf(name, options.basicAuth, settings, systemEntropy());
    this.#rateLimiter = options.rateLimiter;
    this.#platformBase = proxyUrlBase === null ? serverlessBase(this.log) : null;
    this.log.info(`Auth: ${this.#credentials.user}:**** (source: ${this.#credentials.source})`);
  }

  /** The path that it is served at. */
  get route(): string {
    return this.#route;
  }

  /** The port that it listens on; the one that it was given until then. */
  get port(): number {
    return this.#serving?.port ?? this.#port;
  }

  // — the document

  /** The document's builder; during a request a copy of that request's own. */
  getBuilder(): SwmlBuilder {
    return this.#document.own((builder) => builder.clone());
  }

  /** @throws ConfigurationError for a verb that there is not, or that its handler refuses. */
  addVerb(name: string, config: unknown): this {
    return this.addVerbToSection('main', name, config);
  }

  addSection(name: string): this {
    this.getBuilder().addSection(name);
    return this;
  }

  addVerbToSection(section: string, name: string, config: unknown): this {
    const faults = this.#verbHandlers.get(name)?.check(config) ?? [];
    if (faults.length > 0) throw new ConfigurationError(`The verb ${name} can't be told this: ${faults.join('; ')}.`);
    this.getBuilder().addVerbToSection(section, name, config);
    return this;
  }

  resetDocument(): this {
    this.getBuilder().reset();
    return this;
  }

  registerVerbHandler(handler: VerbHandler): this {
    this.#verbHandlers.set(handler.verb, handler);
    return this;
  }

  getDocument(): object {
    return this.getBuilder().getDocument();
  }

  renderDocument(): string {
    return JSON.stringify(this.getDocument());
  }

  /** The call script as JSON. @param callId whose tokens stand in it. */
  renderSwml(callId?: string, modifications?: Readonly<Record<string, unknown>>): string {
    void callId; // a document without AI names no functions
    const document = this.getDocument();
    return JSON.stringify(modifications === undefined ? document : { ...document, ...modifications });
  }

  protected override get isConfiguredForCall(): boolean {
    return super.isConfiguredForCall || this.#publicBase.isOwn;
  }

  // — hooks, for subclasses

  /** Asked besides the credentials, which must match as well. */
  validateBasicAuth(_user: string, _password: string): boolean | Promise<boolean> {
    return true;
  }

  /** Called before each script; may give back sections in place of the document's. */
  setOnRequestCallback(callback: OnRequestCallback): this {
    this.#onRequest.change(() => callback);
    return this;
  }

  /** Serves `path`, where the callback may send a call elsewhere (307). */
  registerRoutingCallback(callback: RoutingCallback, path = '/sip'): this {
    this.#routing.set(routingPath(path), callback);
    return this;
  }

  /** The user of a SIP address, or the number of a `tel:` one, that a call is for; null when it says none. */
  static extractSipUsername(body: SwaigRequest): string | null {
    const call = body['call'];
    const to = typeof call === 'object' && call !== null && 'to' in call ? call.to : undefined;
    if (typeof to !== 'string' || to === '') return null;
    const [, scheme, rest] = /^(sips?|tel):(.*)$/is.exec(to) ?? [];
    if (scheme === undefined || rest === undefined) return to;
    return scheme.toLowerCase() === 'tel' ? rest : (rest.split('@')[0] ?? null);
  }

  // — address and credentials

  getName(): string {
    return this.name;
  }

  getBasicAuthCredentials(includeSource?: false): [user: string, password: string];
  getBasicAuthCredentials(includeSource: true): [user: string, password: string, source: CredentialSource];
  getBasicAuthCredentials(includeSource = false): [string, string] | [string, string, CredentialSource] {
    const { user, password, source } = this.#credentials;
    return includeSource ? [user, password, source] : [user, password];
  }

  /** The address by which the platform reaches it; no request's headers change it. @throws ConfigurationError */
  manualSetProxyUrl(url: string): this {
    const base = readUrlBase(url);
    if (base === null) throw new ConfigurationError('The proxy address must be like https://agent.example.com.');
    this.#publicBase.change(() => base);
    return this;
  }

  /** Its address, with its route. @param includeAuth with the credentials in it. */
  getFullUrl(includeAuth = false): string {
    const base = this.#publicBase.value ?? this.#mountBase ?? this.#localBase();
    const url = `${base}${this.route === '/' ? '' : this.route}`;
    return includeAuth ? url.replace('://', () => this.#credentials.userInfo) : url;
  }

  /** For the server that it is mounted in: the path there, and its address once it listens. */
  mountedAt(route: string, base?: string): void {
    this.#route = normalRoute(route);
    this.#mountBase = base ?? null;
  }

  #localBase(): string {
    const { enabled, domain } = this.ssl;
    if (domain === null && this.#serving !== null) return this.#serving.url;
    if (domain === null && this.#platformBase !== null) return this.#platformBase;
    const host = domain ?? (this.host === '0.0.0.0' || this.host === '::' ? 'localhost' : this.host);
    return `${enabled ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  // — serving

  /** The application: protected, at its route. */
  getApp(): Hono {
    const app = new Hono();
    app.onError(answerFailure(this.log));
    for (const middleware of this.#protections()) app.use(middleware);
    app.notFound((c) => c.json({ error: 'Not found' }, 404));
    return app.route(this.route, this.door());
  }

  /** The same at the root, to be mounted in an application of one's own. */
  asRouter(): Hono {
    return this.door(true);
  }

  /** Its routes at the root. For a server that protects several services at once: without protections. */
  door(isProtected = false): Hono {
    return serviceDoor(this.served(), this.#doorSettings(), isProtected ? this.#protections() : [], this.extraRoutes());
  }

  /**
   * Listens, and resolves when it does. Plain HTTP unless TLS is configured: then HTTPS or nothing.
   * @throws ConfigurationError when the port is taken, or TLS is switched on and can't be served.
   */
  async serve(options: { readonly host?: string; readonly port?: number } = {}): Promise<Serving> {
    if (this.#serving !== null) throw new ConfigurationError(`${this.name} is being served already.`);
    const rehearsed = rehearsedServing(this, options, this.getFullUrl(), this.#port);
    if (rehearsed !== null) return rehearsed;
    this.#serving = await serveProtected({
      app: this.getApp(),
      host: options.host ?? this.host,
      port: options.port ?? this.#port,
      log: this.log,
      ssl: this.ssl,
      settings: this.settings,
    });
    this.#forget = stopOnSignal(this);
    return this.#serving;
  }

  /** Ends serving: running requests may finish for `timeoutMs`. */
  async stop(timeoutMs?: number): Promise<void> {
    const serving = this.#serving;
    await serving?.stop(timeoutMs);
    if (this.#serving !== serving) return;
    this.#serving = null;
    this.#forget();
  }

  #protections() {
    return protection(
      { ...this.settings, hsts: this.ssl.getHstsHeader() },
      this.#rateLimiter === undefined ? {} : { limiter: this.#rateLimiter },
    );
  }

  #doorSettings(): DoorSettings {
    const { maxRequestBytes, requestTimeoutMs, signingKey } = this.settings;
    const publicUrl = () => this.#publicBase.value ?? this.#mountBase ?? this.#localBase();
    return { maxRequestBytes, bodyTimeoutMs: requestTimeoutMs, signingKey, publicUrl };
  }

  /** Routes beyond the common ones. */
  protected extraRoutes(): readonly ExtraRoute[] {
    return [];
  }

  /** What the door serves; subclasses change how a request is answered, not who is let in. */
  protected served(): Served {
    return {
      name: this.name,
      log: this.log,
      isAllowed: (user, password) => this.#credentials.match(user, password) && this.validateBasicAuth(user, password),
      script: (request) => this.answerScript(request),
      runFunction: (request) => this.answerFunction(request),
      takeSummary: (request) => this.answerSummary(request),
      takeDebugEvent: (request) => this.answerDebugEvent(request),
      reroute: (path, request) => this.#reroute(path, request),
      routingPaths: [...this.#routing.keys()],
    };
  }

  protected async answerScript(request: CallRequest): Promise<string | Uint8Array> {
    const modifications = await this.#onRequest.value?.(request);
    return this.renderSwml(callIdOf(request), (modifications ?? undefined) as Record<string, unknown> | undefined);
  }

  protected async answerFunction(request: CallRequest): Promise<JsonAnswer> {
    const { body, query } = request;
    const ran = await this.runFunction(body['function'], {
      callId: callIdOf(request) ?? '',
      token: query['__token'] ?? query['token'] ?? '',
      bound: query['__args'] ?? null,
      args: argumentsOf(body),
      rawData: body,
    });
    rehearsal()?.ran(ran);
    switch (ran.is) {
      case 'bad_name':
        return { status: 400, body: { error: 'Missing or invalid function name' } };
      case 'unknown':
        return { status: 404, body: { error: 'Unknown function' } };
      default:
        return { status: 200, body: ran.answer };
    }
  }

  protected async answerSummary(_request: CallRequest): Promise<object> {
    return { ok: true };
  }

  protected async answerDebugEvent(_request: CallRequest): Promise<void> {}

  async #reroute(path: string, { body, headers }: CallRequest): Promise<string | null> {
    const elsewhere = (await this.#routing.get(path)?.(body, headers)) ?? null;
    if (elsewhere === null) return null;
    const isAddress = elsewhere.startsWith('/')
      ? !elsewhere.startsWith('//')
      : readUrlBase(elsewhere.split('?')[0]!) !== null;
    if (!isAddress || /[\p{Cc}\s\\]/u.test(elsewhere))
      throw new TypeError('a routing callback gave back what is no address');
    return elsewhere;
  }
}

/** Null elsewhere, and under CGI: its variables hold what a request says of the host. */
function serverlessBase(log: Logger): string | null {
  if (['server', 'cgi'].includes(getExecutionMode())) return null;
  try {
    return new ServerlessAdapter().generateUrl();
  } catch (fault) {
    if (!(fault instanceof ConfigurationError)) throw fault;
    log.warn('the platform can’t be told where to come back to: set SWML_PROXY_URL_BASE', { because: fault.message });
    return null;
  }
}

function portOf(port: number): number {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new ConfigurationError(`The port must be a whole number from 0 to 65535, not ${port}.`);
}
