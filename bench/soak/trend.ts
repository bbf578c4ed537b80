/** Whether something that is measured again and again stays as it is. */

export interface Trend {
  /** Of the fitted line, over the whole time looked at. */
  readonly from: number;
  readonly to: number;
  readonly perHour: number;
}

/** The line of least squares. @param points time in minutes and value. */
export function trendOf(points: readonly (readonly [minute: number, value: number])[]): Trend {
  const n = points.length;
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / n;
  const [meanMinute, meanValue] = [mean(0), mean(1)];
  const above = points.reduce((sum, [minute, value]) => sum + (minute - meanMinute) * (value - meanValue), 0);
  const below = points.reduce((sum, [minute]) => sum + (minute - meanMinute) ** 2, 0);
  const slope = below === 0 ? 0 : above / below;
  const at = (minute: number) => meanValue + slope * (minute - meanMinute);
  return { from: at(points[0]?.[0] ?? 0), to: at(points.at(-1)?.[0] ?? 0), perHour: slope * 60 };
}

/** The last `share` of them: what a process does when it is new is not what it does. */
export const latest = <T>(items: readonly T[], share: number): readonly T[] =>
  items.slice(Math.ceil(items.length * (1 - share)));
