/** The log: what was decided and done, by whom; to read, to verify in this browser, to keep. */
import { useEffect, useState } from 'preact/hooks';
import { get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import { Room } from '../../frame/room.tsx';
import { withQuery } from '../../query.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { EntriesTable } from './entries-table.tsx';
import { type Filter, FilterForm, fieldsOf, NO_FILTER } from './filter-form.tsx';
import { VerifyCard } from './verify-card.tsx';

export interface Line {
  readonly index: number;
  readonly organizationId: string;
  readonly body: string;
}
interface Page {
  readonly entries: readonly Line[];
  readonly nextBefore: number | null;
}

const PAGE = 50;

export function LogRoom({ person }: { readonly person: Person }) {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [lines, setLines] = useState<readonly Line[] | null>(null);
  const [before, setBefore] = useState<number | null>(null);
  const task = useTask();

  const load = (wanted: Filter, from: number | null, kept: readonly Line[]) =>
    task.run(async () => {
      const every = person.platform ? true : null;
      const query = { limit: PAGE, before: from, everyOrganization: every, ...fieldsOf(wanted) };
      const page = await get<Page>(withQuery('/audit', query));
      setLines([...kept, ...page.entries]);
      setBefore(page.nextBefore);
    });
  useEffect(() => void load(NO_FILTER, null, []), []);

  return (
    <Room
      title="Log"
      lead="Every decision, every result and every sign-in, in an order that nobody can change unseen. It holds no message text and no secret."
    >
      <VerifyCard person={person} />
      <FilterForm
        busy={task.busy}
        onFilter={(wanted) => {
          setFilter(wanted);
          setLines(null);
          void load(wanted, null, []);
        }}
      />
      <ProblemNotice problem={task.problem} />
      {(lines !== null || task.problem === null) && <EntriesTable lines={lines} />}
      {before !== null && lines !== null && (
        <div>
          <Button busy={task.busy} onPress={() => void load(filter, before, lines)}>
            Show older entries
          </Button>
        </div>
      )}
    </Room>
  );
}
