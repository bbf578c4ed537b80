/** Where the figures were taken: absolute ones hold for this machine alone, and the disk decides about durable writes. */
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './statistics.ts';

const APPENDS = 200;
const APPEND_BYTES = 512;

/** @param dataDirectory on the disk that targets write to; created if missing. */
export function describeMachine(dataDirectory: string): string {
  const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const fsync = `fsync ${(fsyncMicros(dataDirectory) / 1000).toFixed(2)} ms`;
  const node = `Node ${process.versions.node}`;
  const cores = `${availableParallelism()} cores`;
  return [cpu, cores, memory, `${platform()} ${arch()}`, node, fsync, new Date().toISOString()].join(' · ');
}

/** Median time of one small append made durable, µs. */
function fsyncMicros(dataDirectory: string): number {
  mkdirSync(dataDirectory, { recursive: true });
  const directory = mkdtempSync(join(dataDirectory, 'fsync-'));
  const file = openSync(join(directory, 'appends'), 'a');
  const append = Buffer.alloc(APPEND_BYTES, 1);
  try {
    return median(
      Array.from({ length: APPENDS }, () => {
        const start = performance.now();
        writeSync(file, append);
        fsyncSync(file);
        return (performance.now() - start) * 1000;
      }),
    );
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}
