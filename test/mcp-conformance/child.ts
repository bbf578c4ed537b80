/** A program of a development dependency, run as its users run it: with an empty home, in an empty folder, and no terminal. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MODULES = new URL('../../node_modules/', import.meta.url);

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Killed after `withinMs`. @param script its path within `node_modules`. */
export async function runTool(script: string, argv: readonly string[], withinMs: number): Promise<Ran> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-tool-'));
  try {
    // resolved: the inspector does nothing when it is started by a path that is a link
    const program = realpathSync(fileURLToPath(new URL(script, MODULES)));
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1' };
    const child = spawn(process.execPath, [program, ...argv], {
      env,
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: withinMs,
    });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code, out, err };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
