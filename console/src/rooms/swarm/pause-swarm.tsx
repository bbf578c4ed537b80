/** The whole swarm is paused, and goes on. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import { within } from '../../organization.ts';
import { tell } from '../../told.ts';
import { Confirm } from '../../ui/confirm.tsx';

interface Props {
  onDone(): Promise<void>;
  onClose(): void;
}

export function PauseSwarm({ onDone, onClose }: Props) {
  const [abort, setAbort] = useState(false);
  return (
    <Confirm
      title="Pause the swarm?"
      verb="Pause"
      danger={false}
      act={async () => {
        await change('/swarm/pause', within({ abort }));
        tell('The swarm is paused.');
        await onDone();
      }}
      onClose={onClose}
    >
      <div class="stack">
        <p>Nothing new starts until somebody resumes it. What is said to agents meanwhile is kept and done after.</p>
        <label class="choice wide">
          <input type="checkbox" checked={abort} onChange={({ currentTarget }) => setAbort(currentTarget.checked)} />
          <span>
            Abort what models are thinking about
            <span class="hint">It is asked again after resuming. Otherwise it ends first.</span>
          </span>
        </label>
      </div>
    </Confirm>
  );
}

export const ResumeSwarm = ({ onDone, onClose }: Props) => (
  <Confirm
    title="Resume the swarm?"
    verb="Resume"
    danger={false}
    act={async () => {
      await change('/swarm/resume', within({}));
      tell('The swarm goes on.');
      await onDone();
    }}
    onClose={onClose}
  >
    <p>Work goes on where it was. What was killed stays killed, and tokens that an emergency stop ended stay ended.</p>
  </Confirm>
);
