/**
 * A program that speaks MCP over its standard input and output (specification, "stdio"): started without a shell, in a process
 * group of its own, in an empty folder that is also its HOME, with a fixed search path and the variables of its configuration.
 * Nothing of the server's own environment reaches it. It is no sandbox: it runs as the server's own user.
 *
 * What it writes to standard error is handed on line by line, bounded, without control characters and without its secrets.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type JSONRPCMessage, ReadBuffer, serializeMessage, type Transport } from '@modelcontextprotocol/client';

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_LINE = 300;
const MAX_LINES = 50;
/** For a program to end by itself when its input does, and again after SIGTERM. */
const GRACE_MS = 500;
const PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;

export interface ProgramParts {
  readonly command: readonly string[];
  /** Secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** At most 50 lines of a run. */
  readonly onLine: (line: string) => void;
}

export function programTransport({ command, variables, onLine }: ProgramParts): Transport {
  let child: ChildProcessWithoutNullStreams | null = null;
  let ended: Promise<void> = Promise.resolve();
  const buffer = new ReadBuffer({ maxBufferSize: MAX_MESSAGE_BYTES });

  const transport: Transport = {
    start() {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-tool-'));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const gone = Promise.withResolvers<void>();
      ended = gone.promise;
      const [name = '', ...args] = command;
      const env = { PATH, HOME: folder, LANG: 'C.UTF-8', ...variables };
      child = spawn(name, args, { env, cwd: folder, detached: true, shell: false, stdio: 'pipe' });
      const { pid } = child;
      child.once('spawn', resolve);
      child.once('error', reject);
      child.stdin.on('error', () => undefined); // it closed its input; its end tells
      child.stdout.on('data', (chunk: Buffer) => take(chunk));
      child.stderr.on('data', linesOf(onLine, Object.values(variables)));
      child.once('close', () => {
        if (pid !== undefined) kill(pid, 'SIGKILL'); // whatever it started goes with it
        rmSync(folder, { recursive: true, force: true });
        child = null;
        buffer.clear();
        gone.resolve();
        transport.onclose?.();
      });
      return promise;
    },
    async send(message) {
      if (child === null) throw new Error('the program has ended');
      const { stdin } = child;
      if (!stdin.write(serializeMessage(message))) await Promise.race([drained(stdin), ended]);
    },
    async close() {
      if (child?.pid === undefined) return;
      const { pid, stdin } = child;
      stdin.end();
      if (await endsIn(GRACE_MS)) return;
      kill(pid, 'SIGTERM');
      if (await endsIn(GRACE_MS)) return;
      kill(pid, 'SIGKILL');
      await ended;
    },
  };
  return transport;

  function take(chunk: Buffer): void {
    try {
      buffer.append(chunk);
      for (let message = next(); message !== null; message = next()) transport.onmessage?.(message);
    } catch (fault) {
      transport.onerror?.(fault as Error);
      void transport.close(); // a message beyond the limit: where the next one begins nobody knows
    }
  }

  /** A line that is no message is skipped, as by the SDK's own transport. */
  function next(): JSONRPCMessage | null {
    for (;;) {
      try {
        return buffer.readMessage();
      } catch (fault) {
        transport.onerror?.(fault as Error);
      }
    }
  }

  function endsIn(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), ms);
    void ended.then(() => resolve(true));
    return promise.finally(() => clearTimeout(timer));
  }
}

const drained = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => {
    stream.once('drain', resolve);
  });

/** The whole group. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // nobody is left in it
  }
}

/** Lines for people: bounded in number and length, printable, secrets taken out. */
function linesOf(onLine: (line: string) => void, secrets: readonly string[]): (chunk: Buffer) => void {
  let rest = '';
  let told = 0;
  return (chunk) => {
    const lines = `${rest}${chunk.toString('utf8')}`.split('\n');
    rest = (lines.pop() ?? '').slice(0, 2 * MAX_LINE);
    for (const line of lines) {
      if (++told > MAX_LINES) return;
      let clean = line.replaceAll(/[^\P{C}\t]/gu, ' ');
      for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
      onLine(clean.slice(0, MAX_LINE));
    }
  };
}
