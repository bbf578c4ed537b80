/**
 * Static files over HTTP: recordings that a script plays, documents, pages. The same protections as an agent's; kinds of file
 * that are listed and no others, no names with a dot in front, nothing outside the folders. What a request may have is decided
 * in web/static-file.ts.
 */
import { type Context, Hono, type Next } from 'hono';
import { secretEqual } from '../kernel/equal.ts';
import { parseBasic } from '../shield/basic.ts';
import { putOnAnswer } from '../shield/hono.ts';
import { ConfigFile } from './config-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { answerFailure } from './door/failure.ts';
import { protection } from './door/protection.ts';
import { type Serving, serveProtected } from './door/serving.ts';
import { getLogger } from './logger.ts';
import { rehearsedServing } from './rehearsal.ts';
import { loadVoiceSettings } from './settings.ts';
import { SslConfig, type SslOptions } from './ssl-config.ts';
import { linkPage } from './web/link-page.ts';
import { STATIC_RULES } from './web/static-file.ts';
import { type StaticOptions, staticFiles } from './web/static-files.ts';

export interface WebServiceOptions {
  /** 8002 unless said. */
  readonly port?: number;
  /** Folders by the path that they are served at. */
  readonly directories?: Readonly<Record<string, string>>;
  /** User and password for everything but health; `SWML_BASIC_AUTH_USER` and `_PASSWORD` unless said. Without any, files are public. */
  readonly basicAuth?: readonly [user: string, password: string];
  /** JSON with `service` and `security.auth.basic`; `web_service.json` in the usual places unless said. Options win over it. */
  readonly configFile?: string;
  /** List a folder that has no `index.html`. */
  readonly enableDirectoryBrowsing?: boolean;
  /** Such as `.html`; those of web/content-types.ts unless said. */
  readonly allowedExtensions?: readonly string[];
  /** Taken off those. */
  readonly blockedExtensions?: readonly string[];
  /** Bytes; 100 MB unless said. */
  readonly maxFileSize?: number;
  /** Let other sites' pages read the files. */
  readonly enableCors?: boolean;
  readonly ssl?: SslOptions;
}

const DEFAULT_PORT = 8_002;
const REALM = 'Basic realm="Secure Area", charset="UTF-8"';
const OPTION_NAMES = [
  'port',
  'directories',
  'enableDirectoryBrowsing',
  'allowedExtensions',
  'blockedExtensions',
  'maxFileSize',
  'enableCors',
] as const;

type Mount = { readonly directory: string; readonly serve: ReturnType<typeof staticFiles> };

export class WebService {
  readonly port: number;
  readonly enableDirectoryBrowsing: boolean;
  readonly allowedExtensions: readonly string[];
  readonly blockedExtensions: readonly string[];
  readonly maxFileSize: number;
  readonly enableCors: boolean;
  readonly sslConfig: SslConfig;
  readonly #log = getLogger('web-service');
  readonly #settings = loadVoiceSettings();
  readonly #credentials: readonly [user: string, password: string] | null;
  readonly #mounts = new Map<string, Mount>();
  readonly #app: Hono;
  #serving: Serving | null = null;

  /** @throws ConfigurationError for an option, a file or a folder that can't be meant. */
  constructor(options: WebServiceOptions = {}) {
    const file =
      options.configFile === undefined ? ConfigFile.search('web_service.json') : new ConfigFile(options.configFile);
    const given = file === null ? options : { ...fromFile(file), ...options };
    this.port = whole('port', given.port ?? DEFAULT_PORT);
    this.maxFileSize = whole('maxFileSize', given.maxFileSize ?? STATIC_RULES.maxBytes);
    this.enableDirectoryBrowsing = yesOrNo('enableDirectoryBrowsing', given.enableDirectoryBrowsing ?? false);
    this.enableCors = yesOrNo('enableCors', given.enableCors ?? true);
    this.blockedExtensions = extensions('blockedExtensions', given.blockedExtensions ?? []);
    const allowed = given.allowedExtensions ?? [...STATIC_RULES.allowedExtensions];
    this.allowedExtensions = extensions('allowedExtensions', allowed).filter(
      (one) => !this.blockedExtensions.includes(one),
    );
    this.sslConfig = new SslConfig(options.ssl);
    this.#credentials = this.#credentialsFrom(options.basicAuth, file);
    const directories = { ...(file?.getSection('service')['directories'] as object), ...options.directories };
    for (const [route, directory] of Object.entries(directories)) this.addDirectory(route, String(directory));
    this.#app = this.#build();
  }

  /** What is served, by its path. */
  get directories(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#mounts].map(([route, { directory }]) => [route, directory]));
  }

  /** Serves a folder at a path, from the next request on. @throws ConfigurationError when it is no folder. */
  addDirectory(route: string, directory: string): void {
    const at = normalRoute(route);
    const options: StaticOptions = {
      rules: { allowedExtensions: new Set(this.allowedExtensions), maxBytes: this.maxFileSize },
      isListed: this.enableDirectoryBrowsing,
      cacheControl: this.#credentials === null ? 'public, max-age=3600' : 'private, max-age=3600',
    };
    this.#mounts.set(at, { directory, serve: staticFiles(directory, at, options) });
  }

  removeDirectory(route: string): void {
    this.#mounts.delete(normalRoute(route));
  }

