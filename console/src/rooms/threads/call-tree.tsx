/** Who called whom in a thread, as a tree. Each call opens to its steps. */
import { useMemo, useState } from 'preact/hooks';
import type { Frame, ThreadTree } from '../../api/swarm-shapes.ts';
import { FrameTag } from '../../swarm/state-tag.tsx';
import { counted, number } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { FrameDialog } from './frame-dialog.tsx';

interface CallTreeProps {
  readonly thread: ThreadTree;
  /** Whether the reader may decide what became of a call. */
  readonly controls: boolean;
  onDone(): Promise<void>;
}

/** Drawn at first: a thread may have thousands. */
const SOME = 100;

export function CallTree({ thread, controls, onDone }: CallTreeProps) {
  const [most, setMost] = useState(SOME);
  const [open, setOpen] = useState<Frame | null>(null);
  const all = thread.frames.length;
  const called = useMemo(() => byCaller(thread.frames.slice(0, most)), [thread, most]);
  return (
    <Card title="Who called whom" lead={all === 0 ? 'Nobody is at work in it yet.' : `${counted(all, 'call')}.`}>
      {all > 0 && <Level of={null} called={called} onOpen={setOpen} />}
      {all > most && (
        <div>
          <Button onPress={() => setMost(most * 5)}>Show {number(Math.min(all, most * 5) - most)} more</Button>
        </div>
      )}
      {open !== null && (
        <FrameDialog
          threadId={thread.threadId}
          frame={open}
          controls={controls}
          onDone={onDone}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}

type Called = ReadonlyMap<string | null, readonly Frame[]>;

/** Those of a caller that is not among them come first of all, under nobody. */
function byCaller(frames: readonly Frame[]): Called {
  const ids = new Set(frames.map(({ frameId }) => frameId));
  const called = new Map<string | null, Frame[]>();
  for (const frame of frames) {
    const of = frame.calledBy !== null && ids.has(frame.calledBy) ? frame.calledBy : null;
    called.set(of, [...(called.get(of) ?? []), frame]);
  }
  return called;
}

interface LevelProps {
  /** Whose calls; null: the owner's. */
  readonly of: string | null;
  readonly called: Called;
  onOpen(frame: Frame): void;
}

function Level({ of, called, onOpen }: LevelProps) {
  return (
    <ul class="tree">
      {called.get(of)?.map((frame) => {
        const { frameId, agent, usage } = frame;
        const tokens = usage.inputTokens + usage.outputTokens;
        return (
          <li key={frameId}>
            <div class="row">
              <strong class="id">{agent}</strong>
              <FrameTag status={frame.status} />
              {tokens > 0 && <span class="small quiet">{counted(tokens, 'token')}</span>}
              <Button kind="bare" size="slim" label={`Steps of ${agent}`} onPress={() => onOpen(frame)}>
                Steps
              </Button>
            </div>
            {called.has(frameId) && <Level of={frameId} called={called} onOpen={onOpen} />}
          </li>
        );
      })}
    </ul>
  );
}
