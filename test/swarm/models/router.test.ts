import { describe, expect, test } from 'vitest';
import { ModelFailure } from '../../../src/swarm/models/port.ts';
import { fails, key, model, modelsOf, reply, routerOf } from './router-fixture.ts';

const price = { inputPerMillion: '3', outputPerMillion: '15', cachedInputPerMillion: '0.30' };

describe('a request', () => {
  test('is served, priced by what the vendor counted, and says by whom', async () => {
    const house = routerOf(model('m', { price }));
    house.will(reply({ usage: { inputTokens: 1_001, cachedInputTokens: 1_000, outputTokens: 2 } }));
    const served = await house.ask();
    expect(served).toMatchObject({ text: 'ok', cost: 333, servedBy: { alias: 'm', key: 'a', ref: 'r1' } });
    expect(house.calls[0]).toMatchObject({ model: 'm-1', apiKey: 'value-of-KEY_A' });
    expect(house.waiting()).toBe(0);
  });

  test('costs nothing that is known without a price, or without usage', async () => {
    const house = routerOf(model('m'), model('priced', { price }));
    expect(await house.ask('m')).toMatchObject({ cost: null, usage: { inputTokens: 40 } });
    house.will(reply({ usage: null }));
    expect(await house.ask('priced')).toMatchObject({ cost: null, usage: null });
  });

  test('to a model that is not there is refused', async () => {
    const house = routerOf(model('m'));
    expect(await house.failure(house.ask('other'))).toMatchObject({ code: 'model_refused', retryable: false });
  });

  test('is estimated by the dearest of those that may serve it, and has no price when one of them has none', () => {
    const { router, request } = routerOf(
      model('m', { price: { inputPerMillion: 1, outputPerMillion: 1 }, fallback: ['dear'], maxOutputTokens: 10 }),
      model('dear', { price: { inputPerMillion: 1, outputPerMillion: '100' }, fallback: ['m'] }),
      model('unpriced', { fallback: ['m'] }),
    );
    const { tokens, cost } = router.estimate('m', request());
    expect(cost).toBe(tokens - 60 + 6_000);
    expect(router.estimate('unpriced', request())).toEqual({ tokens, cost: null });
  });
});

