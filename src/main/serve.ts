/** `sallyport start`: serves until a signal says stop, then drains. */
import type { Clock } from '../kernel/clock.ts';
import { announceDemo, announceFounding, announceReady, announceSetUp } from './announce.ts';
import { createOperationalLog, type Sink } from './operational-log.ts';
import type { Settings } from './settings.ts';
import { type Founding, type RunningServer, startServer } from './start.ts';
import { type SignalSource, stopSignals } from './stop-signal.ts';
import { VERSION } from './version.ts';

/** Below what supervisors grant before they kill (Docker 10 s, Kubernetes 30 s). */
const DRAIN_MS = 8_000;
/** For what remains once the requests are gone: settling, the last checkpoint, closing the files. */
const SETTLE_MS = 1_500;

export interface ServeParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly out: Sink;
  readonly signals: SignalSource;
  readonly endAtOnce: (exitCode: number) => void;
}

/** @throws StartError; else it resolves when the server has stopped. */
export async function serve({ settings, clock, out, signals, endAtOnce }: ServeParts): Promise<void> {
  using stop = stopSignals(signals, clock, endAtOnce); // before anything is taken: Ctrl-C during the start drains too
  const log = createOperationalLog({ level: settings.logLevel, clock, out });
  if (out.isTTY === true) out.write(`\nSallyport ${VERSION}\n\n`);
  else log.info({ version: VERSION }, 'starting');

  if (settings.demoMode) announceDemo(log, out);
  let founding: Founding = { folder: settings.dataDir, keyFiles: [], token: null };
  const onFounding = (made: Founding) => {
    founding = made;
    announceFounding(made, log, out);
  };
  const server = await startServer({ settings, log, onFounding });
  if (server.setUpLink !== null && !settings.demoMode) announceSetUp(server.setUpLink, founding.folder, log, out);
  announceReady(server.url, founding, log, out, server.tls?.served() ?? null); // last: who waits for it finds everything in place

  // on a terminal SIGHUP means that it was closed, and ends the process as ever
  const { tls } = server;
  if (tls !== null && out.isTTY !== true) signals.on('SIGHUP', () => void tls.look(true));

  const signal = await stop.first;
  if (out.isTTY === true) out.write('\n'); // the terminal has shown ^C
  log.info({ signal }, 'stopping: running requests may finish');
  if (await drained(server)) return log.info('stopped');
  // A claimed action is leased in the store: the next start finds it and repeats it or calls it unknown.
  log.warn('stopped before everything had settled; the next start finds what is left');
  endAtOnce(0);
}

/** False when it took too long: an attempt at a provider that never answers must not keep the process. */
async function drained(server: RunningServer): Promise<boolean> {
  const overrun = Promise.withResolvers<false>();
  const timer = setTimeout(() => overrun.resolve(false), DRAIN_MS + SETTLE_MS);
  try {
    return await Promise.race([server.stop(DRAIN_MS).then(() => true), overrun.promise]);
  } finally {
    clearTimeout(timer);
  }
}
