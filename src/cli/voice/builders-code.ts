/**
 * The process while a builder's code runs in it. That code may print, log, fail in the background, wait for ever, or leave timers
 * and connections open: standard output stays the command's own, a failure is told in sentences, and the command ends.
 */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { ConfigurationError } from '../../voice/configuration-error.ts';
import { setGlobalLogLevel, setGlobalLogStream } from '../../voice/logger.ts';
import { environmentVariable } from '../../voice/settings.ts';
import { CommandFailure, misused } from '../command-failure.ts';
import { visible } from '../render.ts';
import type { Shell } from '../shell.ts';
import { runFaultLines, shown, withShortStack } from './load-fault.ts';

export type Guarded = <T>(step: Promise<T>) => Promise<T>;

/** For output that is still on its way when something keeps the process alive. */
const LINGER_MS = 200;

/**
 * @param path of the builder's file.
 * @param work gets what makes a step of it fail as soon as something fails in the background.
 */
export async function withBuildersCode<T>(
  path: string,
  shell: Shell,
  work: (guarded: Guarded) => Promise<T>,
): Promise<T> {
  const { err } = shell;
  setGlobalLogStream({
    write: (line) => err.write(withShortStack(path, line)),
    isTTY: err.isTTY === true && err.hasColors?.() === true,
  });
  if (environmentVariable('SIGNALWIRE_LOG_LEVEL') === undefined) setGlobalLogLevel('warn');
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      err.write(String(chunk));
      done();
    },
  });
  globalThis.console = new Console(stderr);

  const background = Promise.withResolvers<never>();
  process.on('uncaughtException', (fault) => {
    const lines = [`${shown(path)} failed in the background:`, ...runFaultLines(path, fault)];
    background.reject(new CommandFailure(1, lines));
  });
  process.once('beforeExit', () =>
    background.reject(
      misused(`${shown(path)} waits for something that never comes: look for an await at its top level.`),
    ),
  );
  const guarded: Guarded = (step) => Promise.race([step, background.promise]);
  let exitCode = 0;
  try {
    return await guarded(work(guarded));
  } catch (fault) {
    const failure = fault instanceof CommandFailure ? fault : toldFailure(path, fault);
    exitCode = failure.exitCode;
    throw failure;
  } finally {
    setTimeout(() => shell.endAtOnce(exitCode), LINGER_MS).unref(); // does not keep the process, ends one that is kept
  }
}

/** What the builder's code threw, or the SDK for what it was told there. */
const toldFailure = (path: string, fault: unknown): CommandFailure =>
  fault instanceof ConfigurationError
    ? misused(...fault.message.split('\n').map(visible))
    : new CommandFailure(1, [`${shown(path)} failed:`, ...runFaultLines(path, fault)]);
