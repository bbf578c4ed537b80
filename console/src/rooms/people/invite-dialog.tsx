/** An invitation: who, as what; then its link, shown once, to be handed over by whoever invites. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Role, ShownLink } from '../../api/shapes.ts';
import { within } from '../../organization.ts';
import { rolesIn } from '../../roles.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { LinkDialog } from './link-dialog.tsx';

interface InviteDialogProps {
  readonly platform: boolean;
  onDone(): Promise<void>;
  onClose(): void;
}

export function InviteDialog({ platform, onDone, onClose }: InviteDialogProps) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>(platform ? 'auditor' : 'viewer');
  const [made, setMade] = useState<ShownLink | null>(null);
  const task = useTask();
  if (made !== null) return <LinkDialog title={`Invitation for ${name}`} made={made} onClose={onClose} />;
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(async () => {
            setMade(await change<ShownLink>('/users', within({ name: name.trim(), email: email.trim(), role })));
            await onDone();
          });
        }}
      >
        <Field label="Name" name="name" value={name} max={100} focus autocomplete="off" onText={setName} />
        <Field
          label="Mail address"
          hint="It names them here. You hand them the link yourself; nothing is sent."
          name="email"
          type="email"
          autocomplete="off"
          value={email}
          onText={setEmail}
        />
        <Choices
          label="Role"
          name="role"
          chosen={new Set([role])}
          options={rolesIn(platform).map((row) => ({ value: row.role, text: row.name, says: row.says }))}
          onChoice={(next) => setRole([...next][0] as Role)}
        />
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            Make the invitation
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
