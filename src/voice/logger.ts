/**
 * What an agent's process says while it runs: which lines are written, and where to. How a line looks, and what never stands in
 * one, is log-line.ts. A logger never throws over a malformed setting, which an agent's start reports; an unknown level means
 * `info`, so that no typing error switches everything on.
 */
import { systemClock } from '../kernel/clock.ts';
import { rfc3339 } from '../kernel/time.ts';
import { getExecutionMode } from './execution-mode.ts';
import { jsonLine, type LogData, textLine } from './log-line.ts';
import { type LogLevel, loadLogSettings } from './settings.ts';

export type { LogData };

/** Takes lines, each with its line break; a stream of Node's, for one. */
export interface LogSink {
  write(line: string): unknown;
  readonly isTTY?: boolean;
}

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };

interface Configuration {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Null: as the stream is a terminal or not. */
  readonly color: boolean | null;
  readonly stream: 'stdout' | 'stderr' | LogSink;
  readonly isSilent: boolean;
}

let configuration: Configuration | null = null;

const configured = (): Configuration => {
  configuration ??= fromEnvironment();
  return configuration;
};

function fromEnvironment(): Configuration {
  const { logLevel, logMode, logFormat, logColor } = loadLogSettings();
  const mode = getExecutionMode();
  return {
    level: logLevel,
    format: logFormat,
    color: logColor,
    stream: logMode === 'stderr' || mode !== 'server' ? 'stderr' : 'stdout',
    isSilent: logMode === 'off' || (logMode === 'auto' && mode === 'cgi'), // a CGI program's output is its answer
  };
}

const change = (part: Partial<Configuration>): void => {
  configuration = { ...configured(), ...part };
};

/** An unknown level means `info`. */
export const setGlobalLogLevel = (level: string): void =>
  change({ level: Object.keys(SEVERITY).find((one): one is LogLevel => one === level.toLowerCase()) ?? 'info' });
export const setGlobalLogFormat = (format: 'text' | 'json'): void => change({ format });
export const setGlobalLogColor = (color: boolean): void => change({ color });
/** One of the process's own streams, or anything that takes lines. */
export const setGlobalLogStream = (stream: 'stdout' | 'stderr' | LogSink): void => change({ stream });
/** Silences every logger of the process, or lets them speak again. */
export const suppressAllLogs = (isSilent = true): void => change({ isSilent });
/** Takes the environment's word again. */
export const resetLoggingConfiguration = (): void => {
  configuration = null;
};

export class Logger {
  readonly name: string;
  readonly #context: LogData;

  constructor(name: string, context: LogData = {}) {
    this.name = name;
    this.#context = context;
  }

  debug(message: string, data?: LogData): void {
    this.#write('debug', message, data);
  }

  info(message: string, data?: LogData): void {
    this.#write('info', message, data);
  }

  warn(message: string, data?: LogData): void {
    this.#write('warn', message, data);
  }

  error(message: string, data?: LogData): void {
    this.#write('error', message, data);
  }

  /** A logger that adds `context` to every line. */
  bind(context: LogData): Logger {
    return new Logger(this.name, { ...this.#context, ...context });
  }

  #write(level: LogLevel, message: string, data: LogData = {}): void {
    const { level: least, format, color, stream, isSilent } = configured();
    if (isSilent || SEVERITY[level] < SEVERITY[least]) return;
    const event = { time: rfc3339(systemClock.now()), level, logger: this.name, message: String(message) };
    const all = { ...this.#context, ...data };
    const sink: LogSink = stream === 'stdout' ? process.stdout : stream === 'stderr' ? process.stderr : stream;
    const line = format === 'json' ? jsonLine(event, all) : textLine(event, all, color ?? sink.isTTY === true);
    sink.write(`${line}\n`);
  }
}

const loggers = new Map<string, Logger>();
const MAX_LOGGERS = 1_000;

/** The logger of that name. */
export function getLogger(name: string): Logger {
  const found = loggers.get(name);
  if (found !== undefined) return found;
  const made = new Logger(name);
  if (loggers.size < MAX_LOGGERS) loggers.set(name, made);
  return made;
}
