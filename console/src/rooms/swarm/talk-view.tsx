/** Who talks to whom: drawn, and the same as a table. */
import { useState } from 'preact/hooks';
import { get } from '../../api/session.ts';
import type { Edge, Topology } from '../../api/swarm-shapes.ts';
import { about, organizationId } from '../../organization.ts';
import { hrefTo } from '../../route.ts';
import { busiest, DRAWN_WHOLE, drawingOf, fromOf } from '../../swarm/topology-layout.ts';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { counted, number } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Select } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad } from '../../use-load.ts';
import { TopologyDrawing } from './topology-drawing.tsx';

const AGAIN_MS = 3_000;
const PAGE = 50;
const CHANGES = isKind('agent_state', 'message');
const ALL = '*';

export function TalkView({ focus }: { readonly focus: string | null }) {
  const topology = useLoad(() => get<Topology>(about('/swarm/topology')), organizationId() ?? '');
  const reload = useThrottled(() => void topology.reload(), AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some(CHANGES)) reload();
    },
    look: reload,
  });
  if (topology.is === 'failed') return <ProblemNotice problem={topology.problem} />;
  if (topology.is === 'loading') return <p class="quiet">Loading …</p>;
  return <Drawn topology={topology.value} focus={focus} />;
}

function Drawn({ topology, focus }: { readonly topology: Topology; readonly focus: string | null }) {
  const [shown, setShown] = useState(PAGE);
  const { nodes, edges } = topology;
  const whole = nodes.length <= DRAWN_WHOLE;
  const named = nodes.some(({ name }) => name === focus) ? focus : null;
  const chosen = named ?? (whole ? null : busiest(topology));
  const drawing = drawingOf(topology, chosen);
  const rows = edges
    .filter((edge) => chosen === null || fromOf(edge) === chosen || edge.to === chosen)
    .toSorted((a, b) => b.calls - a.calls || (fromOf(a) + a.to < fromOf(b) + b.to ? -1 : 1));
  const strange = edges.filter(({ configured, from }) => !configured && from !== null).length;
  return (
    <>
      <Card
        title={chosen === null ? 'All agents' : `Around ${chosen}`}
        lead={
          nodes.length === 0
            ? 'There is no agent that you may see.'
            : `${counted(nodes.length, 'agent')}, ${counted(edges.length, 'link')}. Choose an agent to see its own.`
        }
        actions={
          nodes.length > 0 && (
            <Select
              label="Around"
              name="around"
              value={chosen ?? ALL}
              options={[
                ...(whole ? [{ value: ALL, text: 'All agents' }] : []),
                ...nodes.map(({ name }) => ({ value: name, text: name })),
              ]}
              onChoice={(value) => {
                setShown(PAGE);
                location.hash = hrefTo('swarm', { view: 'talk', agent: value === ALL ? null : value });
              }}
            />
          )
        }
      >
        {nodes.length > 0 && <TopologyDrawing drawing={drawing} focus={chosen} />}
        <ul class="legend">
          <li class="used">called, thicker for more</li>
          <li class="unused">may call, did not yet</li>
          {strange > 0 && <li class="strange">called, and is not in the configuration</li>}
        </ul>
        {drawing.leftOut > 0 && (
          <p class="quiet">{counted(drawing.leftOut, 'more link')} did not find room; the table has all.</p>
        )}
      </Card>
      <Table<Edge>
        caption="Links between agents"
        rows={{ is: 'ready', value: rows.slice(0, shown) }}
        keyOf={(edge) => `${fromOf(edge)} ${edge.to}`}
        empty={<p>No agent may call another, and nobody spoke to one yet.</p>}
        columns={[
          {
            title: 'From and to',
            heads: true,
            cell: ({ from, to }) => (
              <span class="id">
                {from ?? 'People and outside'} → {to === from ? 'itself' : to}
              </span>
            ),
          },
          { title: 'Calls', cell: ({ calls }) => number(calls) },
          { title: 'Last', cell: ({ lastAt }) => <Moment at={lastAt} never="Not yet" /> },
          {
            title: 'Allowed',
            cell: ({ configured, from }) =>
              from === null ? (
                'By right of who spoke'
              ) : configured ? (
                'In the configuration'
              ) : (
                <span class="tag bad">Not in the configuration</span>
              ),
          },
        ]}
      />
      {rows.length > shown && (
        <div class="row">
          <Button onPress={() => setShown(shown + PAGE)}>
            Show {number(Math.min(PAGE, rows.length - shown))} more
          </Button>
          <span class="quiet">
            {number(shown)} of {counted(rows.length, 'link')}
          </span>
        </div>
      )}
    </>
  );
}
