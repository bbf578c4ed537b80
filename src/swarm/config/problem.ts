/**
 * What is wrong with a configuration, and where. A problem never repeats what stands there: with one space too few a prompt
 * becomes a field's name, and problems are told to who may not read prompts.
 */

/** Names and indexes from the root, as a schema library gives them. */
export type Path = readonly (string | number)[];

export interface Fault {
  readonly path: Path;
  readonly say: string;
  /** A warning stops nothing. */
  readonly is: 'error' | 'warning';
  /** Where it is found, where that holds a name which may not be told. */
  readonly found?: Path;
}

export interface Problem extends Omit<Fault, 'found'> {
  /** Of the text, from 1; null where there is no text, as in a TypeScript module. */
  readonly at: { readonly line: number; readonly column: number } | null;
}

export const error = (path: Path, say: string): Fault => ({ is: 'error', path, say });
export const warning = (path: Path, say: string): Fault => ({ is: 'warning', path, say });

/** `12:5 agents.0.peers.1: there is no such agent.` */
export function problemLine({ path, at, say }: Problem): string {
  const place = at === null ? '' : `${at.line}:${at.column} `;
  return path.length === 0 ? `${place}${say}` : `${place}${path.join('.')}: ${say}`;
}
