/** Setting up an authenticator app: scan, or type the secret; then a first code proves that it works. */
import { useState } from 'preact/hooks';
import type { TotpSecret } from '../api/shapes.ts';
import { useTask } from '../use-load.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { ProblemNotice } from './notice.tsx';
import { Qr } from './qr.tsx';

interface TotpEnrolmentProps {
  readonly totp: TotpSecret;
  confirm(code: string): Promise<void>;
  onCancel?(): void;
}

export function TotpEnrolment({ totp, confirm, onCancel }: TotpEnrolmentProps) {
  const [code, setCode] = useState('');
  const task = useTask();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(() => confirm(code.replaceAll(' ', '')));
      }}
    >
      <p>Scan this with an authenticator app on your phone, such as the one that comes with it.</p>
      <Qr text={totp.uri} says="QR code for an authenticator app" />
      <details>
        <summary>I can't scan it</summary>
        <p class="small quiet">Type this secret into the app instead; it is time-based, with six digits.</p>
        <code class="secret" data-secret="the secret">
          {totp.secret.replace(/(.{4})(?=.)/g, '$1 ')}
        </code>
      </details>
      <Field
        label="Code from the app"
        hint="Six digits that change every half minute."
        name="code"
        code
        autocomplete="one-time-code"
        value={code}
        fault={task.problem?.fields.get('code')}
        max={7}
        focus
        onText={setCode}
      />
      <ProblemNotice problem={task.problem} />
      <div class="row">
        <Button kind="primary" type="submit" busy={task.busy}>
          Confirm
        </Button>
        {onCancel !== undefined && <Button onPress={onCancel}>Cancel</Button>}
      </div>
    </form>
  );
}
