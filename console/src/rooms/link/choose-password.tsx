/** A first password. What a good one is, is said before; the server's rules decide. */
import { useState } from 'preact/hooks';
import { post } from '../../api/http.ts';
import type { Ceremony, TotpSecret } from '../../api/shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';

export interface PasswordSet extends Ceremony {
  readonly totp: TotpSecret;
}

interface ChoosePasswordProps {
  begin(): Promise<Ceremony>;
  onSet(set: PasswordSet): void;
}

export function ChoosePassword({ begin, onSet }: ChoosePasswordProps) {
  const [password, setPassword] = useState('');
  const task = useTask();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => {
          const { ceremony } = await begin();
          onSet(await post<PasswordSet>('/auth/link/password', { ceremony, password }));
        });
      }}
    >
      <Field
        label="Choose a password"
        hint="At least 8 characters; a few words in a row are easy to remember and hard to guess."
        name="new-password"
        type="password"
        autocomplete="new-password"
        value={password}
        focus
        onText={setPassword}
      />
      <ProblemNotice problem={task.problem} />
      <Button kind="primary" size="full" type="submit" busy={task.busy}>
        Continue
      </Button>
    </form>
  );
}
