/** The five minutes of docs/voice/quick-start.md, word for word: an agent written from them answers a call. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { basic, callOf, scriptOf } from './fixture.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/voice/quick-start.md'), 'utf8');

/** The first listing of the page, on a free port. */
function listing(): string {
  const code = /^`agent\.ts`:\n\n```ts\n(.*?)^```/ms.exec(PAGE)?.[1] ?? '';
  expect(code).toContain('serve({ port: 3000 })');
  return code.replace('port: 3000', 'port: 0');
}

/** Inside the repository, where `sallyport` is found. */
function written(code: string): string {
  const results = join(ROOT, 'test-results');
  mkdirSync(results, { recursive: true });
  const folder = mkdtempSync(join(results, 'quick-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'agent.ts');
  writeFileSync(file, code);
  return file;
}

async function lineWith(child: ChildProcess, pattern: RegExp): Promise<string> {
  for await (const line of createInterface(child.stdout!)) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('the agent ended');
}

it('an agent written from the page answers a call: script, function with its token, summary', async () => {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [written(listing())], { env: { PATH }, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const base = (await lineWith(child, /listening url=(\S+?)\/?$/)).replace(/\/$/, '');
  const headers = { authorization: basic('platform', 'choose-a-password'), 'content-type': 'application/json' };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer.json();
  };

  const answer = await fetch(`${base}/?call_id=my-call`, { headers });
  const script = scriptOf('my-call', await answer.json());
  const { search } = new URL(script.addressOf('book_table'));
  const booked = await post(`/swaig${search}`, callOf('my-call', 'book_table', { people: 4, name: 'Miller' }));
  expect(booked).toEqual({ response: 'A table for 4 is booked for Miller.' });
  expect(PAGE).toContain(JSON.stringify(booked));
  for (const [path, call] of [
    ['/swaig', callOf('my-call', 'book_table', { people: 4, name: 'Miller' })],
    [`/swaig${search}`, callOf('another-call', 'book_table', { people: 4, name: 'Miller' })],
    [`/swaig${search}`, callOf('my-call', 'book_table', { people: 'four', name: 'Miller' })],
  ] as const)
    expect(await post(path, call)).not.toEqual(booked);
  const told = lineWith(child, /^(the call is over: .*)$/);
  expect(await post('/post_prompt', { call_id: 'my-call', post_prompt_data: { raw: '{"booked":true}' } })).toEqual({
    ok: true,
  });
  expect(await told).toBe('the call is over: { booked: true }');
});
