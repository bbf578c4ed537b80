/** Budgets as rows: the fullest first. */
import { useState } from 'preact/hooks';
import type { Budget } from '../api/swarm-shapes.ts';
import { Button } from '../ui/button.tsx';
import { momentText } from '../ui/moment.tsx';
import { Table } from '../ui/table.tsx';
import type { Loaded } from '../use-load.ts';
import { Bar } from './bar.tsx';
import { amount, BUDGET_KIND, number } from './words.ts';

interface BudgetsTableProps {
  readonly budgets: Loaded<readonly Budget[]>;
  /** The reader's principal id. */
  readonly me: string;
  onRaise?(budget: Budget): void;
}

const PAGE = 50;
const WARN = 0.8;

export function BudgetsTable({ budgets, me, onRaise }: BudgetsTableProps) {
  const [shown, setShown] = useState(PAGE);
  const rows = budgets.is === 'ready' ? budgets.value.toSorted((a, b) => b.used / b.limit - a.used / a.limit) : [];
  return (
    <>
      <Table<Budget>
        caption="Budgets"
        rows={budgets.is === 'ready' ? { is: 'ready', value: rows.slice(0, shown) } : budgets}
        keyOf={({ scope, of, agent, name, kind }) => [scope, of, agent, name, kind].join(' ')}
        empty={<p>The configuration sets no budget here.</p>}
        columns={[
          {
            title: 'Budget',
            heads: true,
            cell: (budget) => (
              <>
                {nameOf(budget, me)}
                <div class="small quiet">
                  {BUDGET_KIND[budget.kind]} ({budget.name})
                </div>
              </>
            ),
          },
          {
            title: 'Used',
            cell: ({ kind, used, limit, reserved }) => (
              <div class="used-of">
                <Bar part={used / limit} reserved={reserved / limit} tone={toneOf(used / limit)} />
                <span>
                  {amount(kind, used)} of {amount(kind, limit)}
                  {reserved > 0 && <span class="quiet">, of it {amount(kind, reserved)} reserved</span>}
                </span>
              </div>
            ),
          },
          { title: 'State', cell: (budget) => <StateOf budget={budget} /> },
          ...(onRaise === undefined
            ? []
            : [
                {
                  title: 'Actions',
                  actions: true,
                  cell: (budget: Budget) => (
                    <Button
                      size="slim"
                      label={`Raise ${nameOf(budget, me)}, ${budget.name}`}
                      onPress={() => onRaise(budget)}
                    >
                      Raise
                    </Button>
                  ),
                } as const,
              ]),
        ]}
      />
      {rows.length > shown && (
        <div>
          <Button onPress={() => setShown(shown + PAGE)}>
            Show {number(Math.min(PAGE, rows.length - shown))} more
          </Button>
        </div>
      )}
    </>
  );
}

const toneOf = (part: number) => (part >= 1 ? 'bad' : part >= WARN ? 'warn' : '');

export function nameOf({ scope, of, agent }: Budget, me: string): string {
  switch (scope) {
    case 'swarm':
      return 'The whole swarm';
    case 'agent':
      return of;
    case 'user':
      return of === me ? 'Your threads' : `Threads of ${of}`;
    case 'thread':
      return agent === null ? 'This thread' : `${agent} in this thread`;
  }
}

function StateOf({ budget: { used, limit, waits, waitsUntil, raisedUntil } }: { readonly budget: Budget }) {
  const part = used / limit;
  return (
    <>
      {waits ? (
        <span class="tag bad">Waits</span>
      ) : part >= 1 ? (
        <span class="tag bad">Used up</span>
      ) : part >= WARN ? (
        <span class="tag warn">{Math.floor(part * 100)} % used</span>
      ) : (
        <span class="quiet">{Math.floor(part * 100)} % used</span>
      )}
      {waits && (
        <div class="small quiet">{waitsUntil === null ? 'until it is raised' : `until ${momentText(waitsUntil)}`}</div>
      )}
      {raisedUntil !== null && <div class="small quiet">Raised until {momentText(raisedUntil)}</div>}
    </>
  );
}
