/** Denying: it is never done, and who asked is told. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Held } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { tell } from '../../told.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Field } from '../../ui/field.tsx';

interface DenyDialogProps {
  readonly held: Held;
  onDone(actionId: string): Promise<void>;
  onClose(): void;
}

export function DenyDialog({ held: { actionId, name }, onDone, onClose }: DenyDialogProps) {
  const [note, setNote] = useState('');
  return (
    <Confirm
      title={`Deny ${name}?`}
      verb="Deny"
      act={async () => {
        const said = note.trim();
        await change(`/approvals/${actionId}/deny`, within(said === '' ? {} : { note: said }));
        tell(`${name} is denied.`);
        await onDone(actionId);
      }}
      onClose={onClose}
    >
      <div class="form">
        <p>It will not be done, and the agent is told so. This can't be taken back; it may ask again.</p>
        <Field
          label="Note (optional)"
          hint="Why, for whoever looks at it later."
          name="note"
          lines={2}
          required={false}
          value={note}
          onText={setNote}
        />
      </div>
    </Confirm>
  );
}
