/** Everything stops: said before what that means, and after what is known of it. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { StopReport } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { StopReportDialog } from '../../swarm/stop-report.tsx';
import { Confirm } from '../../ui/confirm.tsx';

interface Props {
  onDone(): Promise<void>;
  onClose(): void;
}

export function EmergencyStop({ onDone, onClose }: Props) {
  const [report, setReport] = useState<StopReport | null>(null);
  if (report !== null) return <StopReportDialog title="The swarm is stopped" report={report} onClose={onClose} />;
  return (
    <Confirm
      title="Stop everything?"
      verb="Stop everything now"
      closes={false}
      act={async () => {
        setReport(await change<StopReport>('/emergency-stop', within({})));
        await onDone();
      }}
      onClose={onClose}
    >
      <div class="stack">
        <p>At once, for every agent of this organisation:</p>
        <ul>
          <li>work in all threads ends for good, and nothing new starts;</li>
          <li>what waits to be sent or approved is withdrawn;</li>
          <li>every agent's token ends, also of agents outside the swarm.</li>
        </ul>
        <p>Nothing is deleted. The swarm stays paused until somebody resumes it; agents then need new tokens.</p>
      </div>
    </Confirm>
  );
}
