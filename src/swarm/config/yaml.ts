/**
 * The text of a configuration as plain data, with the place of everything in it: YAML 1.2 (core schema), of which JSON is a
 * part. Threats: tags that make objects, merge keys and `__proto__`, a key twice (which of the two holds?), aliases that
 * multiply, nesting and sheer number that keep the parser busy. Each is refused or bounded before it costs anything.
 *
 * The library's own look for keys that come twice compares every pair, so it is done here.
 */
import { createRequire } from 'node:module';
import type { Document, Node } from 'yaml';
import type { Fault, Path, Problem } from './problem.ts';

/** UTF-16 units: with what JSON puts around it, it fits into a request (`MAX_BODY_BYTES`). */
export const MAX_SOURCE_CHARS = 900_000;
/** Some 4 µs each: at the most half a second. */
const MAX_TOKENS = 120_000;
const MAX_DEPTH = 60;
const MAX_ALIASES = 100;
/** What it comes to once aliases stand for what they mean. */
const MAX_DATA_CHARS = 2_000_000;
const MAX_NODES = 200_000;
/** More would only hide each other. */
export const MAX_PROBLEMS = 50;

/** Loaded when the first text is read: what starts without one need not wait for it. */
let library: typeof import('yaml') | undefined;
const yaml = (): typeof import('yaml') => {
  library ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return library;
};

export interface ReadText {
  /** Undefined where it could not be read. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Finds the place of a fault; of what is not there, that of what should hold it. */
  locate(fault: Fault): Problem;
}

export function readText(text: string): ReadText {
  const lines = new (yaml().LineCounter)();
  const place = (offset: number): Problem['at'] => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? { line: 1, column: 1 } : { line, column: col };
  };
  const failed = (say: string, offset: number | null): ReadText => ({
    data: undefined,
    problems: [{ is: 'error', path: [], say, at: offset === null ? null : place(offset) }],
    locate: ({ is, path, say: why }) => ({ is, path, say: why, at: null }),
  });
  if (text.length > MAX_SOURCE_CHARS)
    return failed(`The configuration is longer than ${MAX_SOURCE_CHARS} characters; make it shorter.`, null);
  const costly = tooCostly(text);
  if (costly !== null) return failed(costly, null);
  let doc: Document.Parsed;
  try {
    doc = yaml().parseDocument(text, { ...AS_PLAIN_DATA, lineCounter: lines }) as Document.Parsed;
  } catch {
    return failed('The configuration is nested too deeply.', null);
  }
  const problems: Problem[] = [];
  const problem = (say: string, offset: number) => {
    if (problems.length < MAX_PROBLEMS) problems.push({ is: 'error', path: [], say, at: place(offset) });
  };
  for (const { code, pos } of [...doc.errors, ...doc.warnings]) problem(SENTENCES[code] ?? UNREADABLE, pos[0]);
  if (problems.length === 0) badKeys(doc, problem);
  if (problems.length > 0) return { ...failed('', null), problems };
  let data: unknown;
  try {
    data = doc.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    return failed('An alias (*name) stands for nothing that was named before, or there are too many of them.', null);
  }
  const large = tooLarge(data);
  if (large !== null) return failed(large, null);
  return {
    data,
    problems,
    locate: ({ is, path, say, found = path }) => ({ is, path, say, at: place(offsetOf(doc, found)) }),
  };
}

const AS_PLAIN_DATA = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  stringKeys: true,
  strict: true,
  prettyErrors: false, // they quote the text
  logLevel: 'error',
} as const;

const UNREADABLE = 'This is no YAML and no JSON; look at indentation, quotes and brackets here and in the line before.';
const SENTENCES: Readonly<Record<string, string>> = {
  TAG_RESOLVE_FAILED: 'Tags (!name) are not taken; write plain text, numbers, lists and fields.',
  NON_STRING_KEY: 'The name of a field is plain text.',
  MULTIPLE_DOCS: 'There is one document in a file; remove this and what follows.',
  TAB_AS_INDENT: 'Indent with spaces, not with tabs.',
  BAD_INDENT: 'The indentation does not fit what is around it.',
  MULTILINE_IMPLICIT_KEY:
    'A field’s name and its colon stand in one line; put text of several lines after | and indent it.',
};

/** Looked at before the parser, which is slower by far with what is deep or has many parts. */
function tooCostly(text: string): string | null {
  let tokens = 0;
  let depth = 0;
  for (const token of new (yaml().Lexer)().lex(text)) {
    if (++tokens > MAX_TOKENS) return 'The configuration has too many parts; make it smaller.';
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth > MAX_DEPTH || DEEP_BLOCK.test(token)) return 'The configuration is nested too deeply.';
  }
  return null;
}
/** Indentation that no person reads. */
const DEEP_BLOCK = /^ {400}/;

function badKeys(doc: Document.Parsed, problem: (say: string, offset: number) => void): void {
  yaml().visit(doc, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!yaml().isScalar(key)) continue;
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        if (name === '<<') problem('Merge keys (<<) are not taken; write the fields here.', offset);
        else if (name === '__proto__') problem('This is no name for a field.', offset);
        else if (seen.has(name)) problem('This field stands here twice; remove one of the two.', offset);
        seen.add(name);
      }
    },
  });
}

/** Also what can't be stored: half a character, NUL. Shared parts count each time, as they will be written. */
function tooLarge(data: unknown): string | null {
  let nodes = 0;
  let chars = 0;
  let bad = false;
  const walk = (value: unknown, depth: number): boolean => {
    if (++nodes > MAX_NODES || chars > MAX_DATA_CHARS || depth > MAX_DEPTH) return false;
    if (typeof value === 'string') {
      chars += value.length;
      bad ||= !value.isWellFormed() || value.includes('\0');
      return true;
    }
    if (typeof value !== 'object' || value === null) return true;
    return Array.isArray(value)
      ? value.every((item) => walk(item, depth + 1))
      : Object.entries(value).every(([name, item]) => walk(name, depth) && walk(item, depth + 1));
  };
  if (!walk(data, 0)) return 'The configuration is too large or nested too deeply once its aliases are written out.';
  return bad ? 'The configuration holds NUL or half a character (a lone surrogate).' : null;
}

/** Of a field its name, of an item its beginning; of what is not there what should hold it. */
function offsetOf(doc: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = nodeAt(doc, path.slice(0, length - 1));
    const name = path[length - 1];
    const node = yaml().isMap(parent)
      ? parent.items.find(({ key }) => yaml().isScalar(key) && String(key.value) === name)?.key
      : nodeAt(doc, path.slice(0, length));
    if (yaml().isNode(node) && node.range) return node.range[0];
  }
  return doc.contents?.range?.[0] ?? 0;
}

const nodeAt = (doc: Document.Parsed, path: Path): Node | undefined =>
  (path.length === 0 ? doc.contents : doc.getIn(path, true)) as Node | undefined;
