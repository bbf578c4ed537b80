/** Threads, the newest first, as they begin and change. */
import { useEffect, useState } from 'preact/hooks';
import { everyPage } from '../../api/pages.ts';
import { get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { Agent, Thread } from '../../api/swarm-shapes.ts';
import { Room } from '../../frame/room.tsx';
import { about, organizationId } from '../../organization.ts';
import { mayOperateSwarm } from '../../roles.ts';
import { hrefTo } from '../../route.ts';
import { InjectDialog } from '../../swarm/inject-dialog.tsx';
import { LiveLine } from '../../swarm/live-line.tsx';
import { ThreadTag } from '../../swarm/state-tag.tsx';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { THREAD_STATUS } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad, useTask } from '../../use-load.ts';
import { ownerText } from './owner-text.ts';

interface Page {
  readonly threads: readonly Thread[];
  readonly cursor: string | null;
}

const PAGE = 50;
const AGAIN_MS = 2_000;
const CHANGES = isKind('thread_created', 'thread_updated');

export function ThreadList({ person, query }: { readonly person: Person; readonly query: URLSearchParams }) {
  const filter = {
    status: query.get('status') ?? '',
    agent: query.get('agent') ?? '',
    since: query.get('since') ?? '',
  };
  const key = `${organizationId()} ${filter.status} ${filter.agent} ${filter.since}`;
  const [older, setOlder] = useState<Page>({ threads: [], cursor: null });
  const [sending, setSending] = useState(false);
  const agents = useLoad(() => everyPage<Agent>('/agents', 'agents'), organizationId() ?? '');
  const task = useTask();
  const load = (cursor: string | null) => {
    const since = filter.since === '' ? '' : new Date(`${filter.since}T00:00`).toISOString();
    return get<Page>(about('/threads', { ...filter, since, cursor, limit: PAGE }));
  };
  const newest = useLoad(() => load(null), key);
  useEffect(() => setOlder({ threads: [], cursor: null }), [key]);
  const reload = useThrottled(() => void newest.reload(), AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some(CHANGES)) reload();
    },
    look: reload,
  });

  const first = newest.is === 'ready' ? newest.value : null;
  const threads = [
    ...new Map([...(first?.threads ?? []), ...older.threads].map((one) => [one.threadId, one])).values(),
  ];
  const next = older.threads.length > 0 ? older.cursor : (first?.cursor ?? null);
  const set = (more: Partial<typeof filter>) => {
    location.hash = hrefTo('threads', { ...filter, ...more });
  };
  const names = agents.is === 'ready' ? agents.value.map(({ name }) => name) : [];
  const named = filter.agent === '' || names.includes(filter.agent) ? names : [filter.agent, ...names];
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <Room
      title="Threads"
      lead="Conversations with the swarm. A thread belongs to who began it; nobody else puts anything into it."
      actions={
        mayOperateSwarm(person) &&
        names.length > 0 && (
          <Button kind="primary" onPress={() => setSending(true)}>
            New thread
          </Button>
        )
      }
    >
      <OrganizationPicker person={person} />
      <form class="filters threads" aria-label="Filter the threads" onSubmit={(event) => event.preventDefault()}>
        <Select
          label="Status"
          name="status"
          value={filter.status}
          options={[
            { value: '', text: 'Any' },
            ...Object.entries(THREAD_STATUS).map(([value, { text }]) => ({ value, text })),
          ]}
          onChoice={(status) => set({ status })}
        />
        <Select
          label="Agent"
          name="agent"
          value={filter.agent}
          options={[{ value: '', text: 'Any' }, ...named.map((name) => ({ value: name, text: name }))]}
          onChoice={(agent) => set({ agent })}
        />
        <Field
          label="Changed since"
          name="since"
          type="date"
          value={filter.since}
          required={false}
          onText={(since) => set({ since })}
        />
        <LiveLine />
      </form>
      {newest.is === 'failed' ? (
        <ProblemNotice problem={newest.problem} />
      ) : (
        <Table<Thread>
          caption="Threads"
          rows={newest.is === 'ready' ? { is: 'ready', value: threads } : newest}
          keyOf={({ threadId }) => threadId}
          empty={
            isFiltered ? (
              <>
                <p>No thread fits.</p>
                <a href={hrefTo('threads')}>Show all threads</a>
              </>
            ) : (
              <p>There is no thread yet. One begins with a message to an agent.</p>
            )
          }
          columns={[
            {
              title: 'Thread',
              heads: true,
              cell: ({ threadId, agents: spoken }) => (
                <a href={hrefTo('threads', { thread: threadId })}>
                  {spoken.length === 0 ? 'Thread' : spoken.join(', ')}
                  <div class="mono small quiet id">{threadId}</div>
                </a>
              ),
            },
            { title: 'Status', cell: ({ status, because }) => <ThreadTag status={status} why={because} /> },
            { title: 'Owner', cell: (thread) => <span class="id">{ownerText(thread, person)}</span> },
            { title: 'Began', cell: ({ createdAt }) => <Moment at={createdAt} /> },
            { title: 'Changed', cell: ({ updatedAt }) => <Moment at={updatedAt} /> },
          ]}
        />
      )}
      <ProblemNotice problem={task.problem} />
      {next !== null && (
        <div>
          <Button
            busy={task.busy}
            onPress={() =>
              void task.run(async () => {
                const page = await load(next);
                setOlder({ threads: [...older.threads, ...page.threads], cursor: page.cursor });
              })
            }
          >
            Show older threads
          </Button>
        </div>
      )}
      {sending && agents.is === 'ready' && <InjectDialog agents={agents.value} onClose={() => setSending(false)} />}
    </Room>
  );
}
