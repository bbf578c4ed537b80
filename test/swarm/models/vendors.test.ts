/** The router with its real adapters, against both vendors on this machine. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { systemEntropy } from '../../../src/kernel/entropy.ts';
import { createModelClients } from '../../../src/providers/models/clients.ts';
import type { ModelAlert } from '../../../src/swarm/models/key-alerts.ts';
import { createRouter } from '../../../src/swarm/models/router.ts';
import { type ModelsDouble, startModelsDouble } from '../../doubles/models.ts';
import { loopback } from './loopback.ts';
import { key, type ModelSource, modelsOf } from './router-fixture.ts';

let double: ModelsDouble;
beforeAll(async () => {
  double = await startModelsDouble();
});
afterAll(() => double[Symbol.asyncDispose]());

function routerOf(...models: readonly ModelSource[]) {
  const alerts: ModelAlert[] = [];
  const faults: unknown[] = [];
  const router = createRouter({
    models: modelsOf(...models),
    clients: createModelClients({ clock: systemClock, reach: loopback }),
    clock: systemClock,
    entropy: systemEntropy(),
    secret: async (source) => `sk-secret-${'env' in source ? source.env : source.secret}`,
    onAlert: (alert) => alerts.push(alert),
    onFault: (fault) => faults.push(fault),
  });
  return { router, alerts, faults };
}

const request = () => ({
  messages: [{ role: 'user', text: 'hello' } as const],
  tools: [],
  maxOutputTokens: 50,
  signal: AbortSignal.timeout(5_000),
});

test('goes from a refused key to the next, and from one vendor to the other; nobody is told a key', async () => {
  const baseUrl = double.baseUrl['openai-compatible'];
  const { router, alerts, faults } = routerOf(
    { alias: 'm', provider: 'openai-compatible', model: 'm-1', baseUrl, keys: [key('a'), key('b')], fallback: ['n'] },
    {
      alias: 'n',
      provider: 'anthropic',
      model: 'm-2',
      baseUrl: double.baseUrl.anthropic,
      keys: [{ name: 'c', secret: 'anthropic-c' }],
      price: { inputPerMillion: '1', outputPerMillion: '2' },
    },
  );
  double.always('sk-secret-KEY_A', { is: 'status', status: 401, type: 'invalid_api_key' });
  double.always('sk-secret-KEY_B', { is: 'status', status: 429, headers: { 'retry-after': '60' } });
  double.always('sk-secret-anthropic-c', { is: 'reply', text: 'Good morning.', usage: [1_000, 0, 500] });
  const reply = await router.generate('m', request());
  expect(reply).toMatchObject({ text: 'Good morning.', cost: 2_000, servedBy: { alias: 'n', key: 'c', ref: 'msg_1' } });
  expect(double.asked.map((one) => [one.vendor, one.key])).toEqual([
    ['openai-compatible', 'sk-secret-KEY_A'],
    ['openai-compatible', 'sk-secret-KEY_B'],
    ['anthropic', 'sk-secret-anthropic-c'],
  ]);
  const status = await router.status();
  expect(status[0]!.keys).toMatchObject([
    { state: 'retired', lastError: 'invalid_api_key', source: { env: 'KEY_A' } },
    { state: 'cooling', lastError: 'some_error', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) },
  ]);
  expect(alerts).toMatchObject([{ kind: 'model_key_retired', subject: 'm/a' }]);
  double.always('sk-secret-anthropic-c', { is: 'cut' });
  const failure = await router.generate('m', request()).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'model_unavailable', sent: true, retryable: true });
  expect(JSON.stringify([status, alerts, String(failure), (failure as Error).stack, failure])).not.toContain(
    'sk-secret',
  );
  expect((failure as Error).cause).toBeUndefined();
  expect(faults).toEqual([]);
  expect(double.faults).toEqual([]);
});

test('waits no longer for a vendor that never answers than timeoutMs', async () => {
  const { router } = routerOf({
    alias: 'm',
    provider: 'anthropic',
    model: 'm-1',
    baseUrl: double.baseUrl.anthropic,
    keys: [key('slow')],
    timeoutMs: 60,
  });
  double.always('sk-secret-KEY_SLOW', { is: 'silent', after: 'request' });
  await expect(router.generate('m', request())).rejects.toMatchObject({ code: 'model_timeout', sent: true });
});
