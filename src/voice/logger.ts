/**
 * What an agent's process says while it runs, one line an event. Threats: a line break in a caller's words that forges a line
 * (control characters are taken out), secrets in addresses (credentials and tokens are taken out), an unknown level that would
 * switch everything on (it means `info`).
 */
import { systemClock } from '../kernel/clock.ts';
import { rfc3339 } from '../kernel/time.ts';
import { getExecutionMode } from './execution-mode.ts';
import { redactUrls } from './security/url-redaction.ts';
import { type LogLevel, loadVoiceSettings, type VoiceSettings } from './settings.ts';

export type LogData = Readonly<Record<string, unknown>>;

const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 10, info: 20, warn: 30, error: 40 };
const COLOR: Readonly<Record<LogLevel, string>> = { debug: '90', info: '36', warn: '33', error: '31' };

interface Configuration {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly color: boolean;
  readonly stream: 'stdout' | 'stderr';
  readonly isSilent: boolean;
}

let configuration: Configuration | null = null;

const configured = (): Configuration => {
  configuration ??= fromSettings(loadVoiceSettings());
  return configuration;
};

function fromSettings({ logLevel, logMode, logFormat, logColor }: VoiceSettings): Configuration {
  const mode = getExecutionMode();
  return {
    level: logLevel,
    format: logFormat,
    color: logColor ?? process.stdout.isTTY === true,
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
export const setGlobalLogStream = (stream: 'stdout' | 'stderr'): void => change({ stream });
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
    const entry = { time: rfc3339(systemClock.now()), level, logger: this.name, message, ...this.#context, ...data };
    const line = format === 'json' ? JSON.stringify(cleaned(entry)) : textLine(entry, color);
    process[stream].write(`${line}\n`);
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

function textLine({ time, level, logger, message, ...data }: LogData, color: boolean): string {
  const label = String(level).toUpperCase().padEnd(5);
  const more = Object.entries(data).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const shown = color ? `\u001b[${COLOR[level as LogLevel]}m${label}\u001b[0m` : label;
  return `${time} ${shown} ${cleanText(`${logger}: ${message}${more.join('')}`)}`;
}

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;
const cleanText = (text: string): string => redactUrls(text).replace(CONTROL, ' ');

/** A copy without control characters, line breaks and changes of direction in its texts, however deep they stand. */
export function stripControlChars<T>(data: T): T {
  return mapTexts(data, (text) => text.replace(CONTROL, ' ')) as T;
}

const cleaned = (entry: LogData): unknown => mapTexts(entry, cleanText);

function mapTexts(value: unknown, map: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return map(value);
  if (typeof value !== 'object' || value === null || depth > 8) return value;
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, map, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [map(key), mapTexts(one, map, depth + 1)]));
}
