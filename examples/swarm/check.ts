// Starts the worker and a server with bakery.ts, on free ports and in a folder of its own, and asks every agent. What is not as
// it should be ends it with an error.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** Of what is asked here; the whole is at /api/docs. */
interface Answer {
  readonly threadId: string;
  readonly messages: readonly { readonly to: string; readonly payload: unknown }[];
  /** Of a refusal. */
  readonly code?: string;
}

const folder = await mkdtemp(join(tmpdir(), 'bakery-'));
const secret = `whsec_${randomBytes(32).toString('base64')}`;
const children: ChildProcess[] = [];

/** Runs a program until a line of its output says what is looked for. */
async function started(argv: string[], environment: object, wanted: RegExp): Promise<string> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, argv, { env: { PATH, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const found = wanted.exec(line)?.[1];
    if (found === undefined) continue;
    child.stdout.resume();
    return found;
  }
  throw new Error(`${argv.join(' ')} ended`);
}

try {
  const worker = await started(['examples/swarm/worker.ts'], { PORT: '0', WORKER_SECRET: secret }, /on (\S+)/);
  const swarm = { SWARM_FILE: 'examples/swarm/bakery.ts', WORKER_URL: worker, WORKER_SECRET: secret };
  const allowed = { SWARM_ENV_ALLOWED: 'WORKER_SECRET', SWARM_LOCAL_ORIGINS: worker.replace(/\/$/, '') };
  const place = { PORT: '0', DATA_DIR: folder, ...swarm, ...allowed };
  const url = await started(['bin/sallyport.mjs', 'start'], place, /"url":"([^"]+)".*"msg":"listening"/);
  const token = (await readFile(join(folder, 'orchestrator.token'), 'utf8')).trim();

  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
  const ask = async (to: string, payload: unknown): Promise<unknown> => {
    const { status, body } = await post('inject', { to, payload });
    assert.equal(status, 202, JSON.stringify(body));
    for (let i = 0; i < 200; i++) {
      const { messages } = (await post('swarm/list-thread-messages', { threadId: body.threadId })).body;
      const last = messages.find(({ to }) => to === 'owner');
      if (last !== undefined) return last.payload;
      await wait(100);
    }
    throw new Error(`${to} did not answer`);
  };

  assert.deepEqual(await ask('sums', { cents: [450, 300] }), { total: 750 });
  assert.equal(await ask('till', { loaves: 3 }), '3 loaves cost 13.50 dollars.');
  assert.match(String(await ask('desk', 'Good morning')), /Good morning/); // the practice model says what it was told
  assert.equal(await ask('words', 'one two three'), 'That is 3 words.');
  const refused = await post('inject', { to: 'sums', payload: { cents: ['4.50'] } });
  assert.equal(refused.body.code, 'invalid_input'); // refused before anything runs
} finally {
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'close') : null)));
  await rm(folder, { recursive: true, force: true });
}
