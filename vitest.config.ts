import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * The SDK has its logger's level for the whole process, as its users do; and the platform's own `Response` is replaced by
 * Hono's server for Node in a process that has loaded it.
 */
const APART = ['src/shield/safe-fetch.test.ts', 'src/voice/**/*.test.ts', 'test/voice/**/*.test.ts'];
const EVERY = ['src/**/*.test.ts', 'test/**/*.test.ts'];

const shared = {
  pool: 'forks' as const,
  // a house is many small objects that are gone soon: a twentieth of the time went into moving them
  execArgv: ['--min-semi-space-size=16', '--max-semi-space-size=64'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    // every core (unless said it leaves one idle, which on two is half), and one more: many wait for programs that they started
    maxWorkers: availableParallelism() + 1,
    globalSetup: ['test/support/announce-skips.ts'],
    projects: [
      // a third of the time went into loading the house anew for each file; it keeps nothing in modules
      { test: { ...shared, name: 'house', include: EVERY, exclude: APART, isolate: false } },
      { test: { ...shared, name: 'apart', include: APART } },
    ],
  },
});
