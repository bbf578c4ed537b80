/**
 * The server of the tour's swarm: a process of its own, so that it can be killed as a power cut would. It serves what `sallyport
 * start` serves, with a scripted model. When the tour's process is gone it ends by itself.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../../kernel/clock.ts';
import { createOperationalLog, type Sink } from '../../operational-log.ts';
import { loadSettings } from '../../settings.ts';
import { startServer } from '../../start.ts';
import { SCRIPTS } from './scripts.ts';

export interface ServerPlace {
  readonly folder: string;
  readonly swarmFile: string;
  /** Where the bank is. */
  readonly bank: string;
}

interface Started {
  readonly url: string;
  readonly vkey: string;
  /** Of the orchestrator, at the first start. */
  readonly token: string | null;
}

export interface OwnServer extends Started, AsyncDisposable {
  readonly pid: number;
  /** SIGKILL: nothing is finished, settled or written any more. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const DRAIN_MS = 2_000;

/** @throws Error when it does not start. @param err for faults of the server. */
export async function startOwnServer(place: ServerPlace, err: Sink): Promise<OwnServer> {
  const child = fork(import.meta.filename, [JSON.stringify(place)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.stderr!.on('data', (chunk: Buffer) => void err.write(String(chunk)));
  const ended = once(child, 'exit');
  const started = await Promise.race([once(child, 'message'), ended.then(() => null)]);
  if (started === null) throw new Error("the tour's second server did not start");
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return {
    ...(started[0] as Started),
    pid: child.pid!,
    kill,
    async stop() {
      child.disconnect();
      await ended;
    },
    async [Symbol.asyncDispose]() {
      if (!isOver()) await kill();
    },
  };
}

async function serve({ folder, swarmFile, bank }: ServerPlace): Promise<void> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  process.once('disconnect', end);
  let token: string | null = null;
  const server = await startServer({
    settings: loadSettings({ PORT: '0', DATA_DIR: folder, SWARM_FILE: swarmFile, SWARM_LOCAL_ORIGINS: bank }),
    log: createOperationalLog({ level: 'error', clock: systemClock, out: process.stderr }),
    onFounding: (made) => {
      ({ token } = made);
    },
    overrides: { swarm: { scripts: SCRIPTS } },
  });
  process.send?.({ url: server.url, vkey: server.vkey, token } satisfies Started);
  await over;
  await server.stop(DRAIN_MS);
  process.exit(0);
}

if (import.meta.main) await serve(JSON.parse(process.argv[2]!));
