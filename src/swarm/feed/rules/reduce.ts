/**
 * What is sent of what waits when there is more than may be sent: never out of order, and never without saying what was left out.
 *
 * While no more waits than it may, it is sent in its order, as much at a time as there is room for. Beyond that, of every kind
 * the latest about each thread and agent stands for the others; when that is still too much, what people have to act on (approvals,
 * alerts, errors) stays and of the rest the latest. Whatever is left out is told as a gap, so that whoever needs it can ask. Pure.
 */
import { type EventKind, URGENT } from '../event.ts';

export interface Pending {
  /** An event's, or for what has none (the state of an agent) that of the last one before it. */
  readonly id: string;
  readonly kind: EventKind;
  /** What it is about: later ones of the same kind and subject stand for it. */
  readonly about: string;
}

export interface Reduced<P extends Pending> {
  readonly send: readonly P[];
  /** The first and the last that were left out; null: none was. */
  readonly gap: { readonly from: string; readonly to: string } | null;
  readonly dropped: number;
  /** For later. */
  readonly keep: readonly P[];
}

/** @param room how many may be sent now. @param most how many may wait besides. */
export function reduce<P extends Pending>(pending: readonly P[], room: number, most: number): Reduced<P> {
  const max = room + most;
  const { left, gap, dropped } = pending.length <= max ? { left: pending, gap: null, dropped: 0 } : cut(pending, max);
  return { send: left.slice(0, room), gap, dropped, keep: left.slice(room) };
}

/** At most `max`, in their order. */
function cut<P extends Pending>(
  pending: readonly P[],
  max: number,
): { left: readonly P[]; gap: Reduced<P>['gap']; dropped: number } {
  const latest = new Map<string, number>();
  pending.forEach(({ kind, about }, i) => {
    if (!URGENT.has(kind)) latest.set(`${kind} ${about}`, i);
  });
  const stands = pending.flatMap(({ kind, about }, i) =>
    URGENT.has(kind) || latest.get(`${kind} ${about}`) === i ? [i] : [],
  );
  const urgent = stands.filter((i) => URGENT.has(pending[i]!.kind)).slice(0, max);
  const room = max - urgent.length;
  const rest = stands.filter((i) => !URGENT.has(pending[i]!.kind));
  const kept = new Set([...urgent, ...(room === 0 ? [] : rest.slice(-room))]);
  const out = pending.filter((_, i) => !kept.has(i));
  return {
    left: pending.filter((_, i) => kept.has(i)),
    gap: out.length === 0 ? null : { from: out[0]!.id, to: out.at(-1)!.id },
    dropped: out.length,
  };
}