  getApp(): Hono {
    return this.#app;
  }

  /**
   * Listens, and resolves when it does. With TLS switched on, or a certificate and key: HTTPS or nothing.
   * @throws ConfigurationError when the port is taken, or TLS can't be served.
   */
  async start(host = '0.0.0.0', port = this.port, sslCert?: string, sslKey?: string): Promise<Serving> {
    if (this.#serving !== null) throw new ConfigurationError('The web service is running already.');
    const rehearsed = rehearsedServing(this, { host, port }, `http://localhost:${port}`, port);
    if (rehearsed !== null) return rehearsed;
    const ssl =
      sslCert === undefined && sslKey === undefined
        ? this.sslConfig
        : new SslConfig({
            enabled: true,
            ...(sslCert !== undefined && { certPath: sslCert }),
            ...(sslKey !== undefined && { keyPath: sslKey }),
          });
    if (this.#credentials === null)
      this.#log.warn('files are served to everybody: set basicAuth or SWML_BASIC_AUTH_PASSWORD to change that');
    this.#serving = await serveProtected({ app: this.#app, host, port, log: this.#log, ssl, settings: this.#settings });
    return this.#serving;
  }

  /** Ends serving: running requests may finish for `timeoutMs`. */
  async stop(timeoutMs?: number): Promise<void> {
    const serving = this.#serving;
    await serving?.stop(timeoutMs);
    if (this.#serving === serving) this.#serving = null;
  }

  #credentialsFrom(option: WebServiceOptions['basicAuth'], file: ConfigFile | null) {
    const { basicAuthUser, basicAuthPassword } = this.#settings;
    const inFile = file?.get<{ user?: string; password?: string } | undefined>('security.auth.basic');
    const [user, password] =
      option ??
      (inFile === undefined
        ? [basicAuthUser ?? 'signalwire', basicAuthPassword]
        : [inFile.user ?? 'signalwire', inFile.password ?? '']);
    if (password === null) return null;
    if (user === '' || password === '')
      throw new ConfigurationError('basicAuth has an empty user or password: give both a value, or leave it out.');
    return [user, password] as const;
  }

  #build(): Hono {
    const app = new Hono();
    app.onError(answerFailure(this.#log));
    app.notFound((c) => c.json({ error: 'Not found' }, 404));
    const protections = protection({
      ...this.#settings,
      ...(!this.enableCors && { corsOrigins: [] }),
      hsts: this.sslConfig.getHstsHeader(),
    });
    for (const middleware of protections) app.use(middleware);
    app.get('/health', (c) => c.json(this.#isAllowed(c) ? this.#health() : { status: 'healthy' }));
    app.use((c, next) => {
      if (this.#isAllowed(c)) return next();
      putOnAnswer(c, [['www-authenticate', REALM]]);
      return Promise.resolve(c.text('Unauthorized', 401));
    });
    app.get('/', (c) =>
      c.html(
        linkPage(
          '/',
          [...this.#mounts.keys()].map((route) => `${route.slice(1)}/`),
        ),
      ),
    );
    app.get('*', (c, next) => this.#serve(c, next));
    return app;
  }

  /** By the longest path that fits. */
  #serve(c: Context, next: Next) {
    const { pathname } = new URL(c.req.raw.url);
    const routes = [...this.#mounts.keys()].filter((route) => pathname === route || pathname.startsWith(`${route}/`));
    const route = routes.sort((a, b) => b.length - a.length)[0];
    return route === undefined ? next() : this.#mounts.get(route)!.serve(c, next);
  }

  #isAllowed(c: Context): boolean {
    if (this.#credentials === null) return true;
    const [user, password] = this.#credentials;
    const given = parseBasic(c.req.raw.headers.get('authorization'));
    const isUser = secretEqual(given?.user ?? '', user);
    return secretEqual(given?.password ?? '', password) && isUser;
  }

  #health() {
    return {
      status: 'healthy',
      directories: [...this.#mounts.keys()],
      sslEnabled: this.sslConfig.enabled,
      authRequired: this.#credentials !== null,
      directoryBrowsing: this.enableDirectoryBrowsing,
    };
  }
}

/** `/docs/` → `/docs`; the root is empty. @throws ConfigurationError */
function normalRoute(route: string): string {
  const path = `/${route}`.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  if (!/^(?:\/[\w~-][\w.~-]*)*$/.test(path))
    throw new ConfigurationError(`A path to serve at must look like /docs, not ${JSON.stringify(route)}.`);
  return path;
}

function fromFile(file: ConfigFile): WebServiceOptions {
  const section = file.getSection('service');
  return Object.fromEntries(
    OPTION_NAMES.filter((name) => section[name] !== undefined).map((name) => [name, section[name]]),
  );
}

/** Also from text: a variable in a configuration file is text. */
function whole(name: string, value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw new ConfigurationError(`${name} must be a whole number, not ${JSON.stringify(value)}.`);
  return number;
}

function yesOrNo(name: string, value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new ConfigurationError(`${name} must be true or false, not ${JSON.stringify(value)}.`);
}

function extensions(name: string, value: unknown): readonly string[] {
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string' && /^\.?\w+$/.test(one));
  if (!isList) throw new ConfigurationError(`${name} must be a list of extensions such as ".html".`);
  return value.map((one: string) => `.${one.replace('.', '').toLowerCase()}`);
}
