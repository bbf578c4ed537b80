/** A folder for one measurement on the disk whose fsync time is reported, `data/`; gone when disposed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Scratch extends Disposable {
  /** Absolute. */
  readonly path: string;
}

export function scratch(): Scratch {
  const data = fileURLToPath(new URL('../data/', import.meta.url));
  mkdirSync(data, { recursive: true });
  const path = mkdtempSync(`${data}bench-`);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
