/** Another name for a passkey. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Passkey } from '../../api/shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';

interface NamePasskeyProps {
  readonly passkey: Passkey;
  onDone(): Promise<void>;
  onClose(): void;
}

export function NamePasskey({ passkey, onDone, onClose }: NamePasskeyProps) {
  const [name, setName] = useState(passkey.name);
  const task = useTask();
  return (
    <Dialog title="Rename the passkey" onClose={onClose}>
      <form
        class="form"
        onSubmit={async (event) => {
          event.preventDefault();
          const done = await task.run(async () => {
            await change(`/auth/passkeys/${passkey.id}/rename`, { name: name.trim() });
            await onDone();
          });
          if (done) onClose();
        }}
      >
        <Field label="Name" name="name" value={name} max={60} focus onText={setName} />
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
