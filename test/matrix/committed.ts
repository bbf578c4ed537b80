/**
 * Tables that are derived from the running code and kept in the repository, so that a change of what the product allows or
 * shows is a line of a diff that somebody reads. A test compares; only the variable named writes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOWN = 20;

/**
 * Compares the text with the file line by line; with `variable=1` in the environment it writes the file instead.
 * @throws with the lines that differ and the sentence that says what to do.
 */
export function committed(file: URL, text: string, variable: 'UPDATE_MATRIX' | 'UPDATE_PINS' | 'UPDATE_FIGURES'): void {
  if (process.env[variable] === '1') {
    writeFileSync(file, text);
    return;
  }
  const changes = difference(existsSync(file) ? readFileSync(file, 'utf8') : '', text);
  if (changes.length === 0) return;
  const path = relative(ROOT, fileURLToPath(file));
  const more = changes.length > SHOWN ? [`… and ${changes.length - SHOWN} more`] : [];
  throw new Error(
    [
      `${path} is not what the code does now ("-" is the file, "+" is the code):`,
      ...changes.slice(0, SHOWN),
      ...more,
      `If every one of these lines is meant, run \`${variable}=1 npm test -- ${path.replace(/[^/]+$/, '')}\`, read the diff of ${path} line by line, and commit it with the change that made it. If not, the code is wrong.`,
    ].join('\n'),
  );
}

/** Lines that only one side has; tables have each line once, so their order needs no care. */
function difference(file: string, code: string): readonly string[] {
  const [before, after] = [file, code].map((text) => text.split('\n'));
  return [
    ...before!.filter((line) => !after!.includes(line)).map((line) => `- ${line}`),
    ...after!.filter((line) => !before!.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Rows as aligned columns, the first row being the heads. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
