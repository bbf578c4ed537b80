/** One thread: what is said in it, who called whom, what it used; and the hands on it. */
import { useState } from 'preact/hooks';
import { everyPage } from '../../api/pages.ts';
import { get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { Agent, Budget, Message, ThreadTree } from '../../api/swarm-shapes.ts';
import { Room } from '../../frame/room.tsx';
import { about } from '../../organization.ts';
import { mayConfigureSwarm, mayControlSwarm, mayOperateSwarm } from '../../roles.ts';
import { hrefTo } from '../../route.ts';
import { BudgetsTable } from '../../swarm/budgets-table.tsx';
import { InjectDialog } from '../../swarm/inject-dialog.tsx';
import { RaiseDialog } from '../../swarm/raise-dialog.tsx';
import { ThreadTag } from '../../swarm/state-tag.tsx';
import { isKind, useLive, useThrottled } from '../../swarm/use-live.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useLoad } from '../../use-load.ts';
import { CallTree } from './call-tree.tsx';
import { ForkDialog } from './fork-dialog.tsx';
import { MessagesCard } from './messages-card.tsx';
import { isOwn, ownerText } from './owner-text.ts';
import { KillThread, PauseThread, ResumeThread } from './thread-dialogs.tsx';

type Asked =
  | { readonly is: 'send' | 'pause' | 'resume' | 'kill' }
  | { readonly is: 'fork'; readonly message: Message }
  | { readonly is: 'raise'; readonly budget: Budget };

const AGAIN_MS = 1_500;
const CHANGES = isKind('thread_updated', 'message', 'usage', 'error');

export function OneThread({ threadId, person }: { readonly threadId: string; readonly person: Person }) {
  const thread = useLoad(() => get<ThreadTree>(about(`/threads/${threadId}`)), threadId);
  const agents = useLoad(() => everyPage<Agent>('/agents', 'agents'), threadId);
  const budgets = useLoad(async () => {
    const found = await get<{ budgets: readonly Budget[] }>(about('/budgets', { threadId }));
    return found.budgets.filter(({ scope }) => scope === 'thread');
  }, threadId);
  const [asked, setAsked] = useState<Asked | null>(null);
  const reload = useThrottled(() => {
    void thread.reload();
    void budgets.reload();
  }, AGAIN_MS);
  useLive({
    told: (frames) => {
      if (frames.some((frame) => CHANGES(frame) && frame.threadId === threadId)) reload();
    },
    look: reload,
  });
  const value = thread.is === 'ready' ? thread.value : null;
  const close = () => setAsked(null);
  const done = async () => {
    await thread.reload();
  };

  if (thread.is === 'failed')
    return (
      <Room title="Thread" lead={<a href={hrefTo('threads')}>All threads</a>}>
        <ProblemNotice problem={thread.problem} />
      </Room>
    );
  const own = value !== null && isOwn(value, person);
  const controls = mayControlSwarm(person) && value !== null && value.status !== 'killed';
  const sends = own && mayOperateSwarm(person) && value?.status !== 'killed' && agents.is === 'ready';
  return (
    <Room
      title={value === null || value.agents.length === 0 ? 'Thread' : `Thread with ${value.agents.join(', ')}`}
      lead={<a href={hrefTo('threads')}>All threads</a>}
      actions={
        value !== null && (
          <>
            {sends && (
              <Button kind="primary" onPress={() => setAsked({ is: 'send' })}>
                Send a message
              </Button>
            )}
            {controls &&
              (value.status === 'paused' ? (
                value.because !== 'budget' && <Button onPress={() => setAsked({ is: 'resume' })}>Resume</Button>
              ) : (
                <Button onPress={() => setAsked({ is: 'pause' })}>Pause</Button>
              ))}
            {controls && (
              <Button kind="danger" onPress={() => setAsked({ is: 'kill' })}>
                Kill
              </Button>
            )}
          </>
        )
      }
    >
      {value !== null && (
        <section class="card" aria-label="About this thread">
          <dl class="facts">
            <dt>Status</dt>
            <dd>
              <ThreadTag status={value.status} why={value.because} />
            </dd>
            <dt>Owner</dt>
            <dd>
              {ownerText(value, person)}
              {!own && mayOperateSwarm(person) && <span class="quiet">: only they put messages into it</span>}
            </dd>
            <dt>Seen by</dt>
            <dd>{value.visibility === 'private' ? 'Its owner and administrators' : 'The organisation'}</dd>
            <dt>Began</dt>
            <dd>
              <Moment at={value.createdAt} />
            </dd>
            <dt>Changed</dt>
            <dd>
              <Moment at={value.updatedAt} />
            </dd>
            <dt>Id</dt>
            <dd class="mono small">{value.threadId}</dd>
          </dl>
          {value.status === 'paused' && value.because === 'budget' && (
            <Notice kind="warn">
              A budget is used up. Once an Owner raises it, the thread goes on by itself; see below.
            </Notice>
          )}
        </section>
      )}
      <MessagesCard
        threadId={threadId}
        {...(mayControlSwarm(person) ? { onFork: (message: Message) => setAsked({ is: 'fork', message }) } : {})}
      />
      {value !== null && <CallTree thread={value} controls={mayControlSwarm(person)} onDone={done} />}
      {budgets.is !== 'failed' && (budgets.is === 'loading' || budgets.value.length > 0) && (
        <Card title="Budgets of this thread">
          <BudgetsTable
            budgets={budgets}
            me={person.id}
            {...(mayConfigureSwarm(person) ? { onRaise: (budget: Budget) => setAsked({ is: 'raise', budget }) } : {})}
          />
        </Card>
      )}
      {asked?.is === 'send' && value !== null && agents.is === 'ready' && (
        <InjectDialog agents={agents.value} thread={value} onClose={close} />
      )}
      {asked?.is === 'pause' && <PauseThread threadId={threadId} onDone={done} onClose={close} />}
      {asked?.is === 'resume' && <ResumeThread threadId={threadId} onDone={done} onClose={close} />}
      {asked?.is === 'kill' && <KillThread threadId={threadId} onDone={done} onClose={close} />}
      {asked?.is === 'fork' && <ForkDialog message={asked.message} person={person} onClose={close} />}
      {asked?.is === 'raise' && <RaiseDialog budget={asked.budget} onDone={budgets.reload} onClose={close} />}
    </Room>
  );
}
