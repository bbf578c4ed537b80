import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sallyport, temporaryFolder } from './cli/command-line.ts';

test('the tour goes as it says, in time, and leaves nothing behind', async () => {
  using folder = temporaryFolder();
  const startedAt = Date.now();
  const { code, out, err } = await sallyport(['tour'], { TMPDIR: folder.path });
  expect(err).toBe('');
  expect(out).toContain('All 58 expectations held');
  expect(out).not.toContain('✗');
  expect(out).toContain('exactly 10 leave');
  expect(out).toContain('each left once');
  expect(code).toBe(0);
  expect(readdirSync(folder.path)).toEqual([]);
  expect(Date.now() - startedAt).toBeLessThan(20_000);
});
