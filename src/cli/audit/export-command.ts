/** `audit export`: the whole log as a file that can be verified without the server. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ErrorCode } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { type AskPage, readRemoteLog } from '../../main/remote-log.ts';
import { CommandFailure } from '../command-failure.ts';
import { ask, type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { type Shell, say, type Terminal } from '../shell.ts';
import { fileFailure } from './files.ts';

const PATH = '/api/v1/audit/export-log';

interface Options extends ConnectionOptions {
  readonly out?: string;
  readonly all?: true;
  readonly organizationId?: string;
}

export function exportCommand(command: Command, shell: Shell): void {
  command
    .description('Writes the log as JSON Lines that prove themselves offline (see: audit verify).')
    .option('--out <file>', 'where to; a file that exists is not overwritten (default: standard output)')
    .option('--all', 'the entries of all organisations, not of one')
    .option('--organization-id <id>', 'whose entries (default: those of the token’s organisation)');
  withConnection(command).action(async () => {
    const { out, all = false, organizationId, ...connection } = command.opts<Options>();
    using client = connect(connection);
    const page: AskPage = (input) => patiently(() => ask(client, PATH, input), shell.err);
    const log = await readRemoteLog(page, { everyOrganization: all, organizationId });
    const lines = log.lines(progress(log.header.size, shell));
    if (out === undefined) {
      for await (const line of lines) await write(shell.out, `${line}\n`);
      return;
    }
    await writeLines(out, lines);
    say(shell.err, `${log.header.size} entries written to ${out}. Keep the log's key apart from it:`);
    say(shell.err, `  ${log.header.vkey}`);
  });
}

/** A file is there whole or not at all, so that a broken connection leaves nothing that looks like a log cut off. */
async function writeLines(file: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw fileFailure('written', file, error);
  }
  try {
    for await (const line of lines) await write(stream, `${line}\n`);
    stream.end();
    await once(stream, 'close');
  } catch (error) {
    stream.destroy();
    await rm(file, { force: true });
    throw error;
  }
}

async function write(to: Terminal | WriteStream, text: string): Promise<void> {
  if (to.write(text) === false && 'once' in to) await once(to, 'drain');
}

/** Reads have a rate; an export waits rather than failing in the middle. */
async function patiently<T>(work: () => Promise<T>, err: Terminal): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (failure) {
      const waitMs = failure instanceof CommandFailure ? retryAfterMs(failure.document) : null;
      if (waitMs === null) throw failure;
      say(err, `The server asks to wait ${Math.ceil(waitMs / SECOND_MS)} s.`);
      await wait(waitMs);
    }
  }
}

const RATE_LIMITED: ErrorCode = 'rate_limited';

function retryAfterMs(problem: unknown): number | null {
  if (typeof problem !== 'object' || problem === null) return null;
  const limited = 'code' in problem && problem.code === RATE_LIMITED;
  return limited && 'retryAfterMs' in problem && typeof problem.retryAfterMs === 'number' ? problem.retryAfterMs : null;
}

/** A word every second, for what takes longer than one. */
function progress(size: number, { err, clock }: Shell): (leaves: number) => void {
  let toldAt = clock.now();
  return (leaves) => {
    if (clock.now() - toldAt < SECOND_MS) return;
    toldAt = clock.now();
    say(err, `${leaves} of ${size} entries`);
  };
}
