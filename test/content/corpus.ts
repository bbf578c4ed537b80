/** The labelled corpus of the content filter, as README.md beside it tells how it was made. */
import { existsSync, readFileSync } from 'node:fs';
import { inspectText } from '../../src/comms/content/inspect.ts';

const file = (part: string): URL => new URL(`corpus/${part}.tsv`, import.meta.url);

/** No rule is written by it. The part is missing between two rounds, when the last one has joined the others. */
export const HELD_OUT = 'held-out';
export const PARTS: readonly string[] = ['tune', 'dev', 'dev-2', 'dev-3', 'dev-4', 'dev-5', HELD_OUT].filter(
  (part) => part !== HELD_OUT || existsSync(file(part)),
);

/** `warn`: mild, delivered with a warning. Who labels without knowing the filter writes `innocent` and `bad`. */
type Expected = 'ok' | 'warn' | 'refuse';
const LABELS: ReadonlyMap<string, Expected> = new Map([
  ['ok', 'ok'],
  ['warn', 'warn'],
  ['refuse', 'refuse'],
  ['innocent', 'ok'],
  ['bad', 'refuse'],
]);

export interface Labelled {
  readonly expect: Expected;
  /** A category, of what is to be refused; else what it is about. */
  readonly topic: string;
  readonly language: string;
  readonly text: string;
}

/** @throws for a row with an unknown label or without a text. */
export function corpus(part: string): readonly Labelled[] {
  const [, ...rows] = readFileSync(file(part), 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => {
    const [label = '', topic = '', language = '', text = ''] = row.split('\t');
    const expected = LABELS.get(label);
    if (expected === undefined || text === '') throw new Error(`${part}: ${row}`);
    return { expect: expected, topic, language, text: unescaped(text) };
  });
}

/** What can't be seen is written as `\u200b`. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export const isRefused = (text: string): boolean => inspectText(text).some(({ gravity }) => gravity === 'plain');
