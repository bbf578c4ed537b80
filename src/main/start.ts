/**
 * A running server, and its end. Everything is taken in order (the data folder, the house, the port) and given back in
 * reverse, also when a later step fails. What stops a start is a `StartError`: a sentence that says what to do.
 */
import type { Logger } from 'pino';
import type { ToldAlert } from '../guard/alerts.ts';
import { linkAddress } from '../identity/people/links.ts';
import { systemClock } from '../kernel/clock.ts';
import { systemEntropy } from '../kernel/entropy.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import { createServer, type ServerParts } from '../server/app.ts';
import { withDemoWarning } from '../server/demo.ts';
import { createMetrics } from '../server/metrics.ts';
import type { TlsPins } from '../server/tls-pins.ts';
import type { Listening, Tls } from '../shield/node-listen.ts';
import { LogBroken } from '../store/log-tree.ts';
import { compose, type House, type Overrides } from './compose.ts';
import { readConsole } from './console-files.ts';
import { countedPerform } from './counted-perform.ts';
import { openDataDir } from './data-dir.ts';
import { publicUrl, type Settings, swarmVariables, usesHsts } from './settings.ts';
import { StartError } from './start-error.ts';
import { keepTlsCurrent, type TlsDoor } from './tls-door.ts';
import { readTls, type ServedTls, tlsFilesOf } from './tls-files.ts';
import { VERSION } from './version.ts';

/** What a start made that was not there before. */
export interface Founding {
  /** Absolute path of the data folder. */
  readonly folder: string;
  /** Absolute paths of the key files. */
  readonly keyFiles: readonly string[];
  /** The orchestrator's token, which is nowhere else to be found. */
  readonly token: string | null;
}

export interface StartParts {
  readonly settings: Settings;
  readonly log: Logger;
  /** Told before anything listens, so that a token that was made is not lost when the port turns out to be in use. */
  readonly onFounding: (founding: Founding) => void;
  readonly overrides?: Overrides;
}

export interface RunningServer {
  /** Where people reach it, without a trailing slash. */
  readonly url: string;
  /** The address at which the first person sets up, as long as there is nobody; a secret. */
  readonly setUpLink: string | null;
  /** The log's public key, in the C2SP form. */
  readonly vkey: string;
  /** Takes no more requests, lets running ones finish for `drainMs`, settles what was claimed, signs the log's last entries. */
  stop(drainMs: number): Promise<void>;
  /** Null where plain HTTP is served. */
  readonly tls: Pick<TlsDoor, 'served' | 'look'> | null;
}

/** @throws StartError */
export async function startServer({ settings, log, onFounding, overrides = {} }: StartParts): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack();
  const clock = overrides.clock ?? systemClock;
  const files = tlsFilesOf(settings);
  const first = files === null ? null : readTls(files, clock.now()); // before anything is made
  const dataDir = stack.use(openDataDir(settings.dataDir, overrides.entropy ?? systemEntropy()));
  const onFault = (err: unknown) => log.error({ err }, 'work in the background failed');
  const onAlert = (alert: ToldAlert) => logAlert(log, alert);
  const onProgramLine = (server: string, line: string) => log.info({ server, line }, 'a program of the swarm says');
  const variables = swarmVariables(settings);
  const house = stack.use(
    await explained(settings, () =>
      compose({ settings, dataDir, onFault, onAlert, onProgramLine, swarmVariables: variables, overrides }),
    ),
  );
  onFounding({ folder: dataDir.path, keyFiles: dataDir.made, token: house.newOrchestratorToken });

  let tls: TlsDoor | null = null;
  const tlsPins = first === null ? undefined : { pins: () => [(tls?.served() ?? first).pin] };
  const server = serverOf(house, settings, log, tlsPins);
  const listening = await server.listen(settings.host, settings.port, first?.tls ?? null).catch((error: unknown) => {
    throw notListening(error, settings);
  });
  if (files !== null && first !== null) {
    const onRenewed = async ({ pin, validUntil }: ServedTls) => {
      const until = rfc3339(validUntil);
      log.info({ pin, until }, 'serving a new certificate');
      await house.store.record({ event: 'tls_renewed', org: PLATFORM_ORG, detail: { pin, until } });
    };
    const { alerts } = house;
    const serve = (next: Tls) => listening.renew(next);
    tls = stack.use(keepTlsCurrent({ files, first, serve, onRenewed, alerts, clock, onFault }));
  }

  const held = stack.move();
  let stopped: Promise<void> | undefined;
  const url = publicUrl(settings, listening.port);
  return {
    url,
    setUpLink: house.setUpToken === null ? null : linkAddress(url, house.setUpToken),
    vkey: house.vkey,
    tls,
    stop: (drainMs) => (stopped ??= end(listening, house, held, drainMs)),
  };
}

