/**
 * One event as one line. Threats: a line break or a terminal's escape in a caller's words that forges a line (control characters
 * are taken out, values that are not plain are quoted, a caller's field can't take the place of the line's own), secrets (hidden
 * by their names, and within text), a value so large, deep or circular that writing it stops the process. Pure; never throws.
 */
import { withoutControlChars } from './security/control-chars.ts';
import { isSecretName } from './security/secret-name.ts';
import { redactText } from './security/text-redaction.ts';
import { HIDDEN } from './security/url-redaction.ts';
import type { LogLevel } from './settings.ts';

export type LogData = Readonly<Record<string, unknown>>;

export interface LogEvent {
  /** RFC 3339. */
  readonly time: string;
  readonly level: LogLevel;
  readonly logger: string;
  readonly message: string;
}

const COLOR: Readonly<Record<LogLevel, string>> = { debug: '90', info: '36', warn: '33', error: '31' };
const MAX_DEPTH = 8;
const MAX_VALUES = 1_000;
const MAX_CHARS = 8_192;
const CUT = '…';
const PLAIN = /^[\p{L}\p{N}_.:/@+*#%?&~-]+$/u;

/** For people: `2026-11-20T12:00:00.000Z INFO  name: message key=value`. Without the line break at its end. */
export function textLine(event: LogEvent, data: LogData, hasColor: boolean): string {
  const label = event.level.toUpperCase().padEnd(5);
  const shown = hasColor ? `\u001b[${COLOR[event.level]}m${label}\u001b[0m` : label;
  const fields = Object.entries(plain(data) as object).map(([key, value]) => ` ${spelled(key)}=${spelled(value)}`);
  return `${event.time} ${shown} ${cleanText(event.logger)}: ${cleanText(event.message)}${fields.join('')}`;
}

/** For machines: one JSON object, the event's own fields first. */
export function jsonLine(event: LogEvent, data: LogData): string {
  return JSON.stringify({ ...event, ...(plain(data) as object), ...(plain(event) as object) });
}

const spelled = (value: unknown): string =>
  typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value);

const cleanText = (text: string): string => withoutControlChars(redactText(text.length > MAX_CHARS ? cut(text) : text));

/** Between words: half a secret is not recognised as one. */
function cut(text: string): string {
  const kept = text.slice(0, MAX_CHARS);
  return `${kept.slice(0, kept.lastIndexOf(' ') + 1)}${CUT}`;
}

/** The value as JSON can hold it, its texts cleaned, its secrets hidden, within bounds. */
function plain(data: unknown): unknown {
  let left = MAX_VALUES;

  const walk = (value: unknown, isSecret: boolean, depth: number): unknown => {
    if (left-- <= 0 || depth > MAX_DEPTH) return CUT;
    if (typeof value === 'string') return isSecret ? HIDDEN : cleanText(value);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object') return value === undefined ? null : cleanText(String(value));
    if (value instanceof Error) return cleanText(value.stack ?? String(value));
    if (value instanceof Date || value instanceof URL) return isSecret ? HIDDEN : cleanText(String(value));
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    if (value instanceof Map) return walk(Object.fromEntries(value), isSecret, depth);
    const deeper = (one: unknown, secret: boolean) => (left > 0 ? walk(one, secret, depth + 1) : CUT);
    if (Array.isArray(value) || value instanceof Set)
      return [...value.values()].slice(0, Math.max(left, 0)).map((one) => deeper(one, isSecret));
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, Math.max(left, 0))
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => [cleanText(key), deeper(one, isSecret || isSecretName(key))]),
    );
  };

  return walk(data, false, 0);
}
