/** What a soak showed, and whether it went well. */
import type { Sample } from './sample.ts';
import { latest, type Trend, trendOf } from './trend.ts';

/** What a server does in its first minutes (compiling, filling caches) is not what it goes on doing. */
const LOOKED_AT = 0.8;
/** Memory is flat when the line through it rises by no more than this part of its mean over the time looked at. */
const FLAT = 0.05;

export interface Told {
  /** Some of the wrong answers, of the log's warnings and errors. */
  readonly wrong: readonly string[];
  readonly complaints: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
}

export function summary(samples: readonly Sample[], told: Told) {
  const total = (key: 'right' | 'queued' | 'wrong' | 'late') => samples.reduce((sum, sample) => sum + sample[key], 0);
  const loaded = samples.slice(0, -1); // the last was taken at rest
  const trend = (key: 'rssMb' | 'heapUsedMb' | 'databaseMb'): Trend =>
    trendOf(latest(loaded, LOOKED_AT).map((sample) => [sample.minute, sample[key]]));
  const rss = trend('rssMb');
  const flat = rss.to - rss.from <= FLAT * ((rss.from + rss.to) / 2);
  const last = samples.at(-1)!;
  const { told: callbacks, underWay, taken } = last.twilio;
  const lost = taken - (callbacks['200'] ?? 0);
  const well = flat && total('wrong') + last.faults + last.complaints + lost === 0;
  return {
    summary: {
      minutes: last.minute,
      right: total('right'),
      queued: total('queued'),
      wrong: total('wrong'),
      late: total('late'),
      p99Ms: { worst: Math.max(...loaded.map(({ p99Ms }) => p99Ms)) },
      loopMaxMs: Math.max(...loaded.map(({ loopMaxMs }) => loopMaxMs)),
      rss,
      heapUsed: trend('heapUsedMb'),
      database: trend('databaseMb'),
      refused: last.refused,
      faults: last.faults,
      undone: last.undone,
      complaints: last.complaints,
      callbacks: { ...callbacks, underWay, taken },
      rows: told.rows,
      samples: { wrong: told.wrong, complaints: told.complaints },
    },
    flat,
    well,
  };
}
