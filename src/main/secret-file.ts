/**
 * Small files that hold a secret: readable by their owner alone, written whole or not at all, never overwritten but where
 * the caller has kept what they hold elsewhere, since a lost key makes what it sealed unreadable for ever. The caller owns the folder (see `data-dir.ts`), so that between the
 * look and the rename nobody else writes there.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StartError } from './start-error.ts';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;
const hasModes = process.platform !== 'win32';

/** The file's text, or `null` when there is none. @throws StartError when others may read it. */
export function readSecretFile(path: string): string | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r'); // mode and content are asked of the same open file, not of a path that could be exchanged
  try {
    const stat = fstatSync(file);
    if (!stat.isFile())
      throw new StartError(`${path} is not a file; move it away, or restore the key file that belongs there.`);
    if (hasModes && (stat.mode & GROUP_AND_OTHERS) !== 0) {
      throw new StartError(`${path} can be read by other users; run: chmod 600 '${path}'`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Durable on return. @throws StartError when the file exists already. */
export function writeSecretFile(path: string, text: string): void {
  if (existsSync(path)) throw new StartError(`${path} exists already and is not overwritten; move it away first.`);
  replaceSecretFile(path, text);
}

/** As `writeSecretFile`, over what is there: at every moment the name holds the old text or the new one, whole. */
export function replaceSecretFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  rmSync(temporary, { force: true }); // what a crash left: its mode and content are not to be trusted
  writeFileSync(temporary, text, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  renameSync(temporary, path);
  flushFolder(dirname(path));
}

/**
 * Overwrites and removes it; killed in between, `isDestroyed` knows what is left. What the medium itself keeps of earlier writes (flash, copy-on-write file systems, snapshots) is
 * beyond a program's reach: see docs/keys.md.
 */
export function destroySecretFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(fstatSync(file).size), 0, null, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(path);
  flushFolder(dirname(path));
}

/** A file that `destroySecretFile` has overwritten, and was killed before it could remove it. @throws StartError as `readSecretFile` */
export const isDestroyed = (path: string): boolean => /^\0+$/.test(readSecretFile(path) ?? '');

/** Makes the new name itself survive a power cut; Windows has no such call and needs none. */
function flushFolder(path: string): void {
  if (!hasModes) return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
