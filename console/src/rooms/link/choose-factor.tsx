/** A first way in: a passkey, a password with an app, or the organisation's own log-in. */
import { useState } from 'preact/hooks';
import { post } from '../../api/http.ts';
import { createPasskey, passkeysWork, thisDevice } from '../../api/passkey.ts';
import { signedIn } from '../../api/session.ts';
import type { Ceremony, CreationCeremony, Methods, Signed } from '../../api/shapes.ts';
import { replace } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { ChoosePassword, type PasswordSet } from './choose-password.tsx';
import type { Who } from './who-are-you.tsx';

interface ChooseFactorProps {
  readonly token: string;
  readonly methods: Methods;
  readonly who: Who | null;
  onPassword(set: PasswordSet): void;
  onBack?(): void;
}

export function ChooseFactor({ token, methods, who, onPassword, onBack }: ChooseFactorProps) {
  const passkeys = methods.passkey && passkeysWork();
  const [byPassword, setByPassword] = useState(!passkeys);
  const task = useTask();
  const begin = () => post<Ceremony>('/auth/link/begin', { token, ...who });
  const makePasskey = async () => {
    const { ceremony } = await begin();
    const begun = await post<CreationCeremony>('/auth/link/webauthn/options', { ceremony });
    const response = await createPasskey(begun);
    const made = { ceremony: begun.ceremony, response, name: thisDevice() };
    signedIn(await post<Signed>('/auth/link/webauthn/verify', made));
    replace('home');
  };
  const goToOidc = async () => {
    const { ceremony } = await begin();
    const { url } = await post<{ url: string }>('/auth/oidc/start', { intent: 'accept', token: ceremony });
    location.assign(url);
  };
  return (
    <div class="stack">
      {passkeys ? (
        <div class="stack wide">
          <p>
            <strong>A passkey</strong> is the safest way, and the quickest: you unlock it with your finger, your face or
            your screen lock. There is nothing to remember, and nobody can trick you out of it.
          </p>
          <div class="wide">
            <Button
              kind="primary"
              size="full"
              icon="passkey"
              busy={task.busy}
              onPress={() => void task.run(makePasskey)}
            >
              Create a passkey
            </Button>
          </div>
        </div>
      ) : (
        <Notice kind="info">
          Passkeys do not work here: they need a newer browser, or an address with a name and HTTPS.
        </Notice>
      )}
      <ProblemNotice problem={task.problem} />
      {methods.oidc !== null && (
        <div class="wide">
          <Button size="full" onPress={() => void task.run(goToOidc)}>
            Use {methods.oidc.label}
          </Button>
        </div>
      )}
      {methods.password &&
        (byPassword ? (
          <div class="wide">
            <ChoosePassword begin={begin} onSet={onPassword} />
          </div>
        ) : (
          <Button kind="bare" onPress={() => setByPassword(true)}>
            Use a password and an authenticator app instead
          </Button>
        ))}
      {onBack !== undefined && (
        <Button kind="bare" onPress={onBack}>
          Back
        </Button>
      )}
    </div>
  );
}
