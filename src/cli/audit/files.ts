/** Files that hold evidence: written for the owner alone and never over another, read strictly. */
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseVkey } from '../../audit/signed-note.ts';
import { fromUtf8 } from '../../kernel/encoding.ts';
import { misused } from '../command-failure.ts';
import type { Shell } from '../shell.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'it exists already and is not overwritten; choose another name',
  EACCES: 'this user may not',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
};

/** The failure of a file as a sentence. */
export function fileFailure(what: 'read' | 'written', file: string, error: unknown): Error {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return misused(String(error));
  return misused(`${file} can't be ${what}: ${REASONS[error.code] ?? error.code}.`);
}

/** `-` is standard input. @throws CommandFailure */
export async function* bytesOf(file: string, shell: Shell): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterable<unknown> = file === '-' ? shell.stdin : createReadStream(file);
  try {
    for await (const chunk of chunks) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw fileFailure('read', file, error);
  }
}

/** @throws CommandFailure */
export async function textOf(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileFailure('read', file, error);
  });
  const text = fromUtf8(bytes);
  if (text === null) throw misused(`${file} is not text in UTF-8.`);
  return text;
}

/** @throws CommandFailure when the file exists. */
export async function writeEvidence(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx', mode: 0o600, flush: true }).catch((error: unknown) => {
    throw fileFailure('written', file, error);
  });
}

/** A key as `--key` takes it: the line itself, or the file that holds it. @throws CommandFailure */
export async function keyOf(given: string | undefined): Promise<string | undefined> {
  if (given === undefined || parseVkey(given) !== null) return given;
  const key = (await textOf(given)).trim();
  if (parseVkey(key) === null)
    throw misused(`--key: ${given} is neither a log's public key nor a file that holds one.`);
  return key;
}
