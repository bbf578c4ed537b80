/** What an administrator may do about one agent, each with its consequence. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Agent, StopReport } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { AgentTag } from '../../swarm/state-tag.tsx';
import { StopReportDialog } from '../../swarm/stop-report.tsx';
import { counted } from '../../swarm/words.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';

interface AgentDialogProps {
  readonly agent: Agent;
  onDone(): Promise<void>;
  onClose(): void;
}

type Step = { readonly is: 'menu' | 'kill' } | { readonly is: 'killed'; readonly report: StopReport };

export function AgentDialog({ agent, onDone, onClose }: AgentDialogProps) {
  const [step, setStep] = useState<Step>({ is: 'menu' });
  const task = useTask();
  const { name, agentId, description, state, paused, queue, working } = agent;
  if (step.is === 'killed')
    return <StopReportDialog title={`${name} is killed and paused`} report={step.report} onClose={onClose} />;
  if (step.is === 'kill')
    return (
      <Confirm
        title={`Kill ${name}?`}
        verb="Kill"
        closes={false}
        act={async () => {
          const report = await change<StopReport>(`/swarm/agents/${name}/kill`, within({}));
          setStep({ is: 'killed', report });
          await onDone();
        }}
        onClose={() => setStep({ is: 'menu' })}
      >
        <p>
          All that it has under way in every thread ends, with what it called; whoever called it is told. Its tokens
          end, and it is paused. Nothing of its history is deleted. Resuming it brings nothing of this back.
        </p>
      </Confirm>
    );
  const act = (verb: 'pause' | 'resume', says: string) =>
    task.run(async () => {
      await change(`/agents/${agentId}/${verb}`, within({}));
      tell(says);
      await onDone();
      onClose();
    });
  return (
    <Dialog title={name} onClose={onClose}>
      <p>{description}</p>
      <p>
        <AgentTag state={state} why={paused} />{' '}
        <span class="quiet">
          {counted(working, 'turn')} at work, {counted(queue, 'message')} waiting
        </span>
      </p>
      {paused === 'budget' && <p class="quiet">A budget paused it. It goes on by itself once an Owner raises that.</p>}
      {paused === 'stop' && <p class="quiet">The whole swarm is stopped. Resume the swarm first.</p>}
      <ProblemNotice problem={task.problem} />
      <p class="small quiet">
        Paused, it does nothing, and nothing that it asked for leaves, until it is resumed. What is said to it waits.
      </p>
      <div class="buttons">
        <Button onPress={onClose}>Close</Button>
        {paused === null ? (
          <Button busy={task.busy} onPress={() => void act('pause', `${name} is paused.`)}>
            Pause
          </Button>
        ) : (
          paused === 'person' && (
            <Button busy={task.busy} onPress={() => void act('resume', `${name} goes on.`)}>
              Resume
            </Button>
          )
        )}
        <Button kind="danger" onPress={() => setStep({ is: 'kill' })}>
          Kill …
        </Button>
      </div>
    </Dialog>
  );
}