/** The doors over a house. @param tlsPins where this server itself speaks TLS. */
export function serverOf(house: House, settings: Settings, log: Logger, tlsPins?: TlsPins) {
  const { catalogue, perform, authenticate, ledger, clock, ids } = house;
  const metrics = createMetrics({ ofProcess: true });
  return createServer({
    catalogue,
    perform: countedPerform(settings.demoMode ? withDemoWarning(perform) : perform, metrics),
    metrics,
    directory: house.store.tenancy,
    people: house.people,
    watching: house.watching,
    webhooks: house.webhooks,
    consoleFiles: readConsole(),
    demo: settings.demoMode,
    tlsPins,
    lockOut: {
      lockedUntil: (group) => house.lockOut.lockedUntil(group),
      failedAuthentication: (group) => house.lockOut.failed(group),
      attemptedWhileLocked: (group) => house.lockOut.failed(group),
    },
    authenticate,
    unauthenticated: (prefix) => ledger.unauthenticated(prefix),
    ready: () => true, // it listens only once the store is open and migrated
    clock,
    ids,
    version: VERSION,
    onFault: (err, requestId) => log.error({ err, requestId }, 'a request failed'),
    settings: serverSettings(settings),
  });
}

/** By name, so that no secret among the settings gets near a door. Demo mode is for this machine alone: its lists say nothing. */
const serverSettings = (settings: Settings): ServerParts['settings'] => ({
  publicUrl: publicUrl(settings, settings.port),
  webhookBaseUrl: settings.webhookBaseUrl,
  allowedHosts: settings.allowedHosts,
  allowedOrigins: settings.allowedOrigins,
  corsAllowedOrigins: settings.corsAllowedOrigins,
  trustProxy: settings.trustProxy,
  trustedProxies: settings.trustedProxies,
  httpRateLimitPerIp: settings.httpRateLimitPerIp,
  httpRateLimitGlobal: settings.httpRateLimitGlobal,
  webhookRateLimit: settings.webhookRateLimit,
  adminIpAllowlist: settings.demoMode ? [] : settings.adminIpAllowlist,
  webhookIpAllowlist: settings.demoMode ? [] : settings.webhookIpAllowlist,
  ipDenylist: settings.demoMode ? [] : settings.ipDenylist,
  maxBodyBytes: settings.maxBodyBytes,
  requestTimeoutMs: settings.requestTimeoutMs,
  waitMs: settings.waitMs,
  hsts: usesHsts(settings),
  legacySse: settings.legacySse,
  sseQueryToken: settings.sseQueryToken,
});

const ALERT_LEVELS = { LOW: 'info', MEDIUM: 'warn', HIGH: 'error' } as const;

const logAlert = (log: Logger, { severity, kind, say, subject, count }: ToldAlert): void =>
  log[ALERT_LEVELS[severity]]({ alert: kind, severity, subject, count }, say);

async function end(listening: Listening, house: House, held: AsyncDisposableStack, drainMs: number): Promise<void> {
  await listening.close(drainMs);
  await house.store.checkpoint();
  await held.disposeAsync();
}

const LISTEN_FAULTS: Readonly<Record<string, (settings: Settings) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `Port ${port} on ${host} is in use; stop the program that uses it, or set PORT to another port.`,
  EACCES: ({ port }) => `This user may not listen on port ${port}; set PORT to a number from 1024 on.`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine; set HOST to one, such as 127.0.0.1.`,
  ENOTFOUND: ({ host }) => `HOST=${host} has no address; set HOST to an address of this machine, such as 127.0.0.1.`,
};

function notListening(error: unknown, settings: Settings): unknown {
  const say = LISTEN_FAULTS[codeOf(error) ?? ''];
  return say === undefined ? error : new StartError(say(settings), error);
}

/** Errors of the operating system, of SQLite, and of PostgreSQL (SQLSTATE). */
const OF_A_STORE = /^(?:E[A-Z]+|ERR_SQLITE_ERROR|[0-9A-Z]{5})$/;

/** What can be wrong with a store that was there before; a bug in the program stays what it is. */
async function explained(settings: Settings, work: () => Promise<House>): Promise<House> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    const store = settings.databaseUrl === null ? 'sallyport.db in DATA_DIR' : 'The database of DATABASE_URL';
    if (error instanceof LogBroken) {
      throw new StartError(
        `The log in ${store.replace('The', 'the')} is not the one that was signed: it was edited, or put back to an older state in part; keep a copy for whoever looks into it, and bring back a whole backup.`,
        error,
      );
    }
    if (error instanceof StartError || code === null || !OF_A_STORE.test(code)) throw error;
    throw new StartError(
      `${store} can't be used (${code}); check that it is reachable, that this user may use it, and that it is whole.`,
      error,
    );
  }
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
