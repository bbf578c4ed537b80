/** The data folder and the key files in it: there, whole, and their owner's alone. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toHex } from '../../kernel/encoding.ts';
import { parseKey } from '../../vault/key-ring.ts';
import { TOKEN_FILE } from '../announce.ts';
import { keptKeyFiles, readEncryptionKey, readLogKey } from '../key-files.ts';
import type { Settings } from '../settings.ts';
import { StartError } from '../start-error.ts';
import { type Check, type Finding, fail, fine, warn } from './check.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const GROUP_AND_OTHERS = 0o077;

/** Files that hold a secret. */
const SECRET_FILES = ['encryption.key', 'log.key', TOKEN_FILE, `${TOKEN_FILE}.old`];

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

export const FOLDER_CHECKS: readonly Check[] = [
  {
    name: 'data folder',
    run({ dataDir }) {
      const folder = resolve(dataDir);
      if (!existsSync(folder)) return fine(`${folder} is not there yet; the first start makes it.`);
      const { mode, uid } = statSync(folder);
      const me = process.getuid?.() ?? uid;
      if (uid !== me && me !== 0)
        return fail(
          `${folder} belongs to another user.`,
          `Run this as the user that runs the server, or: chown -R ${me} '${folder}'`,
        );
      return (mode & GROUP_AND_OTHERS) === 0
        ? fine(`${folder} is its owner's alone.`)
        : warn(
            `${folder} can be looked into by other users (${octal(mode)}).`,
            `Run: chmod ${octal(FOLDER_MODE)} '${folder}'`,
          );
    },
  },
  {
    name: 'key files',
    run({ dataDir }) {
      const folder = resolve(dataDir);
      const files = [...SECRET_FILES, ...keptKeyFiles(folder)]
        .map((name) => join(folder, name))
        .filter((file) => existsSync(file));
      const owner = existsSync(folder) ? statSync(folder).uid : 0;
      for (const file of files) {
        const { mode, uid } = statSync(file);
        if ((mode & GROUP_AND_OTHERS) !== 0)
          return fail(
            `${file} can be read by other users (${octal(mode)}).`,
            `Run: chmod ${octal(FILE_MODE)} '${file}'`,
          );
        if (uid !== owner) return fail(`${file} has another owner than its folder.`, `Run: chown ${owner} '${file}'`);
      }
      return files.length === 0
        ? fine('There are none yet; the first start makes them.')
        : fine(`${files.length} of them, each its owner's alone.`);
    },
  },
  { name: 'encryption key', run: encryptionKey },
  {
    name: 'log key',
    run: ({ dataDir }) =>
      readable(
        () => readLogKey(dataDir) !== null,
        'log.key signs the audit log.',
        'log.key is made at the first start.',
      ),
  },
];

function encryptionKey({ dataDir, encryptionKey, previousEncryptionKeys }: Settings): Finding {
  const earlier = previousEncryptionKeys.length + (encryptionKey === null ? keptKeyFiles(dataDir).length : 0);
  if (earlier > 0) {
    return warn(
      `${earlier} earlier key${earlier === 1 ? '' : 's'} can still open what is stored.`,
      'See vault status; once one seals nothing, run vault drop, or remove it from CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS.',
    );
  }
  if (encryptionKey !== null) return fine('CREDENTIALS_ENCRYPTION_KEY is set, and strong.');
  return readable(
    () => {
      const key = readEncryptionKey(dataDir);
      if (key === null) return false;
      const strength = parseKey(toHex(key));
      if (!strength.ok) throw new StartError(`encryption.key: ${strength.error}`);
      return true;
    },
    'encryption.key is there, and strong.',
    'encryption.key is made at the first start.',
  );
}

function readable(look: () => boolean, there: string, notYet: string): Finding {
  try {
    return fine(look() ? there : notYet);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const [says = '', ...todo] = error.message.split('; ');
    return fail(`${says}.`, todo.join('; '));
  }
}
