/** Order statistics; an empty sample has none and gives NaN. */

/** The middle value, or the mean of the two in the middle. */
export function median(values: Iterable<number>): number {
  const sorted = ascending(values);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

/** The smallest value that at least `percent` % of the sample does not exceed (nearest rank). */
export function percentile(values: Iterable<number>, percent: number): number {
  const sorted = ascending(values);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const ascending = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();
