import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    globalSetup: ['test/support/announce-skips.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
