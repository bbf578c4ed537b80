import { expect, test } from 'vitest';
import { createScriptedClient, type Script } from '../../../src/providers/models/scripted.ts';
import type { ModelRequest } from '../../../src/swarm/models/port.ts';
import { handTimer } from './hand-timer.ts';

function setUp(scripts: Record<string, Script> = {}) {
  const { timer, pass } = handTimer();
  const client = createScriptedClient({ scripts, timer });
  const heard: string[] = [];
  const ask = (script: string, more: Partial<ModelRequest> = {}) =>
    client.attempt({
      model: 'scripted',
      baseUrl: undefined,
      apiKey: null,
      script,
      idleMs: 1_000,
      request: {
        messages: [
          { role: 'user', text: 'say after me: good morning' },
          { role: 'system', text: 'Be brief.' },
        ],
        tools: [],
        maxOutputTokens: 100,
        signal: new AbortController().signal,
        onText: (delta) => heard.push(delta),
        ...more,
      },
    });
  return { ask, heard, pass };
}

test('answers as its script says, the same each time, counted and word by word', async () => {
  const { ask, heard } = setUp({
    two: () => ({
      text: 'One. Two.',
      calls: [
        { name: 'look', args: {} },
        { name: 'look', args: {} },
      ],
    }),
  });
  const first = await ask('two');
  expect(first).toEqual(await ask('two'));
  expect(first).toMatchObject({
    finish: 'calls',
    calls: [{ id: 'call_1' }, { id: 'call_2' }],
    usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
  });
  expect(heard.slice(0, 2)).toEqual(['One. ', 'Two.']);
});

test('has echo in every house, and refuses a script that is not there', async () => {
  const { ask } = setUp();
  expect(await ask('echo')).toMatchObject({ text: 'say after me: good morning', finish: 'stop' });
  expect(await ask('constructor')).toMatchObject({ why: 'refused', code: 'no_such_script' });
});

test('is slow, fails and is cut when it is told to', async () => {
  const { ask, heard, pass } = setUp({
    slow: () => ({ text: 'late', afterMs: 500 }),
    busy: () => ({ fail: { why: 'limited', status: 429, retryAfterMs: 9 } }),
    torn: () => ({ text: 'half', fail: { why: 'cut' } }),
  });
  let is = '';
  const slow = ask('slow').then((attempt) => {
    is = attempt.is;
  });
  await pass(499);
  expect(is).toBe('');
  await pass(1);
  await slow;
  expect(is).toBe('reply');
  expect(await ask('busy')).toMatchObject({ why: 'limited', status: 429, retryAfterMs: 9, sent: false });
  heard.length = 0;
  expect(await ask('torn')).toMatchObject({ why: 'cut', sent: true });
  expect(heard).toEqual(['half']);
  const stop = new AbortController();
  const called = ask('slow', { signal: stop.signal });
  await pass(10);
  stop.abort();
  expect(await called).toMatchObject({ why: 'cancelled' });
});
