/** An agent of the voice SDK in a process of its own: how soon it answers, what it holds when idle, and after a million requests. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { ask, listening, start, stop } from '../child.ts';
import { Usage } from '../messages.ts';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';
import { callFunctions, postScripts } from '../voice-requests.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const AGENT = 'targets/voice-agent.ts';
const STARTS = 5;
const IDLE_MS = 3_000;
const REQUESTS = 1_000_000;
const WARM_UP = 100_000;
const CONNECTIONS = 50;

export const voiceReady: Micro = {
  name: 'voice-ready',
  unit: 'ms',
  goal: { atMost: 400 },
  async run() {
    const times: number[] = [];
    for (let n = 0; n < STARTS; n++) {
      const begun = performance.now();
      const child = start(AGENT, []);
      await listening(child);
      times.push(performance.now() - begun);
      await stop(child);
    }
    return median(times);
  },
};

/** As it is installed: compiled. From its sources it holds the compiler's memory too. */
export const voiceIdle: Micro = {
  name: 'voice-idle',
  unit: 'MB RSS',
  goal: { atMost: 80 },
  async run(note) {
    note(`${(await idleMb(AGENT)).toFixed(0)} MB from its sources`);
    using folder = scratch();
    await compile(folder.path);
    return await idleMb(join(folder.path, 'bench', AGENT.replace(/\.ts$/, '.js')));
  },
};

async function idleMb(file: string): Promise<number> {
  const child = start(file, []);
  await listening(child);
  await setTimeout(IDLE_MS);
  const { rssBytes } = await ask(child, 'stats', Usage);
  await stop(child);
  return rssBytes / 1e6;
}

/** Everything, tests apart, as JavaScript. */
async function compile(folder: string): Promise<void> {
  const config = join(folder, 'tsconfig.json');
  await writeFile(
    config,
    JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noEmit: false, rootDir: ROOT, outDir: folder },
      include: [join(ROOT, 'src/voice'), join(ROOT, 'bench', AGENT)],
      exclude: [join(ROOT, 'src/**/*.test.ts')],
    }),
  );
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', config]);
}

/** How much more is held after a million scripts and functions than after the first hundred thousand. */
export const voiceMillion: Micro = {
  name: 'voice-million',
  unit: 'MB more',
  goal: { atMost: 30 },
  async run(note) {
    const child = start(AGENT, []);
    const { port } = await listening(child);
    const load = (amount: number) =>
      autocannon({
        url: `http://127.0.0.1:${port}`,
        connections: CONNECTIONS,
        amount,
        requests: [...postScripts(), ...callFunctions()],
      });
    const failed = ({ non2xx, errors }: autocannon.Result) => non2xx + errors;
    let wrong = failed(await load(WARM_UP));
    const before = await ask(child, 'stats', Usage);
    wrong += failed(await load(REQUESTS));
    const after = await ask(child, 'stats', Usage);
    await stop(child);
    if (wrong > 0) throw new Error(`${wrong} of ${REQUESTS} requests were not answered rightly`);
    note(`${(before.rssBytes / 1e6).toFixed(0)} → ${(after.rssBytes / 1e6).toFixed(0)} MB`);
    return (after.rssBytes - before.rssBytes) / 1e6;
  },
};
