/**
 * What the operator sees while the server runs: JSON lines, or short ones on a terminal. Not the audit log: nothing here
 * proves anything. Threats: secrets and personal data that travel in error messages (scrubbed from every text,
 * whatever field they came in by), and line breaks that forge a line (JSON has none; the short form shows them as spaces).
 */
import pino, { type Logger } from 'pino';
import type { Clock } from '../kernel/clock.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Settings } from './settings.ts';

export interface Sink {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What pino writes: an object in one line. */
type Line = Readonly<Record<string, unknown>>;

export interface LogParts {
  readonly level: Settings['logLevel'];
  readonly clock: Clock;
  readonly out: Sink;
}

export function createOperationalLog({ level, clock, out }: LogParts): Logger {
  const shape = out.isTTY === true ? shortLine : (line: Line) => `${JSON.stringify(line)}\n`;
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${rfc3339(clock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    { write: (line) => void out.write(shape(scrubbedLine(JSON.parse(line)))) },
  );
}

const SECRET_FIELDS = [
  'token',
  'securityToken',
  'adminToken',
  'authorization',
  'password',
  'connectionString',
  'credentials',
  'authToken',
  'apiKey',
];

/** In the order they are applied. */
const SCRUBS: readonly (readonly [RegExp, string])[] = [
  [/\bsp[a-z]_[\w.-]{10,}/g, '[token]'],
  [/\bwhsec_[\w+/=-]{10,}/g, '[secret]'],
  [/\bre_\w{8,}/g, '[API key]'],
  [/\b(Bearer|Basic) [\w\-.~+/=]+/gi, '$1 [token]'],
  [/([?&](?:token|access_token|sessionId|n)=)[^&#\s"']+/gi, '$1[token]'],
  [/(\/unsubscribe\/)[\w.-]+/g, '$1[token]'],
  [/\b(postgres(?:ql)?:\/\/)\S+/g, '$1[address]'],
  [/[\w.%+-]+@[\w-]+(?:\.[\w-]+)+/g, '[mail address]'],
  [/(?<![\w.])\+[1-9]\d{6,14}\b/g, '[phone number]'],
];

const scrubbedLine = (line: Line): Line =>
  Object.fromEntries(Object.entries(line).map(([name, value]) => [name, scrubbed(value)]));

/** The value with every text in it scrubbed; texts, not the finished line, whose escapes a replacement could break. */
function scrubbed(value: unknown): unknown {
  if (typeof value === 'string') return SCRUBS.reduce((text, [found, by]) => text.replace(found, by), value);
  if (Array.isArray(value)) return value.map(scrubbed);
  return typeof value === 'object' && value !== null ? scrubbedLine({ ...value }) : value;
}

const QUIET_LEVELS = new Set(['info', 'debug', 'trace']);

/** `12:34:56  listening on …  port=3100`; what is not routine says so. */
function shortLine({ level, time, msg, err, ...fields }: Line): string {
  const loud = typeof level === 'string' && !QUIET_LEVELS.has(level) ? `${level}: ` : '';
  const rest = Object.entries(fields).map(([name, value]) => `  ${name}=${oneLine(value)}`);
  return `${String(time).slice(11, 19)}  ${loud}${oneLine(msg ?? '')}${rest.join('')}${fault(err)}\n`;
}

/** The fault's own words and, indented below them, where it happened. */
function fault(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  const [first = '', ...frames] = String(err.stack).split('\n');
  return `: ${oneLine(first)}${frames.map((frame) => `\n          ${oneLine(frame.trim())}`).join('')}`;
}

const oneLine = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
