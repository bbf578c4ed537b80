/**
 * Rounds as tables that read well both in a terminal and as Markdown: the median of the rounds, with (min–max). Ratios
 * are taken round by round, between neighbours in time, so that a slow minute of the machine hits both sides.
 */
import type { Round } from './load.ts';
import type { Micro } from './micro.ts';
import { median } from './statistics.ts';
import type { Target } from './targets.ts';

export interface Measured {
  readonly target: Target;
  readonly rounds: readonly Round[];
}

export interface MicroMeasured {
  readonly micro: Micro;
  readonly runs: readonly number[];
  readonly notes: readonly string[];
}

interface Column<Row> {
  readonly heading: string;
  cell(row: Row, all: readonly Row[]): string;
}

const RATE_COLUMNS: readonly Column<Measured>[] = [
  { heading: 'target', cell: ({ target }) => target.name },
  { heading: 'calls/s', cell: ({ rounds }) => spread(rounds.map((round) => round.perSecond)) },
];

const COST_COLUMNS: readonly Column<Measured>[] = [
  { heading: 'p50 ms', cell: ({ rounds }) => middle(rounds, 'p50Ms') },
  { heading: 'p99 ms', cell: ({ rounds }) => middle(rounds, 'p99Ms') },
  { heading: 'p50 ms alone', cell: ({ rounds }) => middle(rounds, 'aloneP50Ms') },
  { heading: 'CPU µs/call', cell: ({ rounds }) => middle(rounds, 'cpuMicros') },
  { heading: 'RSS MB', cell: ({ rounds }) => middle(rounds, 'rssMb') },
  { heading: 'non-2xx', cell: ({ rounds }) => String(total(rounds, 'non2xx')) },
  { heading: 'failed', cell: ({ rounds }) => String(total(rounds, 'failed')) },
];

const MICRO_COLUMNS: readonly Column<MicroMeasured>[] = [
  { heading: 'micro', cell: ({ micro }) => micro.name },
  { heading: 'result', cell: ({ runs }) => spread(runs) },
  { heading: 'unit', cell: ({ micro }) => micro.unit },
  { heading: 'goal', cell: ({ micro, runs }) => (micro.goal === null ? '–' : judged(median(runs), micro.goal)) },
  { heading: 'note', cell: ({ notes }) => [...new Set(notes)].join('; ') },
];

/** @param yardsticks a column of ratios for each. */
export function targetTable(measured: readonly Measured[], yardsticks: readonly string[]): string {
  const ratios = yardsticks.map((column) => ({
    heading: `× ${column}`,
    cell: (row: Measured, all: readonly Measured[]) => ratio(row, all, column),
  }));
  return table([...RATE_COLUMNS, ...ratios, ...COST_COLUMNS], measured);
}
export const microTable = (measured: readonly MicroMeasured[]): string => table(MICRO_COLUMNS, measured);

/** Whether some call was not answered as it should be; the target's rate then says little. */
export const hasFailures = ({ rounds }: Measured): boolean => total(rounds, 'non2xx') + total(rounds, 'failed') > 0;

function ratio({ target, rounds }: Measured, all: readonly Measured[], column: string): string {
  const { name, atLeast } = target.yardsticks[column] ?? {};
  const yardstick = all.find((other) => other.target.name === name);
  if (yardstick === undefined || yardstick.target === target) return '–';
  const ratios = rounds.map((round, n) => round.perSecond / (yardstick.rounds[n]?.perSecond ?? Number.NaN));
  return atLeast === undefined ? spread(ratios) : `${spread(ratios)}, ${judged(median(ratios), { atLeast })}`;
}

function judged(value: number, goal: NonNullable<Micro['goal']>): string {
  const [sign, limit, met] =
    'atLeast' in goal ? ['≥', goal.atLeast, value >= goal.atLeast] : ['≤', goal.atMost, value <= goal.atMost];
  return `${sign} ${plain(Number(limit))} ${met ? 'met' : 'MISSED'}`;
}

function spread(values: readonly number[]): string {
  return `${plain(median(values))} (${plain(Math.min(...values))}–${plain(Math.max(...values))})`;
}

const middle = (rounds: readonly Round[], key: keyof Round): string => plain(median(rounds.map((round) => round[key])));
const total = (rounds: readonly Round[], key: keyof Round): number =>
  rounds.reduce((sum, round) => sum + round[key], 0);

/** Whole numbers from 100 on, two decimals below: more digits than that are noise. */
const plain = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => columns.map((c) => c.cell(row, rows)))];
  const widths = columns.map((_, n) => Math.max(...cells.map((line) => line[n]!.length)));
  const [head, ...body] = cells.map((line) => `| ${line.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`);
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n');
}