describe('a key', () => {
  const two = () => routerOf(model('m', { keys: [key('a'), key('b')] }));

  test('that has had too much rests as long as the vendor asks, and the next one serves', async () => {
    const house = two();
    house.will(fails('limited', { status: 429, retryAfterMs: 20_000 }));
    expect(await house.ask()).toMatchObject({ servedBy: { key: 'b' } });
    for (let i = 0; i < 3; i++) expect(await house.ask()).toMatchObject({ servedBy: { key: 'b' } });
    await house.pass(20_000);
    expect(await house.ask()).toMatchObject({ servedBy: { key: 'a' } });
  });

  test('that the vendor does not take is retired, told once, and used again when another value is in its place', async () => {
    const house = two();
    house.always('value-of-KEY_A', fails('unauthorized', { status: 401, code: 'authentication_error' }));
    expect(await house.ask()).toMatchObject({ servedBy: { key: 'b' } });
    for (let minute = 0; minute < 5; minute++) {
      await house.pass(60_000);
      await house.ask();
    }
    expect(house.keysAsked().filter((value) => value === 'value-of-KEY_A')).toHaveLength(1);
    expect(house.alerts).toMatchObject([
      { kind: 'model_key_retired', subject: 'm/a', detail: { env: 'KEY_A', status: 401 } },
    ]);
    expect(JSON.stringify([house.alerts, await house.router.status()])).not.toContain('value-of');
    house.secrets.set('KEY_A', 'another-value');
    await house.pass(60_000);
    expect(await house.ask()).toMatchObject({ servedBy: { key: 'a' } });
  });

  test('is retired once by many that were under way, and not for a value that is gone', async () => {
    const house = routerOf(model('m'));
    const [first, second] = [house.held(), house.held()];
    house.will(first.promise, second.promise);
    const asked = [house.ask(), house.ask()].map(house.failure);
    await house.pass(0);
    first.end(fails('unauthorized', { status: 401 }));
    second.end(fails('unauthorized', { status: 401 }));
    expect(await Promise.all(asked)).toMatchObject([
      { code: 'model_key_retired', retryable: false },
      { code: 'model_key_retired' },
    ]);
    expect(house.alerts).toHaveLength(1);
  });

  test('that is not there, or is none, is told once and asked for again later', async () => {
    const house = two();
    house.secrets.set('KEY_A', null);
    house.secrets.set('KEY_B', 'line\nbreak');
    expect(await house.failure(house.ask('m', { signal: AbortSignal.abort() }))).toMatchObject({ sent: false });
    const asked = house.ask();
    await house.pass(10_000);
    expect(house.calls).toEqual([]);
    expect(house.alerts.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['model_key_missing', 'm/a'],
      ['model_key_missing', 'm/b'],
    ]);
    house.secrets.set('KEY_B', 'good');
    await house.pass(20_000);
    expect(await asked).toMatchObject({ servedBy: { key: 'b' } });
  });

  test('is used from when to when the configuration says, so that two overlap in a rotation', async () => {
    const house = routerOf(
      model('m', {
        keys: [key('old', { until: '2026-11-20T12:02:00Z' }), key('new', { from: '2026-11-20T12:01:00Z' })],
      }),
    );
    const served = async () => (await house.ask()).servedBy.key;
    expect(await served()).toBe('old');
    await house.pass(60_000);
    const held = house.held();
    house.will(held.promise);
    const first = served();
    await house.pass(0);
    expect(await served()).toBe('new');
    held.end();
    expect(await first).toBe('old');
    await house.pass(60_000);
    expect(await served()).toBe('new');
    expect((await house.router.status())[0]!.keys.map(({ state }) => state)).toEqual(['over', 'well']);
  });

  test('older than 30 days is told once a day, by when it was made or first seen', () => {
    const house = routerOf(model('m', { keys: [key('a', { since: '2026-10-01' }), key('b')] }));
    const { router, clock } = house;
    const told = (days: number) =>
      router.keysToRotate(clock.now() + days * 86_400_000).map(({ subject, detail }) => [subject, detail.days]);
    expect(told(0)).toEqual([['m/a', 50]]);
    expect(told(0.2)).toEqual([]);
    expect(told(1)).toEqual([['m/a', 51]]);
    expect(told(30)).toEqual([['m/a', 80]]);
    expect(told(31)).toEqual([
      ['m/a', 81],
      ['m/b', 31],
    ]);
  });

  test('keeps its bucket, its rest and its retirement when a new configuration goes live', async () => {
    const limits = { keys: [key('a', { tokensPerMinute: 150 }), key('b'), key('c')] };
    const house = routerOf(model('m', limits));
    house.always('value-of-KEY_B', fails('unauthorized', { status: 403 }));
    house.always('value-of-KEY_C', fails('limited', { retryAfterMs: 300_000 }));
    await house.ask();
    house.will(fails('down'));
    await house.failure(house.ask('m', { signal: AbortSignal.timeout(50) }));
    const before = (await house.router.status())[0]!.keys;
    house.router.reconfigure(modelsOf(model('m', { ...limits, maxConcurrent: 3, timeoutMs: 9_000 }), model('n')));
    const [after, other] = await house.router.status();
    expect(after).toMatchObject({ maxConcurrent: 3, keys: before });
    expect(before.map(({ state }) => state)).toEqual(['cooling', 'retired', 'cooling']);
    expect(other!.keys[0]!.state).toBe('well');
  });
});

