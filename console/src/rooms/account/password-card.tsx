/** One's password: to set or to change. Every other session ends with it. */
import { useState } from 'preact/hooks';
import { change, signedIn } from '../../api/session.ts';
import type { Person, Signed } from '../../api/shapes.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';

export function PasswordCard({ person }: { readonly person: Person }) {
  const [open, setOpen] = useState(false);
  const has = person.factors.password;
  return (
    <Card
      title="Password"
      lead={
        has
          ? 'You have one. It is used together with a code from your authenticator app.'
          : 'You have none, and need none while you can sign in another way.'
      }
      actions={<Button onPress={() => setOpen(true)}>{has ? 'Change the password' : 'Set a password'}</Button>}
    >
      {open && <NewPassword verb={has ? 'Change' : 'Set'} onClose={() => setOpen(false)} />}
    </Card>
  );
}

function NewPassword({ verb, onClose }: { readonly verb: string; onClose(): void }) {
  const [password, setPassword] = useState('');
  const task = useTask();
  return (
    <Dialog title="Choose a password" onClose={onClose}>
      <form
        class="form"
        onSubmit={async (event) => {
          event.preventDefault();
          const done = await task.run(async () => {
            signedIn(await change<Signed>('/auth/password', { password }));
            tell('The password is set. Your other sessions are ended.');
          });
          if (done) onClose();
        }}
      >
        <Field
          label="New password"
          hint="At least 8 characters; a few words in a row are easy to remember and hard to guess. All your other sessions end."
          name="new-password"
          type="password"
          autocomplete="new-password"
          value={password}
          fault={task.problem?.fields.get('password')}
          focus
          onText={setPassword}
        />
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
