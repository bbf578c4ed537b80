/** The key files of a data folder, read without making any. The texts of errors never quote a file. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fromHex } from '../kernel/encoding.ts';
import { isDestroyed, readSecretFile } from './secret-file.ts';
import { StartError } from './start-error.ts';

export const ENCRYPTION_KEY_FILE = 'encryption.key';
export const LOG_KEY_FILE = 'log.key';

/** 32 bytes, or null when there is no such file. @throws StartError */
export const readEncryptionKey = (dataDir: string): Uint8Array | null =>
  read(dataDir, ENCRYPTION_KEY_FILE, parseEncryptionKey);

const KEPT_FILE = /^encryption-([0-9a-f]{8})\.key$/;

/** Where a key that sealed before is kept, until nothing is sealed under it any more. */
export const keptKeyFile = (kid: string): string => `encryption-${kid}.key`;

/** The names of the files of earlier encryption keys. */
export const keptKeyFiles = (dataDir: string): readonly string[] =>
  existsSync(dataDir)
    ? readdirSync(dataDir)
        .filter((name) => KEPT_FILE.test(name))
        .toSorted()
    : [];

/** The keys in them. One whose destruction was broken off is none. @throws StartError */
export const readKeptKeys = (dataDir: string): readonly Uint8Array[] =>
  keptKeyFiles(dataDir).flatMap((name) =>
    isDestroyed(join(resolve(dataDir), name)) ? [] : (read(dataDir, name, parseEncryptionKey) ?? []),
  );

/** An Ed25519 private key, or null when there is no such file. @throws StartError */
export const readLogKey = (dataDir: string): KeyObject | null => read(dataDir, LOG_KEY_FILE, parseLogKey);

export const damaged = (file: string): StartError =>
  new StartError(
    `${file} is damaged; restore it from a backup, since a new key can't open what the old one sealed or continue its log.`,
  );

function read<K>(dataDir: string, name: string, parse: (text: string) => K | null): K | null {
  const file = join(resolve(dataDir), name);
  const text = readSecretFile(file);
  if (text === null) return null;
  const key = parse(text);
  if (key === null) throw damaged(file);
  return key;
}

export const parseEncryptionKey = (text: string): Uint8Array | null => {
  const key = fromHex(text.replace(/\n$/, ''));
  return key?.byteLength === 32 ? key : null;
};

export function parseLogKey(text: string): KeyObject | null {
  try {
    const key = createPrivateKey(text);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null; // the cause would quote the file
  }
}
