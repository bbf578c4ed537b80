/** A process that the bench starts: hearing from it, and its end. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import { Listening } from './messages.ts';

/** Runs a file of this folder. @param file relative to it. */
export const start = (file: string, args: readonly string[]): ChildProcess =>
  fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [] });

/** The next message, in its shape. @throws Error when the process ends instead. */
export async function nextMessage<T>(child: ChildProcess, schema: z.ZodType<T>): Promise<T> {
  const settled = new AbortController();
  try {
    const [message]: unknown[] = await Promise.race([
      once(child, 'message', { signal: settled.signal }),
      once(child, 'exit', { signal: settled.signal }).then(([code]) => {
        throw new Error(`the target ended with code ${code}`);
      }),
    ]);
    return schema.parse(message);
  } finally {
    settled.abort();
  }
}

export async function ask<T>(child: ChildProcess, question: string, schema: z.ZodType<T>): Promise<T> {
  const answer = nextMessage(child, schema);
  child.send(question);
  return await answer;
}

export const listening = (child: ChildProcess): Promise<Listening> => nextMessage(child, Listening);

export async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
