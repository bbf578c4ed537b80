/** What a stop did: what is known to have stopped and how, and first of all what is not. Shown until somebody closes it. */
import type { ComponentChildren } from 'preact';
import type { StopReport } from '../api/swarm-shapes.ts';
import { hrefTo } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice } from '../ui/notice.tsx';
import { counted, MODEL_CALL, NOT_PROVEN, STOPPED } from './words.ts';

interface StopReportDialogProps {
  readonly title: string;
  readonly report: StopReport;
  onClose(): void;
}

/** Of one list; the rest is counted, and in the threads and the log. */
const MOST = 100;

export function StopReportDialog({ title, report, onClose }: StopReportDialogProps) {
  const { notProven, others, complete, found, turnsUnderWay, messagesHeld, tokensEnded } = report;
  const doubt = notProven.length + others.notProven > 0 || !complete || found === 'unknown';
  return (
    <Dialog title={title} keep onClose={onClose}>
      <Notice kind={doubt ? 'warn' : 'good'}>{sentenceOf(report)}</Notice>
      <Part
        title="Not proven stopped"
        lead="It may have happened, or may still. Look at each: where it went to, and whether it arrived."
        rows={notProven.map(({ actionId, action, agentId, why }) => ({
          id: actionId,
          what: <Acted action={action} agentId={agentId} />,
          how: NOT_PROVEN[why],
        }))}
      />
      <Part
        title="Work that ended"
        rows={report.framesEnded.map(({ frameId, threadId, agent, was }) => ({
          id: frameId,
          what: (
            <>
              {agent}, in <a href={hrefTo('threads', { thread: threadId })}>thread {threadId}</a>
            </>
          ),
          how: `was ${was}`,
        }))}
      />
      <Part
        title="Actions that stopped"
        rows={report.actionsStopped.map(({ actionId, action, agentId, how }) => ({
          id: actionId,
          what: <Acted action={action} agentId={agentId} />,
          how: STOPPED[how],
        }))}
      />
      <Part
        title="Approvals withdrawn"
        rows={report.approvalsCancelled.map(({ actionId, action, agentId }) => ({
          id: actionId,
          what: <Acted action={action} agentId={agentId} />,
          how: 'never began',
        }))}
      />
      <Part
        title="Model calls"
        rows={report.modelCalls.map(({ actionId, agentId, how }) => ({
          id: actionId,
          what: <Acted action="Model call" agentId={agentId} />,
          how: MODEL_CALL[how],
        }))}
      />
      {tokensEnded.length > 0 && <p>{counted(tokensEnded.length, 'token')} of agents ended.</p>}
      {messagesHeld.count > 0 && (
        <p>
          {counted(messagesHeld.count, 'message')} that waited {messagesHeld.count === 1 ? 'is' : 'are'} kept, unread.
        </p>
      )}
      {turnsUnderWay > 0 && (
        <p>
          The own code of {counted(turnsUnderWay, 'turn')} has not returned yet; nothing that it asks for is done any
          more.
        </p>
      )}
      <div class="buttons">
        <Button kind="primary" onPress={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

/** The API's own names a field of its answer; here it is a heading. */
const sentenceOf = ({ say, complete }: StopReport): string =>
  `${say.replace(': see notProven and look at each', ': look at each below')}${
    complete ? '' : ' Not everything could be looked at in time; it goes on by itself.'
  }`;

const Acted = ({ action, agentId }: { readonly action: string; readonly agentId: string | null }) => (
  <>
    {action}
    {agentId !== null && <span class="quiet"> by {agentId}</span>}
  </>
);

interface PartProps {
  readonly title: string;
  readonly lead?: string;
  readonly rows: readonly { readonly id: string; readonly what: ComponentChildren; readonly how: string }[];
}

function Part({ title, lead, rows }: PartProps) {
  if (rows.length === 0) return null;
  return (
    <section class="report" aria-label={title}>
      <h3>
        {title} <span class="quiet">({rows.length})</span>
      </h3>
      {lead !== undefined && <p class="small quiet">{lead}</p>}
      <ul>
        {rows.slice(0, MOST).map(({ id, what, how }) => (
          <li key={id}>
            <div>
              {what}: {how}
            </div>
            <div class="mono small quiet id">{id}</div>
          </li>
        ))}
      </ul>
      {rows.length > MOST && <p class="quiet">And {counted(rows.length - MOST, 'more', 'more')}.</p>}
    </section>
  );
}
