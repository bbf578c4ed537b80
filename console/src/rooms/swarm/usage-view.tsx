/** What was used up, by agent, thread or day: bars to compare, numbers to read. */
import { useState } from 'preact/hooks';
import { get } from '../../api/session.ts';
import type { Counted, Usage } from '../../api/swarm-shapes.ts';
import { about, organizationId } from '../../organization.ts';
import { hrefTo } from '../../route.ts';
import { Bar } from '../../swarm/bar.tsx';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { counted, dollars, number } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/field.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad } from '../../use-load.ts';

const AGAIN_MS = 3_000;
const PAGE = 50;
const DAY_MS = 86_400_000;
const CHANGES = isKind('usage');

const MEASURES = {
  cost: { text: 'Cost', of: ({ costMicros }: Counted) => costMicros },
  tokens: { text: 'Tokens', of: ({ inputTokens, outputTokens }: Counted) => inputTokens + outputTokens },
  work: { text: 'Steps and calls', of: ({ steps, calls }: Counted) => steps + calls },
} as const;
type Measure = keyof typeof MEASURES;
type By = 'agent' | 'thread' | 'day';

export function UsageView() {
  const [by, setBy] = useState<By>('agent');
  const [days, setDays] = useState('30');
  const [chosen, setMeasure] = useState<Measure | null>(null);
  const [shown, setShown] = useState(PAGE);
  const load = () =>
    get<Usage>(about('/swarm/usage', { by, from: new Date(Date.now() - Number(days) * DAY_MS).toISOString() }));
  const usage = useLoad(load, `${organizationId()} ${by} ${days}`);
  const reload = useThrottled(() => void usage.reload(), AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some(CHANGES)) reload();
    },
    look: reload,
  });
  if (usage.is === 'failed') return <ProblemNotice problem={usage.problem} />;
  const total = usage.is === 'ready' ? usage.value.total : null;
  /** Bars of nothing show nothing. */
  const measure = chosen ?? (total?.costMicros === 0 ? 'tokens' : 'cost');
  const { of } = MEASURES[measure];
  const rows = usage.is === 'ready' ? usage.value.rows.toSorted(byDayOr(by, of)) : [];
  const most = Math.max(0, ...rows.map(of));
  return (
    <>
      <form class="filters usage" aria-label="What usage" onSubmit={(event) => event.preventDefault()}>
        <Select
          label="By"
          name="by"
          value={by}
          options={[
            { value: 'agent', text: 'Agent' },
            { value: 'thread', text: 'Thread' },
            { value: 'day', text: 'Day' },
          ]}
          onChoice={(value) => setBy(value as By)}
        />
        <Select
          label="In the last"
          name="days"
          value={days}
          options={[
            { value: '1', text: 'Day' },
            { value: '7', text: '7 days' },
            { value: '30', text: '30 days' },
            { value: '90', text: '90 days' },
          ]}
          onChoice={setDays}
        />
        <Select
          label="Bars show"
          name="measure"
          value={measure}
          options={Object.entries(MEASURES).map(([value, { text }]) => ({ value, text }))}
          onChoice={(value) => setMeasure(value as Measure)}
        />
      </form>
      {total !== null && (
        <p>
          In all <strong>{dollars(total.costMicros)}</strong>, {counted(total.inputTokens, 'token')} read (of them{' '}
          {number(total.cachedInputTokens)} cached), {counted(total.outputTokens, 'token')} written,{' '}
          {counted(total.steps, 'model step')}, {counted(total.calls, 'call')}.
        </p>
      )}
      {total !== null && total.unpriced > 0 && (
        <Notice kind="warn">
          The price of {counted(total.unpriced, 'step')} is not known and not in the cost. Give the model a price in the
          configuration.
        </Notice>
      )}
      <Table
        caption={`Usage by ${by}`}
        rows={usage.is === 'ready' ? { is: 'ready', value: rows.slice(0, shown) } : usage}
        keyOf={(row) => row.of}
        empty={<p>Nothing was used up in this time.</p>}
        columns={[
          {
            title: by === 'agent' ? 'Agent' : by === 'thread' ? 'Thread' : 'Day',
            heads: true,
            cell: (row) =>
              by === 'thread' ? (
                <a class="mono small id" href={hrefTo('threads', { thread: row.of })}>
                  {row.of}
                </a>
              ) : (
                <span class="id">{row.of}</span>
              ),
          },
          {
            title: `Share of ${MEASURES[measure].text.toLowerCase()}`,
            cell: (row) => <Bar part={most === 0 ? 0 : of(row) / most} />,
          },
          { title: 'Cost', cell: ({ costMicros }) => dollars(costMicros) },
          { title: 'Tokens read', cell: ({ inputTokens }) => number(inputTokens) },
          { title: 'Tokens written', cell: ({ outputTokens }) => number(outputTokens) },
          { title: 'Steps', cell: ({ steps }) => number(steps) },
          { title: 'Calls', cell: ({ calls }) => number(calls) },
        ]}
      />
      {rows.length > shown && (
        <Button onPress={() => setShown(shown + PAGE)}>Show {number(Math.min(PAGE, rows.length - shown))} more</Button>
      )}
    </>
  );
}

/** Days in their order; the others by how much. */
const byDayOr = (by: By, of: (row: Counted) => number) => (a: Usage['rows'][number], b: Usage['rows'][number]) =>
  by === 'day' ? (a.of < b.of ? 1 : -1) : of(b) - of(a) || (a.of < b.of ? -1 : 1);
