/**
 * `docs/conformance.md` against the tests: every promise has its row, and a row that claims a test names one that is
 * there and is run. A row without a test says `open`. Pure: text in, faults out.
 */
import { HOLE, readSource } from './source.ts';

/** The promises by letter, with how many there are. */
const PROMISES = { C: 41, P: 25, V: 14, X: 8 } as const;

export const PROMISE_IDS: readonly string[] = Object.entries(PROMISES).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, i) => `${letter}${String(i + 1).padStart(2, '0')}`),
);

/** `read` gives a file's text by its path from the repository's root, or null when there is none. */
export function conformanceFaults(markdown: string, read: (path: string) => string | null): readonly string[] {
  const rows = markdown.split('\n').flatMap(parseRow);
  const ids = rows.map(({ id }) => id);
  return [
    ...PROMISE_IDS.filter((id) => !ids.includes(id)).map((id) => `${id}: has no row`),
    ...ids.filter((id) => !PROMISE_IDS.includes(id)).map((id) => `${id}: is no promise`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id}: has two rows`),
    ...rows.flatMap((row) => rowFaults(row, read).map((says) => `${row.id}: ${says}`)),
  ];
}

/** The tests that a table names in its last cell, in any document: each has to be there and run. */
export function namedTestFaults(markdown: string, read: (path: string) => string | null): readonly string[] {
  return markdown.split('\n').flatMap((line) => {
    const [{ id, cells } = { id: '', cells: [] }] = parseRow(line);
    const tests = cells.at(-1) ?? '';
    if (!tests.includes('.test.ts')) return [];
    return tests.split('<br>').flatMap((one) => referenceFaults(one.trim(), read).map((says) => `${id}: ${says}`));
  });
}

interface Row {
  readonly id: string;
  readonly cells: readonly string[];
}

/** Every line of a table whose first cell is no heading: a malformed id must be a fault, not be passed over. */
function parseRow(line: string): readonly Row[] {
  if (!line.startsWith('|')) return [];
  const [id = '', ...cells] = line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.trim());
  return id === 'id' || /^:?-+:?$/.test(id) ? [] : [{ id, cells }];
}

function rowFaults({ cells }: Row, read: (path: string) => string | null): readonly string[] {
  const [promise, where, tests] = cells;
  if (cells.length !== 3 || promise === '') return ['has not the cells id, promise, where, test'];
  if (where === '') return ['does not say where'];
  if (tests === '') return where === 'open' ? [] : ['has no test, so its "where" must be open'];
  if (where === 'open') return ['is open although it names a test'];
  return tests!.split('<br>').flatMap((reference) => referenceFaults(reference.trim(), read));
}

function referenceFaults(reference: string, read: (path: string) => string | null): readonly string[] {
  const [, path, title] = /^`?([\w./-]+\.test\.ts) › (.+?)`?$/.exec(reference) ?? [];
  if (path === undefined || title === undefined)
    return [`"${reference}" is not of the form path/to/file.test.ts › title`];
  const source = read(path);
  if (source === null) return [`${path} does not exist`];
  return titlesOf(source).some((pattern) => pattern.test(title)) ? [] : [`${path} has no test that runs as "${title}"`];
}

const NEVER_RUN = /\.(?:skip|todo|fails)\b/;
/** Words of its own that a title from a table must have, so that `%s` alone does not match whatever is claimed. */
const MIN_LITERAL_CHARS = 8;
const PLACEHOLDER = /%[sdifjoO]|%#|\$[\w.]+/g;

/** Patterns that match the whole titles of a file's tests; a table's placeholders match anything. */
function titlesOf(text: string): readonly RegExp[] {
  const { code, strings } = readSource(text);
  return [...code.matchAll(/(?<![.\w$])(?:it|test)((?:\.\w+)*)(?:<.*>)?\s*\(\s*/g)].flatMap((call) => {
    const modifiers = call[1]!;
    if (NEVER_RUN.test(modifiers)) return [];
    const inner = call.index + call[0].length;
    const table = /\.(?:each|for|skipIf|runIf)$/.test(modifiers);
    const at = table ? secondCall(code, call.index + call[0].lastIndexOf('(')) : inner;
    const title = strings.get(at);
    return title === undefined ? [] : pattern(title, /\.(?:each|for)$/.test(modifiers));
  });
}

/** Where the arguments of `b` begin in `it.each(a)(b`. */
function secondCall(code: string, open: number): number {
  let depth = 0;
  let at = open;
  do {
    if (code[at] === '(') depth++;
    if (code[at] === ')') depth--;
    at++;
  } while (depth > 0 && at < code.length);
  const next = /^\s*\(\s*/.exec(code.slice(at));
  return next === null ? -1 : at + next[0].length;
}

function pattern(title: string, fromTable: boolean): readonly RegExp[] {
  const parts = (fromTable ? title.replace(PLACEHOLDER, HOLE) : title).split(HOLE);
  if (parts.length > 1 && parts.join('').replace(/\W/g, '').length < MIN_LITERAL_CHARS) return [];
  return [new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.+')}$`)];
}
