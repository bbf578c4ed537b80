/** Pausing, resuming and killing one thread, each with its consequence. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { StopReport } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { StopReportDialog } from '../../swarm/stop-report.tsx';
import { counted } from '../../swarm/words.ts';
import { tell } from '../../told.ts';
import { Confirm } from '../../ui/confirm.tsx';

interface Props {
  readonly threadId: string;
  onDone(): Promise<void>;
  onClose(): void;
}

export function PauseThread({ threadId, onDone, onClose }: Props) {
  const [abort, setAbort] = useState(false);
  return (
    <Confirm
      title="Pause this thread?"
      verb="Pause"
      danger={false}
      act={async () => {
        const path = `/threads/${threadId}/pause`;
        const { abortedModelCalls } = await change<{ abortedModelCalls: readonly string[] }>(path, within({ abort }));
        const aborted = abortedModelCalls.length;
        tell(`The thread is paused${aborted === 0 ? '' : `; ${counted(aborted, 'model call')} aborted`}.`);
        await onDone();
      }}
      onClose={onClose}
    >
      <div class="stack">
        <p>Nothing new starts in it until somebody resumes it. What is said to it meanwhile is kept and done after.</p>
        <label class="choice wide">
          <input type="checkbox" checked={abort} onChange={({ currentTarget }) => setAbort(currentTarget.checked)} />
          <span>
            Abort what a model is thinking about
            <span class="hint">It is asked again after resuming. Otherwise it ends first.</span>
          </span>
        </label>
      </div>
    </Confirm>
  );
}

export const ResumeThread = ({ threadId, onDone, onClose }: Props) => (
  <Confirm
    title="Resume this thread?"
    verb="Resume"
    danger={false}
    act={async () => {
      await change(`/threads/${threadId}/resume`, within({}));
      tell('The thread goes on.');
      await onDone();
    }}
    onClose={onClose}
  >
    <p>It goes on where it was, in order.</p>
  </Confirm>
);

export function KillThread({ threadId, onDone, onClose }: Props) {
  const [report, setReport] = useState<StopReport | null>(null);
  if (report !== null) return <StopReportDialog title="The thread is killed" report={report} onClose={onClose} />;
  return (
    <Confirm
      title="Kill this thread?"
      verb="Kill"
      closes={false}
      act={async () => {
        setReport(await change<StopReport>(`/threads/${threadId}/kill`, within({})));
        await onDone();
      }}
      onClose={onClose}
    >
      <p>
        It ends for good: what is under way in it is aborted, what waits is withdrawn, late results are discarded. Its
        history stays, and can be forked.
      </p>
    </Confirm>
  );
}
