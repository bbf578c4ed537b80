/**
 * The data folder: made when missing, owned by one process at a time, with the two keys that a first start makes. Two
 * processes on one SQLite file would each believe that they alone sequence the log and hold the leases. What goes wrong
 * here is a `StartError`: a sentence that says what to do.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toHex } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import type { KeyFolder } from '../store/key-keeper.ts';
import { KEY_BYTES, vaultKey } from '../vault/key-ring.ts';
import {
  damaged,
  ENCRYPTION_KEY_FILE,
  keptKeyFile,
  keptKeyFiles,
  LOG_KEY_FILE,
  parseEncryptionKey,
  parseLogKey,
  readEncryptionKey,
  readKeptKeys,
} from './key-files.ts';
import { destroySecretFile, isDestroyed, readSecretFile, replaceSecretFile, writeSecretFile } from './secret-file.ts';
import { StartError } from './start-error.ts';

/** The encryption keys of the folder, as rotation changes them. */
export interface KeyFiles extends KeyFolder {
  /** Of earlier rotations, not yet dropped. @throws StartError */
  kept(): readonly Uint8Array[];
}

export interface DataDir extends Disposable {
  /** Absolute. */
  readonly path: string;
  /** 32 bytes from `encryption.key`, which is made when missing: ask only when no setting gives the key. */
  encryptionKey(): Uint8Array;
  readonly keys: KeyFiles;
  /** The Ed25519 private key in `log.key`, which signs the log's checkpoints; made when missing. */
  logKey(): KeyObject;
  /** Absolute paths of the key files made since opening, for the start-up lines. */
  readonly made: readonly string[];
}

/** Takes the folder for this process; disposing gives it back, and so does the process's end, however it ends. @throws StartError */
export function openDataDir(dataDir: string, entropy: Entropy): DataDir {
  const path = resolve(dataDir);
  makeFolder(path);
  const lock = takeLock(path);
  const made: string[] = [];
  const keyFile = <K>(name: string, fresh: () => string, parse: (text: string) => K | null): K => {
    const file = join(path, name);
    let text = explained(path, () => readSecretFile(file));
    if (text === null) {
      text = fresh();
      const content = text;
      explained(path, () => writeSecretFile(file, content));
      made.push(file);
    }
    const key = parse(text);
    if (key === null) throw damaged(file);
    return key;
  };
  return {
    path,
    made,
    keys: {
      kept: () => explained(path, () => keptKeys(path)),
      add: () => explained(path, () => addKey(path, entropy)),
      remove: (kid) => explained(path, () => removeKey(path, kid)),
    },
    encryptionKey: () => keyFile(ENCRYPTION_KEY_FILE, () => `${toHex(entropy.bytes(32))}\n`, parseEncryptionKey),
    logKey: () => keyFile(LOG_KEY_FILE, () => freshLogKey(entropy), parseLogKey),
    [Symbol.dispose]: () => {
      if (HELD.delete(lock)) lock.close();
    },
  };
}

/**
 * The key so far is kept under its own name before the new one takes its place: whenever the power is cut, the folder holds
 * both or the old one alone.
 */
function addKey(path: string, entropy: Entropy): Uint8Array {
  const current = readEncryptionKey(path);
  if (current === null) throw new StartError(`${ENCRYPTION_KEY_FILE} in ${path} is gone; bring it back from a backup.`);
  const kept = join(path, keptKeyFile(vaultKey(current).kid));
  if (readSecretFile(kept) === null) writeSecretFile(kept, `${toHex(current)}\n`);
  const key = entropy.bytes(KEY_BYTES);
  replaceSecretFile(join(path, ENCRYPTION_KEY_FILE), `${toHex(key)}\n`);
  return key;
}

/** What a crash left of keys that were being destroyed goes first: those are gone. */
function keptKeys(path: string): readonly Uint8Array[] {
  for (const name of keptKeyFiles(path)) {
    const file = join(path, name);
    if (isDestroyed(file)) destroySecretFile(file);
  }
  return readKeptKeys(path);
}

function removeKey(path: string, kid: string): boolean {
  const file = join(path, keptKeyFile(kid));
  if (!existsSync(file)) return false;
  destroySecretFile(file);
  return true;
}

function makeFolder(path: string): void {
  explained(path, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  });
}

const SQLITE_BUSY = 5;

/** A lock that nothing refers to any more would be collected, and closed: the folder is held until it is given back. */
const HELD = new Set<DatabaseSync>();

/**
 * An exclusive transaction, held open on a database of its own: SQLite's locks are the operating system's, so a killed
 * process leaves none behind, as a lock file with a process id would. Nothing else in this process may open `lock.db`:
 * on POSIX, closing any handle of a file drops the process's locks on it.
 */
function takeLock(path: string): DatabaseSync {
  const lock = explained(path, () => new DatabaseSync(join(path, 'lock.db'), { timeout: 0 }));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    HELD.add(lock);
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      throw new StartError(
        `Another Sallyport process is using ${path}; stop it, or set DATA_DIR to another folder.`,
        error,
      );
    }
    throw unusable(path, error);
  }
}

function explained<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw error instanceof StartError ? error : unusable(path, error);
  }
}

function unusable(path: string, cause: unknown): StartError {
  const reason = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return new StartError(
    `The data folder ${path} can't be used${reason}; make it writable for this user, or set DATA_DIR to a folder that is.`,
    cause,
  );
}

/** PKCS #8 (RFC 8410 §7) of an Ed25519 private key: this prefix, then the 32-byte seed. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function freshLogKey(entropy: Entropy): string {
  const der = Buffer.concat([PKCS8_ED25519, entropy.bytes(32)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}
