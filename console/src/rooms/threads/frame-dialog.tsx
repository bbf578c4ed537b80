/**
 * What an agent did in one call, step by step, from the record. Where nobody knows whether something happened, its agent waits for
 * a person to say so, and here it is said.
 */
import { useState } from 'preact/hooks';
import { change, get } from '../../api/session.ts';
import type { Frame } from '../../api/swarm-shapes.ts';
import { about, within } from '../../organization.ts';
import { pretty } from '../../swarm/canonical.ts';
import { Revealed } from '../../swarm/revealed.tsx';
import { FrameTag } from '../../swarm/state-tag.tsx';
import { counted } from '../../swarm/words.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useLoad, useTask } from '../../use-load.ts';

interface FrameDialogProps {
  readonly threadId: string;
  readonly frame: Frame;
  readonly controls: boolean;
  onDone(): Promise<void>;
  onClose(): void;
}

interface Step {
  readonly n: number;
  readonly kind: 'input' | 'think' | 'call' | 'answer';
  readonly state: string;
  readonly at: string;
  readonly integrity: string;
  readonly text: string | null;
  readonly isError: boolean;
  readonly calls: readonly { readonly name: string; readonly args: unknown }[];
  readonly actionId: string | null;
}
interface Inspected {
  readonly cut: boolean;
  readonly frames: readonly { readonly frameId: string; readonly steps: readonly Step[] }[];
}

const KIND = { input: 'Was told', think: 'Thought', call: 'Called', answer: 'Answered' } as const;
const STATE: Readonly<Record<string, string>> = { begun: 'under way', waiting: 'waits', unknown: 'outcome unknown' };
const PAGE = 50;

export function FrameDialog({ threadId, frame, controls, onDone, onClose }: FrameDialogProps) {
  const { frameId, agent } = frame;
  const [shown, setShown] = useState(PAGE);
  const found = useLoad(() => get<Inspected>(about(`/threads/${threadId}/inspect`, { frameId })), frameId);
  const steps = found.is === 'ready' ? (found.value.frames[0]?.steps ?? []) : [];
  return (
    <Dialog title={`Steps of ${agent}`} onClose={onClose}>
      <p>
        <FrameTag status={frame.status} /> <span class="quiet">configuration version {frame.version}</span>
      </p>
      {found.is === 'failed' && <ProblemNotice problem={found.problem} />}
      {found.is === 'ready' && found.value.cut && <Notice kind="info">Not all of it fits here.</Notice>}
      {found.is === 'ready' && steps.length === 0 && <p class="quiet">It took no step yet.</p>}
      <ol class="steps">
        {steps.slice(0, shown).map((step) => (
          <li key={step.n}>
            <StepShown step={step} />
            {step.state === 'unknown' && controls && (
              <Resolve
                path={`/threads/${threadId}/resolve-step`}
                place={{ frameId, step: step.n }}
                onDone={async () => {
                  await found.reload();
                  await onDone();
                }}
              />
            )}
          </li>
        ))}
      </ol>
      <div class="buttons">
        {steps.length > shown && (
          <Button onPress={() => setShown(shown + PAGE)}>
            Show {counted(Math.min(PAGE, steps.length - shown), 'more step')}
          </Button>
        )}
        <Button kind="primary" onPress={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

function StepShown({ step: { kind, state, at, integrity, text, isError, calls } }: { readonly step: Step }) {
  return (
    <>
      <p class="row">
        <strong>{KIND[kind]}</strong>
        {STATE[state] !== undefined && (
          <span class={`tag ${state === 'unknown' ? 'bad' : ''}`.trim()}>{STATE[state]}</span>
        )}
        {isError && <span class="tag bad">Error</span>}
        {integrity === 'untrusted' && <span class="tag warn">Untrusted</span>}
        <span class="small quiet">
          <Moment at={at} />
        </span>
      </p>
      {text !== null && text !== '' && (
        <pre class="said" dir="auto">
          <Revealed text={text} />
        </pre>
      )}
      {calls.map(({ name, args }, i) => (
        <div key={i}>
          <span class="small">
            {name} <span class="quiet">with</span>
          </span>
          <pre class="data">
            <Revealed text={pretty(args)} />
          </pre>
        </div>
      ))}
    </>
  );
}

interface ResolveProps {
  readonly path: string;
  readonly place: { readonly frameId: string; readonly step: number };
  onDone(): Promise<void>;
}

function Resolve({ path, place, onDone }: ResolveProps) {
  const task = useTask();
  const say = (as: 'done' | 'failed' | 'again', says: string) => () =>
    void task.run(async () => {
      await change(path, within({ ...place, as }));
      tell(says);
      await onDone();
    });
  return (
    <Notice kind="warn">
      <p>Nobody knows whether this happened, and the agent waits. Find out where it went to, then say:</p>
      <ProblemNotice problem={task.problem} />
      <div class="row">
        <Button size="slim" busy={task.busy} onPress={say('done', 'The agent is told that it happened.')}>
          It happened
        </Button>
        <Button size="slim" busy={task.busy} onPress={say('failed', 'The agent is told that it did not happen.')}>
          It did not
        </Button>
        <Button size="slim" kind="danger" busy={task.busy} onPress={say('again', 'It is made once more.')}>
          Do it again
        </Button>
      </div>
    </Notice>
  );
}
