/** What a scan of one thing came to, and how a scanner is run: bounded in time, in a folder of its own, without our environment. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface Scan {
  readonly scanner: string;
  readonly what: string;
  /** `unproven`: it ended without having tried, which is no better than a finding. */
  readonly result: 'clean' | 'found' | 'unproven';
  /** How it is known, in one line; of a finding or what went wrong, all of it. */
  readonly detail: string;
}

/** The first line with a number in what `name --version` says, or null where it is not installed. */
export function versionOf(name: string): string | null {
  const { stdout, error } = spawnSync(name, ['--version'], { encoding: 'utf8', timeout: 30_000 });
  if (error !== undefined) return null;
  return /\d+\.\d+[\w.#-]*/.exec(stdout)?.[0] ?? 'unknown';
}

/** @param home where it may write. Gives all that it printed; what takes longer than `withinMs` is ended. */
export async function run(name: string, argv: readonly string[], home: string, withinMs: number): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8' };
  const child = spawn(name, argv, { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'], timeout: withinMs });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return child.signalCode === null ? out + err : `${out}${err}\nended: it took longer than ${withinMs} ms\n`;
}

const EXPECTED = 'found, as it must be';

/** What a scanner must find in a server that has it, or its silence means nothing. */
export const mustFind = (scan: Scan, fault: RegExp): Scan =>
  scan.result === 'found' && fault.test(scan.detail)
    ? { ...scan, result: 'clean', detail: EXPECTED }
    : { ...scan, result: 'unproven', detail: `the fault that is there on purpose was not found\n${scan.detail}` };

/** The exit code of a run that proves nothing. */
export const UNPROVEN = 3;

const RESULTS = { clean: 'nothing found: ', found: 'FOUND: ', unproven: 'UNPROVEN: ' } as const;

export const outcomeOf = ({ result, detail }: Scan): string =>
  (result === 'clean' && detail === EXPECTED ? '' : RESULTS[result]) + detail;

/** Prints what came out, and sets the exit code. */
export function told(scans: readonly Scan[]): void {
  for (const scan of scans) {
    process.stdout.write(`${scan.scanner}, ${scan.what}: ${outcomeOf(scan)}\n`);
    if (scan.result === 'found') process.exitCode = 1;
    else if (scan.result === 'unproven') process.exitCode ??= UNPROVEN;
  }
}
