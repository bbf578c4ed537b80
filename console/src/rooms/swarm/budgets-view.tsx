/** Budgets: how much of each is used up, what waits for one; an Owner raises it for a time. */
import { useState } from 'preact/hooks';
import { get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { Budget } from '../../api/swarm-shapes.ts';
import { about, organizationId } from '../../organization.ts';
import { mayConfigureSwarm } from '../../roles.ts';
import { BudgetsTable } from '../../swarm/budgets-table.tsx';
import { RaiseDialog } from '../../swarm/raise-dialog.tsx';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { useLoad } from '../../use-load.ts';

const AGAIN_MS = 3_000;
const CHANGES = isKind('usage', 'agent_state', 'alert');

export function BudgetsView({ person }: { readonly person: Person }) {
  const budgets = useLoad(
    async () => (await get<{ budgets: readonly Budget[] }>(about('/budgets'))).budgets,
    organizationId() ?? '',
  );
  const [raised, setRaised] = useState<Budget | null>(null);
  const reload = useThrottled(() => void budgets.reload(), AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some(CHANGES)) reload();
    },
    look: reload,
  });
  return (
    <>
      <p class="prose quiet">
        What is reserved for work under way counts as used. At 80 % there is an alert; at 100 % what it is a budget of
        waits. Limits are in the configuration. A thread shows its own budgets.
      </p>
      <BudgetsTable budgets={budgets} me={person.id} {...(mayConfigureSwarm(person) ? { onRaise: setRaised } : {})} />
      {raised !== null && <RaiseDialog budget={raised} onDone={budgets.reload} onClose={() => setRaised(null)} />}
    </>
  );
}
