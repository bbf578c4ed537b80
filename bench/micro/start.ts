/** A first start as a supervisor sees it: from the spawn to the line that says that it listens, and what it holds when idle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/sallyport.mjs', import.meta.url));
const STARTS = 5;
const IDLE_MS = 5_000;

export const startToReady: Micro = {
  name: 'start-to-ready',
  unit: 'ms',
  goal: { atMost: 1_000 },
  async run() {
    const times: number[] = [];
    for (let n = 0; n < STARTS; n++) times.push(await started(async (_server, ms) => ms));
    return median(times);
  },
};

/** NaN where there is no /proc. */
export const idleMemory: Micro = {
  name: 'idle-memory',
  unit: 'MB RSS',
  goal: { atMost: 120 },
  run: () =>
    started(async (server) => {
      await setTimeout(IDLE_MS);
      return rssMb(server.pid!);
    }),
};

/** Starts a server in a folder of its own, without this process's environment, and ends it after `work`. */
async function started<T>(work: (server: ChildProcess, readyMs: number) => Promise<T>): Promise<T> {
  using folder = scratch();
  const begun = performance.now();
  const server = spawn(process.execPath, [PROGRAM, 'start'], {
    env: { DATA_DIR: folder.path, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  try {
    await listening(server);
    return await work(server, performance.now() - begun);
  } finally {
    server.kill();
    await ended;
  }
}

async function listening({ stdout }: ReturnType<typeof spawn>): Promise<void> {
  for await (const line of createInterface(stdout!)) {
    if (line.includes('"msg":"listening"')) return void stdout!.resume(); // so that its later lines don't fill the pipe
  }
  throw new Error('the server ended before it listened');
}

function rssMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kibibytes = existsSync(status) ? /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return (Number(kibibytes) * 1024) / 1e6;
}
