/** One's authenticator app and its recovery codes. */
import { useState } from 'preact/hooks';
import { change, reloadMe } from '../../api/session.ts';
import type { Ceremony, RecoveryCodes as Codes, Person, TotpSecret } from '../../api/shapes.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { RecoveryCodes } from '../../ui/recovery-codes.tsx';
import { TotpEnrolment } from '../../ui/totp-enrolment.tsx';
import { useTask } from '../../use-load.ts';

type Step =
  | { readonly is: 'rest' }
  | { readonly is: 'enrol'; readonly begun: Ceremony & TotpSecret }
  | { readonly is: 'codes'; readonly codes: readonly string[] }
  | { readonly is: 'renew' }
  | { readonly is: 'remove' };

export function AuthenticatorCard({ person }: { readonly person: Person }) {
  const [step, setStep] = useState<Step>({ is: 'rest' });
  const task = useTask();
  const { totp, recoveryCodes } = person.factors;
  const rest = () => setStep({ is: 'rest' });
  const begin = async () => setStep({ is: 'enrol', begun: await change('/auth/totp/options') });
  return (
    <Card
      title="Authenticator app"
      lead={
        totp
          ? `Set up. You have ${recoveryCodes === 1 ? 'one recovery code' : `${recoveryCodes} recovery codes`} left.`
          : 'Codes from an app on your phone, used together with a password.'
      }
      actions={
        <>
          <Button busy={task.busy} onPress={() => void task.run(begin)}>
            {totp ? 'Move to another phone' : 'Set up'}
          </Button>
          {totp && <Button onPress={() => setStep({ is: 'renew' })}>New recovery codes</Button>}
          {totp && <Button onPress={() => setStep({ is: 'remove' })}>Remove</Button>}
        </>
      }
    >
      <ProblemNotice problem={task.problem} />
      {step.is === 'enrol' && (
        <Dialog title="Set up an authenticator app" onClose={rest}>
          <TotpEnrolment
            totp={step.begun}
            onCancel={rest}
            confirm={async (code) => {
              const made = await change<Codes>('/auth/totp/verify', { ceremony: step.begun.ceremony, code });
              setStep({ is: 'codes', codes: made.recoveryCodes });
              await reloadMe();
            }}
          />
        </Dialog>
      )}
      {step.is === 'codes' && (
        <Dialog title="Keep your recovery codes" keep onClose={rest}>
          <RecoveryCodes codes={step.codes} onKept={rest} />
        </Dialog>
      )}
      {step.is === 'renew' && <RenewCodes onCodes={(codes) => setStep({ is: 'codes', codes })} onClose={rest} />}
      {step.is === 'remove' && (
        <Confirm
          title="Remove the authenticator app?"
          verb="Remove"
          act={async () => {
            await change('/auth/totp/remove');
            tell('The authenticator app is removed.');
            await reloadMe();
          }}
          onClose={rest}
        >
          <p>Your password and the recovery codes stop working with it, and your other sessions end.</p>
        </Confirm>
      )}
    </Card>
  );
}

function RenewCodes({ onCodes, onClose }: { onCodes(codes: readonly string[]): void; onClose(): void }) {
  const task = useTask();
  return (
    <Dialog title="Make new recovery codes?" onClose={onClose}>
      <p>The codes that you have now stop working.</p>
      <ProblemNotice problem={task.problem} />
      <div class="buttons">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind="primary"
          busy={task.busy}
          onPress={() =>
            void task.run(async () => {
              onCodes((await change<Codes>('/auth/recovery-codes')).recoveryCodes);
              await reloadMe();
            })
          }
        >
          Make new codes
        </Button>
      </div>
    </Dialog>
  );
}
