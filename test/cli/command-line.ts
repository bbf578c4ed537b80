/**
 * The command line: programs as their users run them, in a child process with an environment of its own and no terminal; and
 * single commands in this process, as starting a program takes longer than all that most of them do.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/program.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';

const MAIN = fileURLToPath(new URL('../../bin/sallyport.mjs', import.meta.url));

type Environment = Readonly<Record<string, string>>;

/** A command that should have ended and did not is killed before its test gives up; a server (0) is not. */
const COMMAND_WITHIN_MS = 25_000;

export function launch(argv: readonly string[], environment: Environment, timeout = 0): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', ...COMPILE_CACHE, ...environment };
  return spawn(process.execPath, [MAIN, ...argv], { env, stdio: ['pipe', 'pipe', 'pipe'], timeout });
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export async function sallyport(argv: readonly string[], environment: Environment, stdin = ''): Promise<Ran> {
  const child = launch(argv, environment, COMMAND_WITHIN_MS);
  child.stdin!.end(stdin);
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { code, out, err };
}

let before: Promise<unknown> = Promise.resolve();
/** In this process, one after the other: each has an environment of its own. */
export function command(argv: readonly string[], environment: Environment, stdin = ''): Promise<Ran> {
  const ran = before.then(async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const outer = process.env;
    process.env = { PATH: outer['PATH'] ?? '', ...environment };
    try {
      const code = await run(argv, {
        out: { write: (text: string) => void out.push(text) },
        err: { write: (text: string) => void err.push(text) },
        stdin: Readable.from([Buffer.from(stdin)]),
        clock: systemClock,
        signals: { on: () => undefined, off: () => undefined },
        endAtOnce: (code) => {
          throw new Error(`it wanted to end at once, with ${code}`);
        },
      });
      return { code, out: out.join(''), err: err.join('') };
    } finally {
      process.env = outer;
    }
  });
  before = ran.catch(() => undefined);
  return ran;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** The lines written so far, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** What it wrote to its standard error so far, which should be nothing. */
  complaints(): string;
  /** Sends a signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** A command against this server, with its orchestrator's token unless `token` says another. */
  run(argv: readonly string[], more?: { readonly token?: string; readonly stdin?: string }): Promise<Ran>;
  post(path: string, input: unknown, token?: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

/** `sallyport start` on a free port, once it listens. */
export async function startServer(folder: string, environment: Environment = {}): Promise<Server> {
  const child = launch(['start'], { PORT: '0', DATA_DIR: folder, ...environment });
  const closed = once(child, 'close');
  let err = '';
  child.stderr!.setEncoding('utf8').on('data', (part: string) => {
    err += part;
  });
  const lines: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const parsed: Record<string, unknown> = JSON.parse(line);
      lines.push(parsed);
      if (parsed['msg'] === 'listening') resolve(String(parsed['url']));
    });
    closed.then(() => reject(new Error(`it did not start: ${err}`)));
  });
  const orchestrator = () => readFileSync(join(folder, 'orchestrator.token'), 'utf8').trim();
  const stop = async (signal: NodeJS.Signals = 'SIGINT') => {
    child.kill(signal);
    const [code] = await closed;
    return code;
  };
  return {
    url,
    pid: child.pid!,
    lines,
    complaints: () => err,
    stop,
    run: (argv, { token, stdin = '' } = {}) => {
      const withToken = token === undefined ? { DATA_DIR: folder } : { SALLYPORT_TOKEN: token };
      return command(argv, { SALLYPORT_URL: url, ...withToken }, stdin);
    },
    async post(path, input, token = orchestrator()) {
      const answer = await fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const body = await answer.json();
      if (typeof body !== 'object' || body === null) throw new TypeError(`${path} answered no object`);
      return { status: answer.status, body: { ...body } };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
    },
  };
}

export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** An agent that may write to `contact`. */
export async function agentOf(
  server: Server,
  contact = '+14155550101',
): Promise<{ readonly id: string; readonly token: string }> {
  const made = await server.post('comms/provision-channels', { displayName: 'Ada', capabilities: { sms: true } });
  const agent = { id: String(made.body['agentId']), token: String(made.body['securityToken']) };
  await server.post('comms/record-consent', { contact, channel: 'sms' }, agent.token);
  return agent;
}
