/** What a link opens: the first Owner's set-up, an invitation, a recovery. A first factor is made here, and one is in. */
import { useState } from 'preact/hooks';
import { post, send } from '../../api/http.ts';
import { signedIn } from '../../api/session.ts';
import type { LinkInfo, Methods, Signed } from '../../api/shapes.ts';
import { DoorPage } from '../../frame/door-page.tsx';
import { roleName } from '../../roles.ts';
import { replace } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { momentText } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { RecoveryCodes } from '../../ui/recovery-codes.tsx';
import { TotpEnrolment } from '../../ui/totp-enrolment.tsx';
import { useLoad } from '../../use-load.ts';
import { ChooseFactor } from './choose-factor.tsx';
import type { PasswordSet } from './choose-password.tsx';
import { type Who, WhoAreYou } from './who-are-you.tsx';

type Step =
  | { readonly is: 'who' }
  | { readonly is: 'factor'; readonly who: Who | null }
  | { readonly is: 'totp'; readonly set: PasswordSet }
  | { readonly is: 'codes'; readonly codes: readonly string[] };

export function LinkRoom({ token }: { readonly token: string | null }) {
  const loaded = useLoad(async () => {
    if (token === null) return null;
    const [link, methods] = await Promise.all([
      post<LinkInfo>('/auth/link', { token }),
      send<Methods>('GET', '/auth/methods').then(({ body }) => body),
    ]);
    return { link, methods };
  });
  const [step, setStep] = useState<Step>({ is: 'who' });

  if (loaded.is === 'loading') return null;
  if (loaded.is === 'failed')
    return (
      <DoorPage title="This link does not work">
        <ProblemNotice problem={loaded.problem} />
        <p>A link works once and for a limited time. Ask whoever gave it to you for a new one.</p>
        <Button onPress={() => replace('sign-in')}>Go to the sign-in</Button>
      </DoorPage>
    );
  if (loaded.value === null || token === null)
    return (
      <DoorPage title="Open your link again">
        <p>For your safety the link is not kept in this page's address. Open it once more from where you got it.</p>
        <Button onPress={() => replace('sign-in')}>Go to the sign-in</Button>
      </DoorPage>
    );

  const { link, methods } = loaded.value;
  switch (step.is) {
    case 'who':
      if (link.kind === 'set_up')
        return (
          <DoorPage title="Welcome to Sallyport" lead={LEADS.set_up(link)}>
            <WhoAreYou onWho={(who) => setStep({ is: 'factor', who })} />
          </DoorPage>
        );
      return (
        <DoorPage title={TITLES[link.kind](link)} lead={LEADS[link.kind](link)}>
          <Invited link={link} />
          <ChooseFactor {...{ token, methods, who: null }} onPassword={(set) => setStep({ is: 'totp', set })} />
        </DoorPage>
      );
    case 'factor':
      return (
        <DoorPage title="How will you sign in?" lead="Choose one now; you can add others later.">
          <ChooseFactor
            {...{ token, methods, who: step.who }}
            onPassword={(set) => setStep({ is: 'totp', set })}
            onBack={() => setStep({ is: 'who' })}
          />
        </DoorPage>
      );
    case 'totp':
      return (
        <DoorPage title="Add an authenticator app" lead="A password alone is not enough: it can be guessed or stolen.">
          <TotpEnrolment
            totp={step.set.totp}
            confirm={async (code) => {
              const { ceremony } = step.set;
              const { recoveryCodes, ...signed } = await post<Signed & { recoveryCodes: readonly string[] }>(
                '/auth/link/totp',
                { ceremony, code },
              );
              setStep({ is: 'codes', codes: recoveryCodes }); // first: who is signed in would be shown a room
              signedIn(signed);
            }}
          />
        </DoorPage>
      );
    case 'codes':
      return (
        <DoorPage title="Keep your recovery codes">
          <RecoveryCodes codes={step.codes} onKept={() => replace('home')} />
        </DoorPage>
      );
  }
}

function Invited({ link }: { readonly link: LinkInfo }) {
  return (
    <dl class="facts">
      {link.name !== null && (
        <>
          <dt>Name</dt>
          <dd>{link.name}</dd>
        </>
      )}
      {link.email !== null && (
        <>
          <dt>Mail address</dt>
          <dd>{link.email}</dd>
        </>
      )}
      <dt>Role</dt>
      <dd>{roleName(link.role)}</dd>
      <dt>Link ends</dt>
      <dd>{momentText(link.expiresAt)}</dd>
    </dl>
  );
}

type Kind = LinkInfo['kind'];
const TITLES: Readonly<Record<Kind, (link: LinkInfo) => string>> = {
  set_up: () => 'Welcome to Sallyport',
  invitation: ({ organizationName }) => `Join ${organizationName}`,
  recovery: () => 'Get back in',
};
const LEADS: Readonly<Record<Kind, (link: LinkInfo) => string>> = {
  set_up: () => 'You are the first person here, and will be its Owner. This takes a minute.',
  invitation: () => 'You were invited. Choose how you will sign in.',
  recovery: () => 'Choose a new way to sign in. Your old ways in, and all your sessions, end with it.',
};
