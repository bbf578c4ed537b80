/** The product as an operator runs it, `sallyport start`, with what the soak asks of it: actions, its metrics, its log's errors. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stop } from '../child.ts';
import type { Act } from '../production/provision.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/sallyport.mjs', import.meta.url));
const TOKEN = `bench_${'x'.repeat(43)}`;

export interface Product extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly act: Act;
  /** Log lines of level warn and above, the latest last; bounded. */
  readonly complaints: readonly string[];
  /** How many there were. */
  complained(): number;
  /** Reads a metric's value, summed over its labels (those with `label`); NaN when there is none. */
  metrics(): Promise<(name: string, label?: string) => number>;
  /** Actions since the start that were refused, failed or threw, by name, outcome and code. */
  undone(): Promise<Readonly<Record<string, number>>>;
  /** The database with its write-ahead log, bytes. */
  databaseBytes(): number;
}

/** @param folder its DATA_DIR. @param twilioUrl both of Twilio's APIs. */
export async function startProduct(folder: string, twilioUrl: string): Promise<Product> {
  const port = await freePort(); // known beforehand: it is part of the addresses that Twilio calls
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, [PROGRAM, 'start'], {
    env: {
      DATA_DIR: folder,
      PORT: String(port),
      PUBLIC_URL: url,
      ORCHESTRATOR_SECURITY_TOKEN: TOKEN,
      TWILIO_API_URL: twilioUrl,
      TWILIO_MESSAGING_URL: twilioUrl,
      WEBHOOK_RATE_LIMIT: '1000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const complaints: string[] = [];
  let complained = 0;
  await new Promise<void>((resolve, reject) => {
    once(child, 'exit').then(() => reject(new Error('the server ended before it listened')), reject);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.includes('"msg":"listening"')) resolve();
      if (!/"level":"(?:warn|error|fatal)"/.test(line)) return;
      complained++;
      if (complaints.length < 100) complaints.push(line);
    });
  });
  return {
    url,
    pid: child.pid!,
    complaints,
    complained: () => complained,
    act: (name, input, token = TOKEN) => act(url, name, input, token),
    metrics: () => metrics(url),
    undone: () => undone(url),
    databaseBytes: () => ['', '-wal'].reduce((sum, end) => sum + size(`${folder}/sallyport.db${end}`), 0),
    [Symbol.asyncDispose]: () => stop(child as ChildProcess, 'SIGINT'),
  };
}

async function act(url: string, name: string, input: object, token: string) {
  const path = name.replace('.', '/').replaceAll('_', '-');
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

async function metrics(url: string): Promise<(name: string, label?: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n');
  return (name, label = '') => {
    const found = lines.filter(
      (line) => /^[{ ]/.test(line.slice(name.length)) && line.startsWith(name) && line.includes(label),
    );
    if (found.length === 0) return Number.NaN;
    return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };
}

async function undone(url: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counted = text.matchAll(
    /^sallyport_actions_total\{action="(.*?)",outcome="(refused|failed|fault)",code="(.*?)"\} (\d+)$/gm,
  );
  return Object.fromEntries(
    [...counted].map(([, action, outcome, code, n]) => [`${action} ${outcome} ${code}`, Number(n)]),
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const size = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
