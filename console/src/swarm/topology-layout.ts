/**
 * Where agents and the lines between them stand in a drawing. A small swarm is drawn whole, in columns from those who are spoken
 * to first; of a big one only an agent, who calls it and whom it calls: two hundred agents in one drawing show nothing. Pure.
 */
import type { Edge, Topology } from '../api/swarm-shapes.ts';

/** Those who are no agents: people, programs, somebody outside. */
export const OUTSIDE = '';

export const BOX = { width: 190, height: 46 } as const;
const GAP = { x: 110, y: 18 } as const;
const EDGE = 8;
/** For lines within the last column. */
const LOOP = 24;
/** As many agents are drawn whole. */
export const DRAWN_WHOLE = 16;
/** On each side of the agent in the middle. */
const BESIDE = 12;

export interface Box {
  readonly name: string;
  readonly node: Topology['nodes'][number] | null;
  readonly x: number;
  readonly y: number;
}
export interface Line {
  readonly edge: Edge;
  /** An SVG path. */
  readonly path: string;
}
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** Left out for want of room; they are in the table. */
  readonly leftOut: number;
}

export const fromOf = ({ from }: Pick<Edge, 'from'>): string => from ?? OUTSIDE;

/** @param focus an agent's name; null: all of them. */
export function drawingOf(topology: Topology, focus: string | null): Drawing {
  const edges = topology.edges.filter((edge) => fromOf(edge) !== edge.to);
  return focus === null ? drawn(topology, columnsOf(topology, edges), edges, 0) : around(topology, edges, focus);
}

/** Whom to begin with: who has most lines. */
export function busiest({ nodes, edges }: Topology): string | null {
  const lines = new Map<string, number>(nodes.map(({ name }) => [name, 0]));
  for (const edge of edges)
    for (const end of [fromOf(edge), edge.to])
      if (lines.has(end)) lines.set(end, lines.get(end)! + 1 + Math.min(edge.calls, 1) * 1_000);
  return (
    [...lines].reduce<[string, number] | null>(
      (best, one) => (best === null || one[1] > best[1] ? one : best),
      null,
    )?.[0] ?? null
  );
}

function around(topology: Topology, edges: readonly Edge[], focus: string): Drawing {
  const byCalls = (a: Edge, b: Edge) => b.calls - a.calls || (a.to + fromOf(a) < b.to + fromOf(b) ? -1 : 1);
  const into = edges.filter(({ to }) => to === focus).toSorted(byCalls);
  const out = edges.filter((edge) => fromOf(edge) === focus).toSorted(byCalls);
  const left = into.slice(0, BESIDE).map(fromOf);
  const right = out
    .map(({ to }) => to)
    .filter((to) => !left.includes(to))
    .slice(0, BESIDE);
  const there = new Set([...left, ...right]);
  const shown = [...into, ...out].filter((edge) => there.has(fromOf(edge)) || there.has(edge.to));
  return drawn(topology, [left, [focus], right], shown, into.length + out.length - shown.length);
}

/** By how many calls they are away from outside. */
function columnsOf({ nodes }: Topology, edges: readonly Edge[]): readonly (readonly string[])[] {
  const called = new Set(edges.map(({ to }) => to));
  const depth = new Map<string, number>();
  const hasOutside = edges.some(({ from }) => from === null);
  const roots = nodes.map(({ name }) => name).filter((name) => !called.has(name));
  const place = (names: readonly string[]) => {
    let next = names;
    for (let at = hasOutside && names[0] !== OUTSIDE ? 1 : 0; next.length > 0; at++) {
      for (const name of next) depth.set(name, at);
      next = [
        ...new Set(next.flatMap((name) => edges.filter((edge) => fromOf(edge) === name).map(({ to }) => to))),
      ].filter((name) => !depth.has(name));
    }
  };
  if (hasOutside) place([OUTSIDE]);
  place(roots.filter((name) => !depth.has(name)));
  for (const { name } of nodes) if (!depth.has(name)) place([name]);
  const columns: string[][] = [];
  for (const [name, at] of depth) {
    for (let i = columns.length; i <= at; i++) columns.push([]);
    columns[at]!.push(name);
  }
  return columns.filter(({ length }) => length > 0);
}

function drawn(
  { nodes }: Topology,
  columns: readonly (readonly string[])[],
  edges: readonly Edge[],
  leftOut: number,
): Drawing {
  const most = Math.max(1, ...columns.map(({ length }) => length));
  const height = most * (BOX.height + GAP.y) - GAP.y + 2 * EDGE;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const boxes = columns.flatMap((column, at) => {
    const tall = column.length * (BOX.height + GAP.y) - GAP.y;
    return column.map(
      (name, i): Box => ({
        ...{ name, node: byName.get(name) ?? null },
        x: EDGE + at * (BOX.width + GAP.x),
        y: (height - tall) / 2 + i * (BOX.height + GAP.y),
      }),
    );
  });
  const places = new Map(boxes.map((box) => [box.name, box]));
  const lines = edges.flatMap((edge): Line[] => {
    const [from, to] = [places.get(fromOf(edge)), places.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ edge, path: pathOf(from, to) }];
  });
  const width = columns.length * (BOX.width + GAP.x) - GAP.x + 2 * EDGE;
  return { width: width + LOOP, height, boxes, lines, leftOut };
}

function pathOf(from: Box, to: Box): string {
  const middle = (box: Box) => box.y + BOX.height / 2;
  const [startY, endY] = [middle(from), middle(to)];
  if (to.x > from.x) {
    const [startX, endX] = [from.x + BOX.width, to.x - 3];
    const bend = (endX - startX) / 2;
    return `M${startX} ${startY} C${startX + bend} ${startY} ${endX - bend} ${endY} ${endX} ${endY}`;
  }
  if (to.x < from.x) {
    // back: below the way there
    const [startX, endX] = [from.x, to.x + BOX.width + 3];
    const bend = (startX - endX) / 2;
    return `M${startX} ${startY + 12} C${startX - bend} ${startY + 26} ${endX + bend} ${endY + 26} ${endX} ${endY + 12}`;
  }
  const x = from.x + BOX.width;
  return `M${x} ${startY} C${x + 36} ${startY} ${x + 36} ${endY} ${x + 3} ${endY}`;
}
