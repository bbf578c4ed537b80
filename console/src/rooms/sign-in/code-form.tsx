/** The second half: a code from the authenticator app, or one of the recovery codes. */
import { useState } from 'preact/hooks';
import { post } from '../../api/http.ts';
import { signedIn } from '../../api/session.ts';
import type { Signed } from '../../api/shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';

interface CodeFormProps {
  readonly ceremony: string;
  onBack(): void;
}

export function CodeForm({ ceremony, onBack }: CodeFormProps) {
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState(false);
  const task = useTask();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        const factor = recovery ? { recoveryCode: code.trim() } : { code: code.replaceAll(' ', '') };
        void task.run(async () => signedIn(await post<Signed>('/auth/totp', { ceremony, ...factor })));
      }}
    >
      {recovery ? (
        <Field
          key="recovery"
          label="Recovery code"
          hint="One of those that you kept when you set up the app. Each works once."
          name="recoveryCode"
          value={code}
          focus
          onText={setCode}
        />
      ) : (
        <Field
          key="code"
          label="Code from your authenticator app"
          name="code"
          code
          autocomplete="one-time-code"
          max={7}
          value={code}
          focus
          onText={setCode}
        />
      )}
      <ProblemNotice problem={task.problem} />
      <Button kind="primary" size="full" type="submit" busy={task.busy}>
        Sign in
      </Button>
      <div class="row apart">
        <Button
          kind="bare"
          onPress={() => {
            setCode('');
            task.clear();
            setRecovery(!recovery);
          }}
        >
          {recovery ? 'Use the app instead' : 'Use a recovery code instead'}
        </Button>
        <Button kind="bare" onPress={onBack}>
          Start again
        </Button>
      </div>
    </form>
  );
}
