/**
 * The built pages of `/admin`, read once at the start. What is served is exactly what was found then: no request is ever
 * turned into a path, so `..`, links out of the folder and hidden files have no way in (a static server that gave out `.env` and
 * followed links is known-failures 32). About 250 kB.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ConsoleFile {
  /** A media type, with its charset where it is text. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** By the path below `/admin/`, such as `assets/index-4f1a.js`. Empty where nothing was built. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

/** Where `npm run build:console` puts them; the same place seen from the sources and from `dist/`. */
const BUILT = fileURLToPath(new URL('../../console/dist/', import.meta.url));

/** Whatever else lies in the folder is not for browsers. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

export function readConsole(folder: string = BUILT): ConsoleFiles {
  const files = new Map<string, ConsoleFile>();
  for (const below of ['', 'assets']) {
    for (const name of namesIn(join(folder, below))) {
      const type = TYPES[extname(name)];
      const path = join(folder, below, name);
      if (type === undefined || name.startsWith('.') || !lstatSync(path).isFile()) continue; // a link is no file here
      files.set(below === '' ? name : `${below}/${name}`, { type, body: new Uint8Array(readFileSync(path)) });
    }
  }
  return files;
}

function namesIn(folder: string): readonly string[] {
  const kind = lstatSync(folder, { throwIfNoEntry: false });
  return kind?.isDirectory() === true ? readdirSync(folder) : [];
}
