/**
 * What CI says of dependencies (P16), with an npm that answers what it is told: a bill of materials that is not what ships, and
 * an advisory, fail; a registry that does not answer is told of and fails nothing. `.ci/run` does it with the real one.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program for which `npm` prints this and ends so. */
function run(command: string, args: readonly string[], says: string, status: number) {
  writeFileSync(join(folder, 'says'), says);
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat '${folder}/says'\nexit ${status}\n`);
  chmodSync(join(folder, 'npm'), 0o700);
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  return spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8' });
}

it('a bill of materials that is not what the lock file says fails', () => {
  const hashes = [{ alg: 'SHA-512', content: '00' }];
  const bill = {
    ...{ bomFormat: 'CycloneDX', specVersion: '1.5', dependencies: [] },
    metadata: { component: { name: 'sallyport', version: '0.1.0' } },
    components: [{ 'bom-ref': 'x@1.0.0', name: 'x', version: '1.0.0', purl: 'pkg:npm/x@1.0.0', hashes }],
  };
  const { status, stderr } = run(process.execPath, ['scripts/sbom.ts'], JSON.stringify(bill), 0);
  expect(status).toBe(1);
  expect(stderr).toMatch(/not what package-lock\.json says: x@1\.0\.0, .*\bhono@/);
});

it('an advisory fails, and a registry that does not answer is told', () => {
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  const advisories = /^step 'dependency advisories'\n([\s\S]*?)^step /m.exec(ci)![1]!;
  const failed = (says: string, status: number) => {
    const { stdout } = run('bash', ['-c', `failed=0\n${advisories}\necho "failed=$failed"`], says, status);
    return stdout.trim().split('\n');
  };
  expect(failed('found 0 vulnerabilities', 0)).toEqual(['found 0 vulnerabilities', 'failed=0']);
  expect(failed('2 high severity vulnerabilities', 1)).toEqual(['2 high severity vulnerabilities', 'failed=1']);
  expect(failed('npm error audit endpoint returned an error', 1)).toEqual([
    'unavailable: the registry does not answer audits here',
    'failed=0',
  ]);
});
