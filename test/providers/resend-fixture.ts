/** Resend's adapter against the double: real sockets, a clock that stands still, waits that come due at once. */
import { onTestFinished } from 'vitest';
import type { OpenCredentials } from '../../src/comms/provider-ports.ts';
import type { Timer } from '../../src/kernel/timer.ts';
import { BREAKER_RULES, createCircuitBreaker } from '../../src/providers/http/circuit-breaker.ts';
import type { Download } from '../../src/providers/resend/received.ts';
import { createResend } from '../../src/providers/resend/resend.ts';
import { API_KEY, startResend } from '../doubles/resend.ts';
import { PUBLIC_URL } from './mail-permit.ts';

export const NOW = Date.UTC(2026, 10, 20, 12);
const TIMEOUT_MS = 10_000;

export interface Change {
  readonly openCredentials?: OpenCredentials;
  readonly publicUrl?: string;
  readonly download?: Download;
}

export async function setUp(change: Change = {}) {
  const double = await startResend();
  onTestFinished(() => double.close());
  const clock = { now: () => NOW };
  const faults: unknown[] = [];
  const due: (() => void)[] = [];
  // the deadline comes when the test says so
  const timer: Timer = (ms, run) => {
    if (ms === TIMEOUT_MS) due.push(run);
    else queueMicrotask(run);
    return () => {};
  };
  const resend = createResend({
    apiUrl: double.url,
    breaker: createCircuitBreaker({ clock, rules: { ...BREAKER_RULES, failures: 1_000 } }),
    clock,
    entropy: { bytes: (n) => new Uint8Array(n).fill(7) },
    timeoutMs: TIMEOUT_MS,
    timer,
    publicUrl: PUBLIC_URL,
    openCredentials: async () => ({ apiKey: API_KEY }),
    download: async () => null,
    onFault: (fault) => faults.push(fault),
    ...change,
  });
  return { double, resend, faults, timeUp: () => due.splice(0).forEach((run) => void run()) };
}

export const credentials = { apiKey: API_KEY };
export const signal = new AbortController().signal;