describe('failing over', () => {
  test.each(['down', 'unreachable', 'limited', 'unauthorized'] as const)(
    '%s goes on to the fallbacks, in order',
    async (why) => {
      const house = routerOf(
        model('m', { fallback: ['n', 'o'] }),
        model('n', { fallback: ['m'], provider: 'openai-compatible' }),
        model('o'),
      );
      house.will(fails(why), fails(why));
      expect(await house.ask()).toMatchObject({ servedBy: { alias: 'o' } });
    },
  );

  test('ends, however aliases name each other, and says when to come back', async () => {
    const house = routerOf(
      model('m', { fallback: ['n', 'm'], timeoutMs: 900 }),
      model('n', { fallback: ['m'], timeoutMs: 900 }),
    );
    house.will(fails('down', { status: 503 }), fails('down', { status: 503 }));
    const failure = await house.failure(house.ask());
    expect(failure).toMatchObject({ code: 'model_unavailable', retryable: true, sent: false, retryAfterMs: 1_000 });
    expect(failure.message).toBe('The model n has failed (HTTP 503).');
    expect(house.calls).toHaveLength(2);
  });

  test.each([
    ['refused', 'model_refused', false],
    ['too_large', 'model_too_large', false],
  ] as const)('is not done for what is %s', async (why, code, retryable) => {
    const house = routerOf(model('m', { keys: [key('a'), key('b')], fallback: ['n'] }), model('n'));
    house.will(fails(why, { status: 400 }));
    expect(await house.failure(house.ask())).toMatchObject({ code, retryable, sent: false });
    expect(house.calls).toHaveLength(1);
    expect(house.alerts).toEqual([]);
  });

  test.each(['cut', 'idle', 'unreadable'] as const)('is not done once an answer has begun and is %s', async (why) => {
    const house = routerOf(model('m', { keys: [key('a'), key('b')], fallback: ['n'] }), model('n'));
    house.will(fails(why, { sent: true, status: 200 }));
    expect(await house.failure(house.ask())).toMatchObject({ code: 'model_unavailable', retryable: true, sent: true });
    expect(house.calls).toHaveLength(1);
  });

  test('rests longer each time, up to a minute, and a burst is one failure', async () => {
    const house = routerOf(model('m', { timeoutMs: 500 }));
    const rest = async () => {
      const held = [house.held(), house.held()];
      house.will(...held.map(({ promise }) => promise));
      const asked = held.map(() => house.failure(house.ask()));
      await house.pass(0);
      for (const { end } of held) end(fails('down'));
      await Promise.all(asked);
      const { until } = (await house.router.status())[0]!.keys[0]!;
      const ms = until! - house.clock.now();
      await house.pass(ms);
      return ms;
    };
    const rests: number[] = [];
    for (let i = 0; i < 8; i++) rests.push(await rest());
    expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });
});

describe('waiting', () => {
  test('is for a place, first come first served, and only so many at once', async () => {
    const house = routerOf(model('m', { maxConcurrent: 2 }));
    const held = [house.held(), house.held(), house.held()];
    house.will(...held.map(({ promise }) => promise));
    const order: number[] = [];
    const asked = [0, 1, 2, 3].map((n) => house.ask().then(() => order.push(n)));
    await house.pass(0);
    expect(house.calls).toHaveLength(2);
    expect((await house.router.status())[0]).toMatchObject({ inFlight: 2, waiting: 2 });
    held[1]!.end();
    await house.pass(0);
    expect(house.calls).toHaveLength(3);
    held[2]!.end();
    held[0]!.end();
    await Promise.all(asked);
    expect(order).toEqual([1, 2, 0, 3]);
    expect((await house.router.status())[0]).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(house.waiting()).toBe(0);
  });

  test('ends when the caller calls it off, and leaves no place taken', async () => {
    const house = routerOf(model('m', { maxConcurrent: 1 }));
    const held = house.held();
    house.will(held.promise);
    const first = house.ask();
    const stop = new AbortController();
    const second = house.ask('m', { signal: stop.signal });
    await house.pass(0);
    stop.abort();
    expect(await house.failure(second)).toMatchObject({ code: 'model_unavailable', sent: false });
    held.end();
    await first;
    expect((await house.router.status())[0]).toMatchObject({ inFlight: 0, waiting: 0 });
  });

  test('is never longer than timeoutMs', async () => {
    const house = routerOf(model('m', { maxConcurrent: 1, timeoutMs: 10_000 }));
    house.will(house.held().promise);
    void house.ask().catch(() => {});
    await house.pass(5_000);
    const second = house.failure(house.ask());
    const third = house.failure(house.ask());
    await house.pass(4_999);
    house.will(house.held().promise);
    await house.pass(5_001);
    expect(await third).toMatchObject({ code: 'model_unavailable', retryable: true, sent: false });
    expect((await third).retryAfterMs).toBeGreaterThan(0);
    void second;
  });

  test('is for the bucket: reserved by the estimate, settled by usage', async () => {
    const house = routerOf(model('m', { keys: [key('a', { tokensPerMinute: 300 })], timeoutMs: 60_000 }));
    const { tokens } = house.router.estimate('m', house.request());
    expect(tokens).toBeGreaterThan(80);
    const level = async () => (await house.router.status())[0]!.keys[0]!.tokens!.left;
    const held = house.held();
    house.will(held.promise);
    const first = house.ask();
    await house.pass(0);
    expect(await level()).toBe(300 - tokens);
    held.end(reply({ usage: { inputTokens: 20, cachedInputTokens: 0, outputTokens: 5 } }));
    await first;
    expect(await level()).toBe(275);
    house.will(reply({ usage: { inputTokens: 200, cachedInputTokens: 0, outputTokens: 70 } }));
    await house.ask();
    expect(await level()).toBe(5);
    const second = house.ask();
    await house.pass(Math.ceil(((tokens - 5) / 300) * 60_000) - 2);
    expect(house.calls).toHaveLength(2);
    await house.pass(2);
    await second;
    expect(house.calls).toHaveLength(3);
  });

  test('is not done for a request larger than every bucket: it fails at once', async () => {
    const house = routerOf(
      model('m', { tokensPerMinute: 50 }),
      model('n', { tokensPerMinute: 50, fallback: ['o'] }),
      model('o'),
    );
    const failure = { code: 'model_too_large', retryable: false, sent: false };
    expect(await house.failure(house.ask())).toMatchObject(failure);
    expect(() => house.router.estimate('m', house.request())).toThrow(ModelFailure);
    expect(await house.ask('n')).toMatchObject({ servedBy: { alias: 'o' } });
    const long = { messages: [{ role: 'user', text: 'ж'.repeat(300_000) }] } as const;
    expect(await house.failure(house.ask('o', long))).toMatchObject(failure);
    expect(house.waiting()).toBe(0);
  });

  test('is not done for a bucket that has no room in time: the fallback serves, or it is said when', async () => {
    const house = routerOf(
      model('m', { keys: [key('a', { requestsPerMinute: 1 })], timeoutMs: 5_000, fallback: ['n'] }),
      model('n', { keys: [key('b', { requestsPerMinute: 1 })], timeoutMs: 5_000 }),
    );
    expect(await house.ask()).toMatchObject({ servedBy: { alias: 'm' } });
    expect(await house.ask()).toMatchObject({ servedBy: { alias: 'n' } });
    expect(await house.failure(house.ask())).toMatchObject({
      code: 'model_unavailable',
      retryable: true,
      retryAfterMs: 60_000,
    });
  });

  test('is for a key that rests, when it will be well in time', async () => {
    const house = routerOf(model('m'));
    house.will(fails('limited', { retryAfterMs: 3_000 }));
    const asked = house.ask();
    await house.pass(2_999);
    expect(house.calls).toHaveLength(1);
    await house.pass(1);
    expect(await asked).toMatchObject({ servedBy: { key: 'a' } });
  });
});

