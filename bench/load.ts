/**
 * One measurement: start a target, see that it answers rightly, warm it up, load it, ask what it used, stop it. A new
 * process each time, so that no round inherits another's heap. Load and target share the machine, as in the numbers to
 * reach; what the load generator costs is the same for all targets.
 */
import autocannon from 'autocannon';
import { ask, listening, start, stop } from './child.ts';
import { Usage } from './messages.ts';
import { percentile } from './statistics.ts';
import type { Target } from './targets.ts';

export interface Round {
  /** Right answers per second, from 50 connections. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** With one connection, hence without queueing. */
  readonly aloneP50Ms: number;
  /** The server's CPU time per answer, user and system. */
  readonly cpuMicros: number;
  readonly rssMb: number;
  readonly non2xx: number;
  /** Answers with the wrong body (a tool's error is a 200) and connections that failed or timed out. */
  readonly failed: number;
}

const CONNECTIONS = 50;
const WARM_UP_SECONDS = 2;
const ALONE_SECONDS = 1;

/** @throws Error if the target doesn't start, or its first answer is not the one asked for. */
export async function measure(target: Target, seconds: number): Promise<Round> {
  const child = start(target.file, target.args);
  try {
    const { port, parties } = await listening(child);
    const load = { url: `http://127.0.0.1:${port}`, requests: target.requests(parties), succeeded: target.succeeded };
    await checkFirstAnswer(target.name, load);
    const { connections = CONNECTIONS } = target;
    await drive(load, connections, WARM_UP_SECONDS);
    const alone = await drive(load, 1, ALONE_SECONDS);
    const before = await ask(child, 'stats', Usage);
    const loaded = await drive(load, connections, seconds);
    const after = await ask(child, 'stats', Usage);
    return {
      perSecond: loaded.right / loaded.seconds,
      p50Ms: percentile(loaded.latenciesMs, 50),
      p99Ms: percentile(loaded.latenciesMs, 99),
      aloneP50Ms: percentile(alone.latenciesMs, 50),
      cpuMicros: (after.cpuMicros - before.cpuMicros) / loaded.latenciesMs.length,
      rssMb: after.rssBytes / 1e6,
      non2xx: loaded.non2xx,
      failed: loaded.failed,
    };
  } finally {
    await stop(child);
  }
}

interface Load {
  readonly url: string;
  readonly requests: autocannon.Request[];
  readonly succeeded: (body: string) => boolean;
}

interface Driven {
  readonly right: number;
  readonly failed: number;
  readonly non2xx: number;
  readonly seconds: number;
  /** Of every answer, right or wrong; autocannon's own histogram has no fractions of a millisecond. */
  readonly latenciesMs: readonly number[];
}

async function drive({ url, requests, succeeded }: Load, connections: number, seconds: number): Promise<Driven> {
  const latenciesMs: number[] = [];
  let connection = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    autocannon(
      {
        url,
        connections,
        duration: seconds,
        requests: requests.slice(0, 1),
        // Left alone, every connection sends the same request at the same time: one sender would get the load of fifty.
        setupClient: (client) => client.setRequests(part(requests, connection++, connections)),
        verifyBody: (body) => typeof body === 'string' && succeeded(body),
      },
      (error, finished) => (error ? reject(error) : resolve(finished)),
    ).on('response', (_client, _status, _bytes, responseTime) => latenciesMs.push(responseTime));
  });
  return {
    right: latenciesMs.length - result.mismatches,
    failed: result.mismatches + result.errors,
    non2xx: result.non2xx,
    seconds: result.duration,
    latenciesMs,
  };
}

function part<T>(items: readonly T[], index: number, parts: number): T[] {
  return items.slice(Math.floor((index * items.length) / parts), Math.floor(((index + 1) * items.length) / parts));
}

async function checkFirstAnswer(name: string, { url, requests, succeeded }: Load): Promise<void> {
  const { path, method, headers, body } = requests[0]!;
  const response = await fetch(new URL(path ?? '/', url), {
    method: method ?? 'GET',
    headers: Object.entries(headers ?? {}).map(([key, value]): [string, string] => [key, String(value)]),
    body: body === undefined ? null : String(body),
  });
  const answer = await response.text();
  if (response.status !== 200 || !succeeded(answer)) {
    throw new Error(`${name} does not answer as it should: ${response.status} ${answer.slice(0, 500)}`);
  }
}
