/** Why a builder's file could not be loaded, in sentences with file and line: never a bare stack trace. */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { ConfigurationError } from '../../voice/configuration-error.ts';
import { visible } from '../render.ts';

/** @param path of the builder's file, absolute and without links. */
export function loadFaultLines(path: string, fault: unknown): readonly string[] {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  return (BY_CODE[code]?.(path, fault as Error) ?? otherLines(path, fault))
    .flatMap((line) => line.split('\n'))
    .map((line) => visible(line));
}

/** What failed while a file's code ran, in one line, and where in the builder's own code. */
export function runFaultLines(path: string, fault: unknown): readonly string[] {
  const says =
    fault instanceof ConfigurationError
      ? fault.message
      : fault instanceof Error
        ? `${fault.name}: ${fault.message}`
        : inspect(fault);
  const at = fault instanceof Error ? ownFrame(path, (fault.stack ?? '').split('\n')) : null;
  const indented = says.split('\n').map((line) => `  ${visible(line)}`);
  return at === null ? indented : [...indented, `  at ${visible(at)}`];
}

const BY_CODE: Readonly<Record<string, (path: string, fault: Error) => readonly string[]>> = {
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: (_, fault) => [
    ...syntaxLines(fault),
    'Node runs TypeScript by taking its types away: write it without enum, namespace',
    'and parameter properties (erasableSyntaxOnly in tsconfig.json finds them), or',
    'name the compiled file.',
  ],
  ERR_INVALID_TYPESCRIPT_SYNTAX: (_, fault) => syntaxLines(fault),
  ERR_MODULE_NOT_FOUND: (path, { message }) =>
    message.startsWith("Cannot find package 'sallyport'")
      ? [`sallyport is not installed where ${shown(path)} is: run npm install sallyport there.`]
      : [`${shown(path)} can't be loaded: ${message}.`],
  ERR_UNKNOWN_FILE_EXTENSION: (path) => [
    `${shown(path)} is no file that Node runs: an agent file ends in .ts, .mts, .js or .mjs.`,
  ],
  ERR_IMPORT_ATTRIBUTE_MISSING: (path, fault) => BY_CODE['ERR_UNKNOWN_FILE_EXTENSION']!(path, fault),
};

function otherLines(path: string, fault: unknown): readonly string[] {
  if (fault instanceof SyntaxError) {
    if (syntaxLocation(fault.stack ?? '') !== null) return syntaxLines(fault);
    const checked = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' }).stderr;
    if (syntaxLocation(checked) !== null) return syntaxLines(fault, checked);
    return [`${shown(path)} or a file that it imports is no valid JavaScript: ${fault.message}.`];
  }
  return [`${shown(path)} failed while it was loaded:`, ...runFaultLines(path, fault)];
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** Node puts file and line above the stack of what it can't parse. */
function syntaxLines({ message, stack = '' }: Error, told: string = stack): readonly string[] {
  const at = syntaxLocation(told);
  if (at === null) return [sentence(message)];
  const source = lineOf(at.file, at.line);
  return [`${shown(at.file)}:${at.line}: ${sentence(message)}`, ...(source === '' ? [] : [`  ${source}`])];
}

function syntaxLocation(told: string): { readonly file: string; readonly line: number } | null {
  const [, file, line] = /^(.+):(\d+)$/.exec(told.split('\n')[0] ?? '') ?? [];
  if (file === undefined) return null;
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line) };
}

function lineOf(file: string, line: number): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[line - 1]?.trim() ?? '';
  } catch {
    return '';
  }
}

const FRAME = /\(?(file:\/\/[^\s)]+):(\d+):\d+\)?$/;
/** How a logger writes a stack: in one line. */
const LOGGED_STACK = / {4,}at [^"]*/g;

/** A line of the log with the first line of a stack that is the builder's own, in place of the whole. */
export const withShortStack = (path: string, line: string): string =>
  line.replace(LOGGED_STACK, (stack) => {
    const at = ownFrame(path, stack.split(/ {4,}/));
    return at === null ? '' : ` at ${at}`;
  });

/** `agent.ts:5`: the first line of the stack within the file; else within code that nobody installed. */
function ownFrame(path: string, stack: readonly string[]): string | null {
  const frames = stack.flatMap((line) => {
    const [, url, number] = /^\s*at /.test(line) ? (FRAME.exec(line) ?? []) : [];
    return url === undefined ? [] : [{ file: fileURLToPath(url), line: number }];
  });
  const own =
    frames.find(({ file }) => file === path) ??
    frames.find(({ file }) => !file.includes('node_modules') && !file.startsWith(OWN_ROOT));
  return own === undefined ? null : `${shown(own.file)}:${own.line}`;
}

/** This program's own folder: `src`, or `dist`. */
const OWN_ROOT = realpathSync(fileURLToPath(new URL('../../', import.meta.url)));

/** As short as it can be typed. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
