/**
 * Which programs a configuration may start. A program runs with the server's own rights on its machine, so whoever may name one
 * could take the server over: the operator lists each whole command, word by word, and the names of the variables that a
 * configuration may set for it (a variable such as NODE_OPTIONS is as good as a command). Nothing is a prefix or a pattern.
 *
 *     GITHUB_TOKEN= /usr/bin/node /srv/mcp/github.js --read-only
 */
export interface AllowedProgram {
  readonly variables: readonly string[];
  readonly command: readonly string[];
}

const VARIABLE = /^([A-Z][A-Z0-9_]{0,99})=$/;

/** Null for what names no program by its absolute path. */
export function allowedProgram(line: string): AllowedProgram | null {
  const words = line.split(' ').filter((word) => word !== '');
  const at = words.findIndex((word) => !VARIABLE.test(word));
  const command = at < 0 ? [] : words.slice(at);
  if (command[0]?.startsWith('/') !== true) return null;
  return { variables: words.slice(0, at).map((word) => word.slice(0, -1)), command };
}

export const mayStart = (
  allowed: readonly AllowedProgram[],
  command: readonly string[],
  variables: readonly string[],
): boolean =>
  allowed.some(
    (one) =>
      one.command.length === command.length &&
      one.command.every((word, i) => word === command[i]) &&
      variables.every((name) => one.variables.includes(name)),
  );
