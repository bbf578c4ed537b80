/**
 * Everything that `npm run bench` measures. To add a server: a file under `targets/` that listens on 127.0.0.1, port 0,
 * and calls `reportListening(port, parties)`, then a line in `targets`. A server that writes does so under `data/`,
 * the disk whose fsync time is reported. To add a micro benchmark: a file under `micro/`, then a line in `micros`.
 */

import { authenticateKey, authenticateSession } from './micro/authentication.ts';
import { canonicalEntry } from './micro/canonical-json.ts';
import { contentFilter } from './micro/content-filter.ts';
import { durableLog } from './micro/durable-log.ts';
import { evaluateGuards, evaluateMarketing } from './micro/evaluate-guards.ts';
import { growth } from './micro/growth.ts';
import { inclusionProof } from './micro/inclusion-proof.ts';
import { merkleAppend } from './micro/merkle-append.ts';
import { headersOfAnAnswer, limiterOfMany } from './micro/protections.ts';
import { pumpAtRest, pumpMessages, pumpStep } from './micro/pump.ts';
import { retention } from './micro/retention.ts';
import { idleMemory, startToReady } from './micro/start.ts';
import { voiceIdle, voiceMillion, voiceReady } from './micro/voice-agent.ts';
import type { Micro } from './micro.ts';
import { calls2025, modernCalls, type RequestBuilder } from './requests.ts';
import { ANSWER } from './voice-content.ts';
import { callFunctions, getScripts, postScripts } from './voice-requests.ts';

export interface Target {
  readonly name: string;
  /** Relative to this folder. */
  readonly file: string;
  readonly args: readonly string[];
  readonly requests: RequestBuilder;
  /** Whether this response body is the answer asked for; anything else is a failed call, however fast and whatever its status. */
  readonly succeeded: (body: string) => boolean;
  readonly yardsticks: Yardsticks;
  /** How many calls are under way at a time; 50 unless said. */
  readonly connections?: number;
}

/** The targets to divide by, one per column of ratios, each with the ratio to reach if there is one. */
export type Yardsticks = Readonly<Record<string, { readonly name: string; readonly atLeast?: number }>>;

const MODERN: Yardsticks = { documented: { name: 'echo' }, tuned: { name: 'echo-tuned' } };
const ERA_2025: Yardsticks = { documented: { name: 'echo-2025' }, tuned: { name: 'echo-2025-tuned' } };

/** A JSON-RPC result, as JSON or as one SSE event, that is not a tool's error. */
const toolSucceeded = (body: string): boolean => body.includes('"result":') && !body.includes('"isError":true');
const echoed = (body: string): boolean => body.startsWith('{"jsonrpc":"2.0",');

const ECHO = { file: 'baselines/mcp-echo.ts', succeeded: toolSucceeded } as const;

/** Taken by the provider, not only admitted. */
const sent = (body: string): boolean => toolSucceeded(body) && body.includes('"status":"sent"');

/** One for each number of calls under way; 50 ms for an answer allow so many times 20 a second. */
const PROVIDER = {
  file: 'targets/provider.ts',
  args: [],
  requests: modernCalls,
  succeeded: sent,
  yardsticks: MODERN,
} as const;

const GUARDED = { file: 'targets/guarded.ts', succeeded: toolSucceeded, args: [] } as const;

export const targets: readonly Target[] = [
  {
    name: 'bare-hono',
    file: 'baselines/bare-hono.ts',
    args: [],
    requests: modernCalls,
    succeeded: echoed,
    yardsticks: MODERN,
  },
  {
    name: 'guarded',
    ...GUARDED,
    requests: modernCalls,
    yardsticks: { documented: { name: 'echo', atLeast: 1.1 }, tuned: { name: 'echo-tuned', atLeast: 0.6 } },
  },
  { name: 'guarded-2025', ...GUARDED, requests: calls2025, yardsticks: ERA_2025 },
  ...[20, 50, 100, 200].map((connections) => ({ name: `provider-${connections}`, ...PROVIDER, connections })),
  { name: 'echo', ...ECHO, args: [], requests: modernCalls, yardsticks: MODERN },
  { name: 'echo-tuned', ...ECHO, args: ['tuned'], requests: modernCalls, yardsticks: MODERN },
  { name: 'echo-2025', ...ECHO, args: [], requests: calls2025, yardsticks: ERA_2025 },
  { name: 'echo-2025-tuned', ...ECHO, args: ['tuned'], requests: calls2025, yardsticks: ERA_2025 },
];

const VOICE = { file: 'targets/voice-agent.ts', args: [] } as const;
const NAIVE = { file: 'baselines/naive-agent.ts', args: [] } as const;
const hasScript = (body: string): boolean => body.startsWith('{"version":"1.0.0"') && body.includes('__token=');
const answered = (body: string): boolean => body === `{"response":"${ANSWER}"}`;
const BASELINE = (name: string, atLeast?: number): Yardsticks => ({
  baseline: { name, ...(atLeast !== undefined && { atLeast }) },
});
/** 1.6 times the time, as a ratio of calls per second. */
const SWAIG_AT_LEAST = 1 / 1.6;

/** The voice SDK, beside an agent written with Hono alone. */
export const voiceTargets: readonly Target[] = [
  {
    name: 'naive-get-script',
    ...NAIVE,
    requests: getScripts,
    succeeded: hasScript,
    yardsticks: BASELINE('naive-get-script'),
  },
  {
    name: 'get-script',
    ...VOICE,
    requests: getScripts,
    succeeded: hasScript,
    yardsticks: BASELINE('naive-get-script', 3),
  },
  {
    name: 'naive-post-script',
    ...NAIVE,
    requests: postScripts,
    succeeded: hasScript,
    yardsticks: BASELINE('naive-post-script'),
  },
  {
    name: 'post-script',
    ...VOICE,
    requests: postScripts,
    succeeded: hasScript,
    yardsticks: BASELINE('naive-post-script', 3),
  },
  {
    name: 'bare-function',
    ...NAIVE,
    args: ['swaig'],
    requests: callFunctions,
    succeeded: answered,
    yardsticks: BASELINE('bare-function'),
  },
  {
    name: 'function',
    ...VOICE,
    requests: callFunctions,
    succeeded: answered,
    yardsticks: BASELINE('bare-function', SWAIG_AT_LEAST),
  },
];

export const micros: readonly Micro[] = [
  canonicalEntry,
  merkleAppend,
  evaluateGuards,
  contentFilter,
  evaluateMarketing,
  durableLog,
  inclusionProof,
  authenticateKey,
  authenticateSession,
  headersOfAnAnswer,
  limiterOfMany,
  growth,
  retention,
  pumpMessages,
  pumpStep,
  pumpAtRest,
  startToReady,
  idleMemory,
  voiceReady,
  voiceIdle,
  voiceMillion,
];
