/** The swarm as it is now: what each agent does, who talks to whom, what it uses up; and the hands on all of it. */
import { useState } from 'preact/hooks';
import type { Person } from '../../api/shapes.ts';
import type { Swarm } from '../../api/swarm-shapes.ts';
import { Room } from '../../frame/room.tsx';
import { mayControlSwarm, mayOperateSwarm } from '../../roles.ts';
import { hrefTo, route } from '../../route.ts';
import { InjectDialog } from '../../swarm/inject-dialog.tsx';
import { LiveLine } from '../../swarm/live-line.tsx';
import { NoSwarm } from '../../swarm/no-swarm.tsx';
import { AgentTag } from '../../swarm/state-tag.tsx';
import { useSwarm } from '../../swarm/use-swarm.ts';
import { AGENT_STATE, counted, THREAD_STATUS } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { AgentsView } from './agents-view.tsx';
import { BudgetsView } from './budgets-view.tsx';
import { EmergencyStop } from './emergency-stop.tsx';
import { PauseSwarm, ResumeSwarm } from './pause-swarm.tsx';
import { TalkView } from './talk-view.tsx';
import { UsageView } from './usage-view.tsx';
import { Views } from './views.tsx';

type Asked = 'inject' | 'pause' | 'resume' | 'stop' | null;

export function SwarmRoom({ person }: { readonly person: Person }) {
  const now = useSwarm();
  const [asked, setAsked] = useState<Asked>(null);
  const view = route.value.query.get('view') ?? 'agents';
  const swarm = now.is === 'ready' ? now.value.swarm : null;
  const isThere = swarm !== null && swarm.name !== null;
  const close = () => setAsked(null);
  return (
    <Room
      title="Swarm"
      lead="Agents at work: what each of them does, whom it talks to, and what that uses up."
      actions={
        isThere && (
          <>
            {mayOperateSwarm(person) && <Button onPress={() => setAsked('inject')}>Send a message</Button>}
            {mayControlSwarm(person) && (
              <>
                {swarm.state === 'paused' ? (
                  <Button kind="primary" onPress={() => setAsked('resume')}>
                    Resume the swarm
                  </Button>
                ) : (
                  <Button onPress={() => setAsked('pause')}>Pause the swarm</Button>
                )}
                <Button kind="danger" onPress={() => setAsked('stop')}>
                  Emergency stop
                </Button>
              </>
            )}
          </>
        )
      }
    >
      <OrganizationPicker person={person} />
      {now.is === 'failed' && <ProblemNotice problem={now.problem} />}
      {swarm !== null && !isThere && <NoSwarm person={person} />}
      {isThere && <Summary swarm={swarm} />}
      {(isThere || now.is === 'loading') && (
        <>
          <Views
            label="What to look at"
            room="swarm"
            current={view}
            views={[
              ['agents', 'Agents'],
              ['talk', 'Who talks to whom'],
              ['usage', 'Usage'],
              ['budgets', 'Budgets'],
            ]}
          />
          {view === 'talk' && <TalkView focus={route.value.query.get('agent')} />}
          {view === 'usage' && <UsageView />}
          {view === 'budgets' && <BudgetsView person={person} />}
          {!['talk', 'usage', 'budgets'].includes(view) && (
            <AgentsView
              person={person}
              agents={now.is === 'ready' ? { is: 'ready', value: now.value.agents } : now}
              onDone={now.reload}
            />
          )}
        </>
      )}
      {asked === 'inject' && now.is === 'ready' && <InjectDialog agents={now.value.agents} onClose={close} />}
      {asked === 'pause' && <PauseSwarm onDone={now.reload} onClose={close} />}
      {asked === 'resume' && <ResumeSwarm onDone={now.reload} onClose={close} />}
      {asked === 'stop' && <EmergencyStop onDone={now.reload} onClose={close} />}
    </Room>
  );
}

function Summary({ swarm }: { readonly swarm: Swarm }) {
  const agents = Object.values(swarm.agents).reduce((sum, one) => sum + one, 0);
  const threads = Object.entries(swarm.threads).filter(([, count]) => count > 0);
  return (
    <section class="card summary" aria-label="At a glance">
      <div class="row apart">
        <p>
          <strong>{swarm.name}</strong> <AgentTag state={swarm.state} />{' '}
          <span class="quiet">configuration version {swarm.version}</span>
        </p>
        <LiveLine />
      </div>
      <dl class="figures">
        <div>
          <dt>{counted(agents, 'agent')}</dt>
          <dd>
            {Object.entries(AGENT_STATE).flatMap(([state, { text, tone }]) => {
              const count = swarm.agents[state as keyof Swarm['agents']];
              return count === 0
                ? []
                : [
                    <span key={state} class={`tag ${tone}`.trim()}>
                      {count} {text.toLowerCase()}
                    </span>,
                  ];
            })}
          </dd>
        </div>
        <div>
          <dt>Threads</dt>
          <dd>
            {threads.length === 0 && <span class="quiet">None yet</span>}
            {threads.map(([status, count]) => {
              const { text, tone } = THREAD_STATUS[status as keyof Swarm['threads']];
              return (
                <a key={status} class={`tag ${tone}`.trim()} href={hrefTo('threads', { status })}>
                  {count} {text.toLowerCase()}
                </a>
              );
            })}
          </dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{counted(swarm.queued, 'message')}</dd>
        </div>
      </dl>
    </section>
  );
}
