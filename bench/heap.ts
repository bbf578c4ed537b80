import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** MB of what is still needed: everything else is collected first. */
export function heapMb(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}
