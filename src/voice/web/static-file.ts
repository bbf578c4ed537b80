/**
 * Which file a request's path means, if it means one that may be given out. Threats: `..` in every spelling, back slashes, NUL,
 * names with a dot in front (`.env`, `.git`), links that lead out of the folder or to such a name, kinds of file that nobody
 * listed. Names are judged before the disk is asked, so that a refusal says nothing about what is there; what the disk says
 * the file really is, is judged by the same rules. Does not protect from somebody who may write to the folder while it is read.
 */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { CONTENT_TYPES, UNKNOWN_TYPE } from './content-types.ts';

export interface StaticRules {
  /** Extensions in lower case with their dot. */
  readonly allowedExtensions: ReadonlySet<string>;
  /** Larger files are refused. */
  readonly maxBytes: number;
}

export type StaticFile =
  | {
      readonly kind: 'file';
      /** Where it really is: no link. */
      readonly path: string;
      readonly contentType: string;
      readonly size: number;
      readonly modifiedMs: number;
    }
  | { readonly kind: 'folder'; readonly path: string }
  /** It may not be had, whether or not it is there. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'absent' };

const REFUSED = { kind: 'refused' } as const;
const ABSENT = { kind: 'absent' } as const;
const MAX_LISTED = 1_000;
const UNFIT = /[/\\\p{Cc}]|^\.|^$|[. ]$/u;

export const STATIC_RULES: StaticRules = {
  allowedExtensions: new Set(Object.keys(CONTENT_TYPES)),
  maxBytes: 100 * 1_048_576,
};

/** @param requestPath the path below the folder, as it came, encoded. Pure but for the disk; never throws. */
export async function staticFile(root: string, requestPath: string, rules = STATIC_RULES): Promise<StaticFile> {
  const names = namesIn(requestPath);
  if (names === null) return REFUSED;
  const last = names.at(-1) ?? '';
  // a name without an extension may be a route behind this one
  const unknown = extensionOf(last) === '' || isAllowed(last, rules) ? ABSENT : REFUSED;
  try {
    const base = await realpath(root);
    const path = await realpath(join(base, ...names));
    const inner = relative(base, path);
    // `..` is unfit, too; an absolute path is one on another drive
    if (inner !== '' && (isAbsolute(inner) || inner.split(sep).some((name) => UNFIT.test(name)))) return REFUSED;
    const found = await stat(path);
    if (found.isDirectory()) return { kind: 'folder', path };
    if (!isAllowed(last, rules)) return unknown;
    if (!found.isFile() || !isAllowed(path, rules) || !(found.size <= rules.maxBytes)) return REFUSED;
    const contentType = CONTENT_TYPES[extensionOf(path)] ?? UNKNOWN_TYPE;
    return { kind: 'file', path, contentType, size: found.size, modifiedMs: found.mtimeMs };
  } catch {
    return unknown;
  }
}

/** What of a folder would be given out, folders with a slash behind; no links. At most 1 000. */
export async function filesIn(folder: string, rules: StaticRules): Promise<readonly string[]> {
  const listed: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (listed.length >= MAX_LISTED) break;
    if (UNFIT.test(name)) continue;
    const found = await lstat(join(folder, name)).catch(() => null);
    if (found?.isDirectory()) listed.push(`${name}/`);
    else if (found?.isFile() && isAllowed(name, rules) && found.size <= rules.maxBytes) listed.push(name);
  }
  return listed;
}

/** The decoded names of a path, without an empty one at its end; null when one is unfit or the path is ill-formed. */
function namesIn(requestPath: string): readonly string[] | null {
  const inner = requestPath.replace(/^\//, '').replace(/\/$/, '');
  if (inner === '') return [];
  try {
    const names = inner.split('/').map(decodeURIComponent);
    return names.some((name) => UNFIT.test(name)) ? null : names;
  } catch {
    return null;
  }
}

const extensionOf = (name: string): string => extname(name).toLowerCase();
const isAllowed = (name: string, { allowedExtensions }: StaticRules): boolean =>
  allowedExtensions.has(extensionOf(name));
