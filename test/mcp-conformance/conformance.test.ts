/**
 * The public conformance suite of the Model Context Protocol, at both revisions that the door speaks, against the running
 * server. Exit code 0 means: what passes and what fails is exactly what the list of expected failures says.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runTool } from './child.ts';
import { startFixtureServer } from './fixture-server.ts';

const SUITE = '@modelcontextprotocol/conformance/dist/index.js';
const WITHIN_MS = 120_000;

/** Scenarios that the revision requires and the server passes; more is a line to change, fewer a fault. */
const PASSES = {
  '2026-07-28': [
    'server-stateless',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-image',
    'tools-call-audio',
    'tools-call-embedded-resource',
    'tools-call-mixed-content',
    'tools-call-error',
    'tools-call-with-progress',
    'server-sse-multiple-streams',
    'dns-rebinding-protection',
    'input-required-result-unsupported-methods',
    'input-required-result-validate-input',
  ],
  '2025-11-25': [
    'server-initialize',
    'logging-set-level',
    'ping',
    'tools-list',
    'tools-call-simple-text',
    'tools-call-image',
    'tools-call-audio',
    'tools-call-embedded-resource',
    'tools-call-mixed-content',
    'tools-call-with-logging',
    'tools-call-error',
    'tools-call-with-progress',
    'dns-rebinding-protection',
  ],
} as const;

/** Not required, and passed all the same: the suite calls them pending. */
const BESIDES = {
  '2026-07-28': ['json-schema-2020-12', 'http-header-validation'],
  '2025-11-25': ['json-schema-2020-12'],
} as const;

const REVISIONS = ['2026-07-28', '2025-11-25'] as const;
const listOf = (revision: string) => fileURLToPath(new URL(`expected-failures-${revision}.yaml`, import.meta.url));

describe.for(REVISIONS)('revision %s', (revision) => {
  it('is passed but for the expected failures', { timeout: WITHIN_MS }, async () => {
    const url = await startFixtureServer(onTestFinished);
    const argv = ['server', '--url', url.href, '--requirements', revision, '--expected-failures', listOf(revision)];
    const { code, out, err } = await runTool(SUITE, argv, WITHIN_MS);
    const found = (pattern: RegExp) => [...out.matchAll(pattern)].map(([, scenario]) => scenario!);
    const expected = found(/^ {2}~ ([a-z0-9-]+)/gm); // a mere warning is one, too
    const passed = found(/^✓ ([a-z0-9-]+): [1-9]\d* passed, 0 failed/gm).filter((one) => !expected.includes(one));
    expect(passed.sort(), out).toEqual([...PASSES[revision], ...BESIDES[revision]].sort());
    expect([code, err], out + err).toEqual([0, '']);
  });

  it('has a reason above every expected failure', () => {
    const text = readFileSync(listOf(revision), 'utf8');
    for (const group of text
      .split(/^server:$/m)[1]!
      .trim()
      .split('\n\n')) {
      expect(group.trimStart()).toMatch(/^# [A-Z].*[.:]/);
      expect(group).toMatch(/\n {2}- /);
    }
  });
});
