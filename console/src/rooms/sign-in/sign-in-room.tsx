/** Signing in: a passkey first, a password and a code for those who want it, the organisation's own log-in where there is one. */
import { useState } from 'preact/hooks';
import { post, send } from '../../api/http.ts';
import { passkeysWork } from '../../api/passkey.ts';
import type { Methods } from '../../api/shapes.ts';
import { DoorPage } from '../../frame/door-page.tsx';
import { route } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useLoad, useTask } from '../../use-load.ts';
import { CodeForm } from './code-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { problemOfReturn } from './return-problems.ts';
import { signInByPasskey } from './sign-in-by-passkey.ts';

type Step =
  | { readonly is: 'choose' }
  | { readonly is: 'password' }
  | { readonly is: 'code'; readonly ceremony: string };

const methodsOf = async (): Promise<Methods> => (await send<Methods>('GET', '/auth/methods')).body;

export function SignInRoom({ why }: { readonly why: string | null }) {
  const methods = useLoad(methodsOf);
  const [step, setStep] = useState<Step>({ is: 'choose' });
  const task = useTask();
  const back = problemOfReturn(route.value.query.get('problem'));

  if (methods.is === 'failed')
    return (
      <DoorPage title="Sign in">
        <ProblemNotice problem={methods.problem} />
        <Button onPress={() => void methods.reload()}>Try again</Button>
      </DoorPage>
    );
  if (methods.is === 'ready' && methods.value.setUp) return <NobodyYet />;
  if (step.is === 'code')
    return (
      <DoorPage title="Enter your code" lead="Your password was right. Now the second part.">
        <CodeForm ceremony={step.ceremony} onBack={() => setStep({ is: 'choose' })} />
      </DoorPage>
    );

  const offers = methods.is === 'ready' ? methods.value : null;
  const passkeys = offers?.passkey !== false && passkeysWork();
  const oidc = offers?.oidc ?? null;
  const byPassword = step.is === 'password' || (offers !== null && !passkeys);
  return (
    <DoorPage title="Sign in" lead="Welcome back.">
      {why !== null && <Notice kind="info">{why}</Notice>}
      {back !== null && <Notice kind="bad">{back}</Notice>}
      {passkeys && (
        <Button
          kind={byPassword ? 'plain' : 'primary'}
          size="full"
          icon="passkey"
          busy={task.busy}
          onPress={() => void task.run(() => signInByPasskey())}
        >
          Sign in with a passkey
        </Button>
      )}
      <ProblemNotice problem={task.problem} />
      {oidc !== null && (
        <Button size="full" onPress={() => void task.run(startOidc)}>
          Sign in with {oidc.label}
        </Button>
      )}
      {byPassword ? (
        <>
          {(passkeys || oidc !== null) && <div class="divider">or with a password</div>}
          <PasswordForm passkeys={passkeys} onCode={(ceremony) => setStep({ is: 'code', ceremony })} />
        </>
      ) : (
        <Button kind="bare" onPress={() => setStep({ is: 'password' })}>
          Use a password instead
        </Button>
      )}
      <p class="small quiet">No way in any more? Ask an Owner of your organisation for a recovery link.</p>
    </DoorPage>
  );
}

async function startOidc(): Promise<void> {
  const { url } = await post<{ url: string }>('/auth/oidc/start', { intent: 'sign_in' });
  location.assign(url);
}

function NobodyYet() {
  return (
    <DoorPage title="Nobody is here yet" lead="This Sallyport is new. Its first Owner comes in by the set-up link.">
      <p>
        The link was shown when the server was started for the first time. It works once, for one hour. To make a new
        one, run this where the server runs:
      </p>
      <code class="secret">sallyport user set-up-link</code>
    </DoorPage>
  );
}
