/** Agents as boxes and their links as lines. Each box leads to its own surroundings, so the keyboard goes from one to the next. */
import type { Topology } from '../../api/swarm-shapes.ts';
import { hrefTo } from '../../route.ts';
import { BOX, type Box, type Drawing, type Line, OUTSIDE } from '../../swarm/topology-layout.ts';
import { AGENT_STATE } from '../../swarm/words.ts';

/** As fits into a box. */
const MOST_CHARS = 21;

export function TopologyDrawing({ drawing, focus }: { readonly drawing: Drawing; readonly focus: string | null }) {
  const { width, height, boxes, lines } = drawing;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what may scroll sideways must be reachable by keyboard
    <section class="drawing" aria-label="Drawing of the links; the table below has the same" tabIndex={0}>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: named by its section; its links are read one by one */}
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <defs>
          {(['used', 'unused', 'strange'] as const).map((kind) => (
            <marker
              key={kind}
              id={`arrow-${kind}`}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerUnits="userSpaceOnUse"
              markerWidth="11"
              markerHeight="11"
              orient="auto"
            >
              <path class={`arrow ${kind}`} d="M0 0L8 4L0 8z" />
            </marker>
          ))}
        </defs>
        <g>
          {lines.map((line) => (
            <path
              key={line.path}
              class={`line ${kindOf(line)}`}
              d={line.path}
              stroke-width={widthOf(line)}
              marker-end={`url(#arrow-${kindOf(line)})`}
            />
          ))}
        </g>
        {boxes.map((box) => (
          <BoxDrawn key={box.name} box={box} isFocus={box.name === focus} />
        ))}
      </svg>
    </section>
  );
}

function BoxDrawn({ box: { name, node, x, y }, isFocus }: { readonly box: Box; readonly isFocus: boolean }) {
  const state = node === null ? null : AGENT_STATE[node.state];
  const second = state === null ? 'who send messages' : `${state.text}${waits(node)}`;
  const label = name === OUTSIDE ? 'People and outside' : name;
  const inner = (
    <>
      <rect width={BOX.width} height={BOX.height} rx="8" />
      {state !== null && <circle class={state.tone} cx="16" cy={BOX.height / 2} r="5" />}
      <text x={state === null ? 12 : 30} y="19">
        {label.length > MOST_CHARS ? `${label.slice(0, MOST_CHARS - 1)}…` : label}
      </text>{' '}
      <text class="second" x={state === null ? 12 : 30} y="36">
        {second}
      </text>
    </>
  );
  const at = `translate(${x} ${y})`;
  if (name === OUTSIDE)
    return (
      <g class="box outside" transform={at}>
        <title>{`${label}: ${second}`}</title>
        {inner}
      </g>
    );
  return (
    <g transform={at}>
      <a
        class={`box${isFocus ? ' focus' : ''}`}
        href={hrefTo('swarm', { view: 'talk', agent: name })}
        aria-label={`${name}, ${second}`}
        aria-current={isFocus ? 'true' : undefined}
      >
        {inner}
      </a>
    </g>
  );
}

const waits = (node: Topology['nodes'][number] | null): string =>
  node === null || node.queue === 0 ? '' : `, ${node.queue} waiting`;

const kindOf = ({ edge: { configured, calls, from } }: Line): 'used' | 'unused' | 'strange' =>
  !configured && from !== null ? 'strange' : calls > 0 ? 'used' : 'unused';

const widthOf = ({ edge: { calls } }: Line): number => Math.min(5, 1.2 + Math.log10(calls + 1));
