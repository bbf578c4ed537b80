/** A router over adapters that do as they are told, in time that passes by hand. */

import { type SwarmSource, swarmConfig } from '../../../src/swarm/config/schema.ts';
import type { Attempt, ModelCall } from '../../../src/swarm/models/client.ts';
import type { ModelAlert } from '../../../src/swarm/models/key-alerts.ts';
import type { ModelRequest } from '../../../src/swarm/models/port.ts';
import { createRouter } from '../../../src/swarm/models/router.ts';
import { handTimer } from './hand-timer.ts';

export type ModelSource = NonNullable<SwarmSource['models']>[number];

/** As `swarm.yaml` would give them. */
export const modelsOf = (...models: readonly ModelSource[]) =>
  swarmConfig.parse({
    swarm: { name: 's' },
    agents: [{ name: 'a', description: 'An agent.', kind: 'handler' }],
    models,
  }).models;

export const fails = (
  why: Extract<Attempt, { is: 'failed' }>['why'],
  more: Partial<Extract<Attempt, { is: 'failed' }>> = {},
): Attempt => ({ is: 'failed', why, sent: false, status: null, code: null, retryAfterMs: 0, ...more });
export const reply = (more: Partial<Extract<Attempt, { is: 'reply' }>> = {}): Attempt => ({
  is: 'reply',
  text: 'ok',
  calls: [],
  finish: 'stop',
  usage: { inputTokens: 40, cachedInputTokens: 0, outputTokens: 10 },
  ref: 'r1',
  ...more,
});

type Outcome = Attempt | Promise<Attempt> | ((call: ModelCall) => Promise<Attempt>);

export function routerOf(...models: readonly ModelSource[]) {
  const time = handTimer();
  const secrets = new Map<string, string | null>();
  const calls: ModelCall[] = [];
  const next: Outcome[] = [];
  const byKey = new Map<string, Outcome>();
  const alerts: ModelAlert[] = [];
  let onSecret = (): void => {};
  const faults: unknown[] = [];
  const client = {
    async attempt(call: ModelCall): Promise<Attempt> {
      calls.push(call);
      const outcome = byKey.get(String(call.apiKey)) ?? next.shift() ?? reply();
      return typeof outcome === 'function' ? outcome(call) : outcome;
    },
  };
  const router = createRouter({
    models: modelsOf(...models),
    clients: { 'openai-compatible': client, anthropic: client, scripted: client },
    clock: time.clock,
    timer: time.timer,
    entropy: { bytes: (n) => new Uint8Array(n).fill(255) },
    async secret(source) {
      onSecret();
      const name = 'env' in source ? source.env : source.secret;
      return secrets.has(name) ? secrets.get(name)! : `value-of-${name}`;
    },
    onAlert: (alert) => alerts.push(alert),
    onFault: (fault) => faults.push(fault),
  });
  const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
    messages: [{ role: 'user', text: 'hello' }],
    tools: [],
    maxOutputTokens: 60,
    signal: new AbortController().signal,
    ...more,
  });
  return {
    ...time,
    router,
    secrets,
    onSecret: (run: () => void) => {
      onSecret = run;
    },
    calls,
    alerts,
    faults,
    request,
    /** What the next attempts come to, in order; then replies. */
    will: (...outcomes: readonly Outcome[]) => void next.push(...outcomes),
    always: (value: string, outcome: Outcome) => void byKey.set(value, outcome),
    keysAsked: () => calls.map(({ apiKey }) => apiKey),
    ask: (alias = 'm', more: Partial<ModelRequest> = {}) => router.generate(alias, request(more)),
    /** How it failed, for what must fail. */
    async failure(asked: Promise<unknown>) {
      try {
        await asked;
      } catch (error) {
        return error as { code: string; retryable: boolean; sent: boolean; retryAfterMs?: number; message: string };
      }
      throw new Error('it did not fail');
    },
    /** An attempt that ends when the test says so. */
    held() {
      const { promise, resolve } = Promise.withResolvers<Attempt>();
      return { promise, end: (attempt: Attempt = reply()) => resolve(attempt) };
    },
  };
}

export const key = (name: string, more: object = {}) => ({ name, apiKeyEnv: `KEY_${name.toUpperCase()}`, ...more });
export const model = (alias: string, more: Partial<ModelSource> = {}): ModelSource => ({
  alias,
  provider: 'anthropic',
  model: 'm-1',
  keys: [key('a')],
  ...more,
});
