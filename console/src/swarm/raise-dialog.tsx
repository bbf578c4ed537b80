/** A budget is raised, until a time. */
import { useState } from 'preact/hooks';
import { serverNow } from '../api/http.ts';
import { change } from '../api/session.ts';
import type { Budget } from '../api/swarm-shapes.ts';
import { within } from '../organization.ts';
import { tell } from '../told.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, Select } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { useTask } from '../use-load.ts';
import { amount, BUDGET_KIND } from './words.ts';

interface RaiseDialogProps {
  readonly budget: Budget;
  onDone(): Promise<void>;
  onClose(): void;
}

const HOUR_MS = 3_600_000;
const TIMES = [
  { value: '1', text: 'One hour' },
  { value: '24', text: 'One day' },
  { value: '168', text: 'One week' },
  { value: '720', text: '30 days' },
] as const;

/** What one of what is typed is, in what the API counts. */
const UNIT: Readonly<Record<Budget['kind'], { readonly says: string; readonly each: number }>> = {
  tokens: { says: 'In tokens.', each: 1 },
  costMicros: { says: 'In US dollars.', each: 1_000_000 },
  calls: { says: 'In steps and calls.', each: 1 },
  wallMs: { says: 'In minutes.', each: 60_000 },
};

export function RaiseDialog({ budget, onDone, onClose }: RaiseDialogProps) {
  const { scope, of, kind, limit, used, name } = budget;
  const { says, each } = UNIT[kind];
  const [text, setText] = useState(String((limit * 2) / each));
  const [hours, setHours] = useState('24');
  const task = useTask();
  return (
    <Dialog title={`Raise ${name}`} onClose={onClose}>
      <p>
        {BUDGET_KIND[kind]}: {amount(kind, used)} of {amount(kind, limit)} used. What waits for it goes on at once.
        After the time the limit of the configuration holds again.
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(async () => {
            const until = new Date(serverNow() + Number(hours) * HOUR_MS).toISOString();
            const more = { scope, ...(of === '' ? {} : { of }), kind, limit: Math.round(Number(text) * each), until };
            await change('/budgets', within(more));
            tell('The budget is raised.');
            await onDone();
            onClose();
          });
        }}
      >
        <Field
          label="New limit"
          hint={says}
          name="limit"
          type="number"
          step="any"
          value={text}
          fault={task.problem?.fields.get('limit')}
          onText={setText}
        />
        <Select label="For" name="hours" value={hours} options={TIMES} onChoice={setHours} />
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            Raise it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
