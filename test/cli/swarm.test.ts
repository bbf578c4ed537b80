/** `sallyport swarm`, run in this process: offline, and against a server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../../src/cli/program.ts';
import type { Shell } from '../../src/cli/shell.ts';
import { ORCHESTRATOR_TOKEN } from '../support/house.ts';
import { openLive } from '../support/live-house.ts';
import { PROMPT, small, text } from '../swarm/config/swarms.ts';

async function ran(argv: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const shell = {
    out: { write: (line: string) => out.push(line) },
    err: { write: (line: string) => err.push(line) },
  } as unknown as Shell;
  const code = await run(['swarm', ...argv], shell);
  return { code, out: out.join(''), err: err.join('') };
}

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sallyport-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('checks a file without a server, by line and column, and says by its exit code whether it is good', async () => {
  const file = join(folder(), 'swarm.yaml');
  writeFileSync(file, 'swarm: {name: a}\nagents:\n  - name: a\n    description: b\n    prompt: c\n    model: d\n');
  expect(await ran(['check', file, '--output', 'text'])).toEqual({
    code: 1,
    out: '',
    err: `${file}:6:5 error agents.0.model: is no model of this configuration; name the alias of one under models.\n`,
  });
  const told = await ran(['check', file]);
  expect(JSON.parse(told.err)).toMatchObject({ ok: false, problems: [{ path: 'agents.0.model', line: 6, column: 5 }] });
  writeFileSync(file, text(small()));
  expect(await ran(['check', file, '--output', 'text'])).toMatchObject({ code: 0, err: '' });
  expect(await ran(['check', `${file}.none`])).toMatchObject({ code: 2 });
});

test('makes a file live, tells what it changes, and goes back', async () => {
  const live = await openLive();
  const at = folder();
  const [file, token] = [join(at, 'swarm.yaml'), join(at, 'token')];
  writeFileSync(token, ORCHESTRATOR_TOKEN, { mode: 0o600 });
  const on = (...argv: string[]) => ran([...argv, '--url', `http://localhost:${live.port}`, '--token-file', token]);

  writeFileSync(file, text(small('First.')));
  const applied = await on('apply', file, '--expected-version', '0', '--note', 'first', '--output', 'text');
  expect(applied).toMatchObject({ code: 0, err: '' });
  expect(applied.out).toMatch(/\+ agents\.front-desk\.prompt \(6 characters, .*\nVersion 1 is live\.\n$/s);
  writeFileSync(file, text(small(PROMPT)));
  const diff = await on('diff', file, '--output', 'text');
  expect(diff.out).toMatch(
    /^~ agents\.front-desk\.prompt \(6 characters, \S+…\) → \(\d+ characters, \S+…\)\nVersion 1 is live\.\n$/,
  );
  const late = await on('apply', file, '--expected-version', '0');
  expect(late.code).toBe(1);
  expect(late.err + late.out).toMatch(/Version 1 is live by now/);
  expect(await on('apply', file)).toMatchObject({ code: 0 });
  expect(JSON.parse((await on('show')).out)).toMatchObject({ version: 2, config: { agents: [{ prompt: PROMPT }] } });
  expect(JSON.parse((await on('rollback', '1')).out)).toMatchObject({ version: 3, changed: true });
  expect(JSON.parse((await on('versions')).out).versions).toHaveLength(3);
  expect((await on('reload')).err).toMatch(/comes from no file/);
});
