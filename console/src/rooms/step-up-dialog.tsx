/** "Is it you?": what changes people, keys or settings asks for a fresh factor. The request that asked is sent again after it. */
import { useState } from 'preact/hooks';
import { passkeysWork, usePasskey } from '../api/passkey.ts';
import { confirmedUntil, session, withToken } from '../api/session.ts';
import type { Person, RequestCeremony, SteppedUp } from '../api/shapes.ts';
import { question } from '../api/step-up.ts';
import { placeNow, rememberPlace } from '../route.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import { useTask } from '../use-load.ts';

export function StepUpDialog() {
  if (question.value === null || session.value.is !== 'signed-in') return null;
  return <Asked person={session.value.person} />;
}

function Asked({ person: { factors } }: { readonly person: Person }) {
  const [code, setCode] = useState('');
  const task = useTask();
  const cancel = () => question.value?.cancel();
  const passkey = factors.passkeys > 0 && passkeysWork();
  const done = ({ steppedUpUntil }: SteppedUp) => {
    confirmedUntil(steppedUpUntil);
    question.value?.confirm();
  };
  const byPasskey = async () => {
    const begun = await withToken<RequestCeremony>('POST', '/auth/step-up/webauthn/options', {});
    const response = await usePasskey(begun);
    done(await withToken('POST', '/auth/step-up/webauthn/verify', { ceremony: begun.ceremony, response }));
  };
  const byCode = async () => done(await withToken('POST', '/auth/step-up', { totp: code.replaceAll(' ', '') }));
  const byOidc = async () => {
    rememberPlace(placeNow());
    const { url } = await withToken<{ url: string }>('POST', '/auth/oidc/start', { intent: 'step_up' });
    location.assign(url);
  };
  return (
    <Dialog title="Is it you?" onClose={cancel}>
      <p>This is a sensitive change. Confirm with one of your factors; it then holds for five minutes.</p>
      <ProblemNotice problem={task.problem} />
      {passkey && (
        <Button kind="primary" size="full" icon="passkey" busy={task.busy} onPress={() => void task.run(byPasskey)}>
          Confirm with a passkey
        </Button>
      )}
      {passkey && factors.totp && <div class="divider">or</div>}
      {factors.totp && (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void task.run(byCode);
          }}
        >
          <Field
            label="Code from your authenticator app"
            name="code"
            code
            autocomplete="one-time-code"
            max={7}
            value={code}
            focus={!passkey}
            onText={setCode}
          />
          <Button kind={passkey ? 'plain' : 'primary'} size="full" type="submit" busy={task.busy && !passkey}>
            Confirm with the code
          </Button>
        </form>
      )}
      {factors.oidc && (
        <Button size="full" onPress={() => void task.run(byOidc)}>
          Confirm at your organisation's log-in
        </Button>
      )}
      {!passkey && !factors.totp && !factors.oidc && (
        <Notice kind="warn">None of your factors works in this browser. Open this page where your passkey is.</Notice>
      )}
      <div class="buttons">
        <Button onPress={cancel}>Cancel</Button>
      </div>
    </Dialog>
  );
}