describe('an adapter', () => {
  test('is not asked when the request was called off while its key was read', async () => {
    const house = routerOf(model('m'));
    const stop = new AbortController();
    house.onSecret(() => stop.abort());
    expect(await house.failure(house.ask('m', { signal: stop.signal }))).toMatchObject({ sent: false });
    expect(house.calls).toEqual([]);
  });

  test('has timeoutMs, whatever it does with its signal; nothing that comes later is heard', async () => {
    const house = routerOf(model('m', { timeoutMs: 7_000, keys: [key('a'), key('b')] }));
    let late: ((delta: string) => void) | undefined;
    const heard: string[] = [];
    house.will(async ({ request }) => {
      late = request.onText;
      request.onText?.('early');
      return new Promise(() => {});
    });
    const asked = house.failure(house.ask('m', { onText: (delta) => heard.push(delta) }));
    await house.pass(7_000);
    expect(await asked).toMatchObject({ code: 'model_timeout', retryable: true, sent: true });
    late?.('late');
    expect(heard).toEqual(['early']);
    expect((await house.router.status())[0]).toMatchObject({ inFlight: 0 });
  });

  test('that breaks its promise and throws is a fault without a word of what was sent', async () => {
    const house = routerOf(model('m'));
    house.will(async ({ apiKey }) => {
      throw new TypeError(`bad header ${apiKey}`);
    });
    const failure = await house.failure(house.ask());
    expect(failure).toMatchObject({ code: 'model_unavailable', sent: true });
    expect(String(house.faults)).toBe('Error: the adapter of anthropic failed: TypeError');
    expect(`${failure} ${JSON.stringify(failure)}`).not.toContain('value-of');
  });

  test('is not stopped by who listens', async () => {
    const house = routerOf(model('m'));
    house.will(async ({ request }) => {
      request.onText?.('a');
      return reply();
    });
    const onText = () => {
      throw new Error('no more');
    };
    expect(await house.ask('m', { onText })).toMatchObject({ text: 'ok' });
    expect(house.faults).toHaveLength(1);
  });
});
