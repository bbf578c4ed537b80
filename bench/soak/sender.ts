/**
 * A load that does not wait for its answers: messages leave at a rate, as long as not too many are under way. What could not
 * leave in time is counted too, or a server that stands still would look like one with little to do.
 */
import type { Request } from 'autocannon';
import { percentile } from '../statistics.ts';

export interface Sent {
  readonly right: number;
  /** Admitted, and left waiting for a place among those in flight: `pending` is an answer, and they leave later. */
  readonly queued: number;
  /** Answers with anything else, connections that failed. */
  readonly wrong: number;
  /** Not sent, because too many were under way. */
  readonly late: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface Sender {
  /** What came of the messages since the last time that this was asked. */
  read(): Sent;
  /** Some of the wrong answers. */
  readonly samples: readonly string[];
  setRate(perSecond: number): void;
  /** Sends no more and resolves when the last answer is there. */
  stop(): Promise<void>;
}

const TICK_MS = 20;
const MAX_UNDER_WAY = 200;
const ANSWER_WITHIN_MS = 30_000;

/** @param requests sent in turn, again and again. */
export function startSender(url: string, requests: readonly Request[]): Sender {
  const samples: string[] = [];
  let latenciesMs: number[] = [];
  let [right, queued, wrong, late, next, underWay, due, rate] = [0, 0, 0, 0, 0, 0, 0, 0];
  let before = performance.now();

  async function send({ path, body, headers }: Request): Promise<void> {
    const begun = performance.now();
    underWay++;
    try {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: String(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await answer.text();
      const ok = answer.status === 200 && !text.includes('"isError":true');
      if (ok && text.includes('"status":"sent"')) right++;
      else if (ok && text.includes('"status":"pending"')) queued++;
      else note(`${answer.status} ${text}`);
    } catch (fault) {
      note(String(fault));
    }
    latenciesMs.push(performance.now() - begun);
    underWay--;
  }
  function note(text: string): void {
    wrong++;
    if (samples.length < 20) samples.push(text.slice(0, 500));
  }

  const timer = setInterval(() => {
    const now = performance.now();
    due += ((now - before) * rate) / 1000;
    before = now;
    for (; due >= 1; due--) {
      if (underWay < MAX_UNDER_WAY) void send(requests[next++ % requests.length]!);
      else late++;
    }
  }, TICK_MS);

  return {
    samples,
    setRate(perSecond) {
      rate = perSecond;
    },
    read() {
      const told = {
        right,
        queued,
        wrong,
        late,
        p50Ms: percentile(latenciesMs, 50),
        p99Ms: percentile(latenciesMs, 99),
        maxMs: Math.max(0, ...latenciesMs),
      };
      latenciesMs = [];
      right = queued = wrong = late = 0;
      return told;
    },
    async stop() {
      clearInterval(timer);
      while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    },
  };
}
