/** The labelled corpus of the content filter, as README.md beside it tells how it was made. */
import { readFileSync } from 'node:fs';
import { inspectText } from '../../src/comms/content/inspect.ts';

export const PARTS = ['tune', 'dev', 'dev-2', 'held-out'] as const;
export type Part = (typeof PARTS)[number];

export interface Labelled {
  /** `warn`: mild, delivered with a warning. */
  readonly expect: 'ok' | 'warn' | 'refuse';
  /** A category, of what is to be refused; else what it is about. */
  readonly topic: string;
  readonly language: string;
  readonly text: string;
}

export function corpus(part: Part): readonly Labelled[] {
  const [, ...rows] = readFileSync(new URL(`corpus/${part}.tsv`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return rows.map((row) => {
    const [expect = '', topic = '', language = '', text = ''] = row.split('\t');
    if (expect !== 'ok' && expect !== 'warn' && expect !== 'refuse') throw new Error(`${part}: ${row}`);
    return { expect, topic, language, text: unescaped(text) };
  });
}

/** What can't be seen is written as `\u200b`. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export const isRefused = (text: string): boolean => inspectText(text).some(({ gravity }) => gravity === 'plain');
