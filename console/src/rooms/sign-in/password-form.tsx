/** The first half: address and password. The answer never says which of them was wrong, nor whether anybody has that address. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from '../../api/http.ts';
import { endOffer, PASSKEY_CLOSED, passkeysFillIn } from '../../api/passkey.ts';
import { asProblem, type Problem } from '../../api/problem.ts';
import type { Ceremony } from '../../api/shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { signInByPasskey } from './sign-in-by-passkey.ts';

interface PasswordFormProps {
  readonly passkeys: boolean;
  onCode(ceremony: string): void;
}

export function PasswordForm({ passkeys, onCode }: PasswordFormProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const task = useTask();
  const [refused, setRefused] = useState<Problem | null>(null);
  const offered = useRef(false);
  /** Once, when the field is entered: each offer is a ceremony of its own at the server. */
  const offerPasskeys = async () => {
    if (offered.current || !passkeys || !(await passkeysFillIn())) return;
    offered.current = true;
    await signInByPasskey(true).catch((thrown: unknown) => {
      const problem = asProblem(thrown);
      if (problem.code !== PASSKEY_CLOSED) setRefused(problem); // nobody asked for the offer: that it ends is no news
    });
  };
  useEffect(() => endOffer, []);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => onCode((await post<Ceremony>('/auth/login', { email, password })).ceremony));
      }}
    >
      <Field
        label="Mail address"
        name="email"
        type="email"
        autocomplete="username webauthn"
        value={email}
        focus
        onText={setEmail}
        onFocused={() => void offerPasskeys()}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autocomplete="current-password"
        value={password}
        onText={setPassword}
      />
      <ProblemNotice problem={task.problem ?? refused} />
      <Button kind="primary" size="full" type="submit" busy={task.busy}>
        Continue
      </Button>
    </form>
  );
}
