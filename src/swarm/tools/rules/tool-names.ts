/**
 * Names of tools, in two spellings: as a configuration writes them (`comms.send_message`, `files.read`, `weather`), and as
 * models take them, who know letters, digits, `_` and `-`, at most 64.
 */
import { toHex } from '../../../kernel/encoding.ts';
import { sha256 } from '../../../kernel/hash.ts';

const MAX_SHOWN = 64;
const HASH_CHARS = 8;

/** Whether a configuration that names `pattern` means this tool: exactly, or `files.*` for everything of `files`. */
export const isNamed = (pattern: string, name: string): boolean =>
  pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;

/** Two underscores stand for the dot alone, so that no two servers can share a name: nobody takes another's place. */
const AMBIGUOUS = /__|_\.|\._/;

/** What the names of all tools of a server begin with. */
export const shownPrefix = (server: string): string => `${server}__`;

/** `files.read` as `files__read`; what can't be spelled so, or is too long, is told apart by its hash. */
export function shownName(name: string): string {
  const dotted = name.replace('.', '__');
  const spelled = dotted.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  if (spelled === dotted && spelled.length <= MAX_SHOWN && !AMBIGUOUS.test(name)) return spelled;
  return `${spelled.slice(0, MAX_SHOWN - HASH_CHARS - 1)}_${toHex(sha256(name)).slice(0, HASH_CHARS)}`;
}
