/** "Do you want this?" before what can't be taken back, said with its consequences. */
import type { ComponentChildren } from 'preact';
import { useTask } from '../use-load.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ProblemNotice } from './notice.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** The verb of what is done: "Remove", not "OK". */
  readonly verb: string;
  readonly danger?: boolean;
  /** False: something else takes its place once it is done. */
  readonly closes?: boolean;
  act(): Promise<void>;
  onClose(): void;
}

export function Confirm({ title, children, verb, danger = true, closes = true, act, onClose }: ConfirmProps) {
  const task = useTask();
  return (
    <Dialog title={title} onClose={onClose}>
      <div>{children}</div>
      <ProblemNotice problem={task.problem} />
      <div class="buttons">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind={danger ? 'danger' : 'primary'}
          busy={task.busy}
          onPress={async () => {
            if ((await task.run(act)) && closes) onClose();
          }}
        >
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
