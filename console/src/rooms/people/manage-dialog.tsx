/** What an Owner may do about somebody else, each with its consequence. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Person, Role, ShownLink } from '../../api/shapes.ts';
import { within } from '../../organization.ts';
import { roleName, rolesIn } from '../../roles.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices } from '../../ui/field.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { LinkDialog } from './link-dialog.tsx';

interface ManageDialogProps {
  readonly person: Person;
  readonly platform: boolean;
  onDone(): Promise<void>;
  onClose(): void;
}

type Step =
  | { readonly is: 'menu' | 'suspend' | 'remove' | 'recover' | 'end' }
  | { readonly is: 'link'; readonly made: ShownLink };

export function ManageDialog({ person, platform, onDone, onClose }: ManageDialogProps) {
  const [step, setStep] = useState<Step>({ is: 'menu' });
  const [role, setRole] = useState<Role>(person.role);
  const task = useTask();
  const path = `/users/${person.id}`;
  const back = () => setStep({ is: 'menu' });
  const act = async (verb: string, says: string) => {
    await change(`${path}/${verb}`, within({}));
    tell(says);
    await onDone();
    onClose();
  };
  const invited = person.status === 'invited';

  switch (step.is) {
    case 'link':
      return <LinkDialog title={`Recovery for ${person.name}`} made={step.made} onClose={onClose} />;
    case 'suspend':
      return (
        <Confirm
          title={`Suspend ${person.name}?`}
          verb="Suspend"
          act={() => act('suspend', `${person.name} is suspended.`)}
          onClose={back}
        >
          <p>Their sessions end at once, and they can't sign in until you lift it.</p>
        </Confirm>
      );
    case 'remove':
      return (
        <Confirm
          title={`Remove ${person.name}?`}
          verb="Remove"
          act={() => act('remove', `${person.name} is removed.`)}
          onClose={back}
        >
          <p>
            Their sessions end at once, and their name and address are erased. This can't be taken back; the log stays.
          </p>
        </Confirm>
      );
    case 'end':
      return (
        <Confirm
          title={`End the sessions of ${person.name}?`}
          verb="End them"
          act={() => act('sessions/end', `The sessions of ${person.name} are ended.`)}
          onClose={back}
        >
          <p>They have to sign in again.</p>
        </Confirm>
      );
    case 'recover':
      return (
        <Recover
          person={person}
          onMade={(made) => {
            setStep({ is: 'link', made });
            void onDone();
          }}
          onClose={back}
        />
      );
    case 'menu':
      return (
        <Dialog title={person.name} onClose={onClose}>
          <p class="quiet">
            {person.email}, {roleName(person.role)}
          </p>
          <form
            class="form"
            onSubmit={(event) => {
              event.preventDefault();
              void task.run(async () => {
                await change(`${path}/role`, within({ role }));
                tell(`${person.name} is ${roleName(role)} now.`);
                await onDone();
                onClose();
              });
            }}
          >
            <Choices
              label="Role"
              hint="A new role ends their sessions; they sign in again with it."
              name="role"
              chosen={new Set([role])}
              options={rolesIn(platform).map((row) => ({ value: row.role, text: row.name, says: row.says }))}
              onChoice={(next) => setRole([...next][0] as Role)}
            />
            <ProblemNotice problem={task.problem} />
            {role !== person.role && (
              <Button kind="primary" type="submit" busy={task.busy}>
                Make {person.name} {roleName(role)}
              </Button>
            )}
          </form>
          <div class="row">
            {person.status === 'suspended' ? (
              <Button
                onPress={() => void task.run(() => act('reinstate', `${person.name} may come in again.`))}
                busy={task.busy}
              >
                Lift the suspension
              </Button>
            ) : (
              !invited && <Button onPress={() => setStep({ is: 'suspend' })}>Suspend</Button>
            )}
            {person.status === 'active' && <Button onPress={() => setStep({ is: 'recover' })}>Recovery link</Button>}
            {person.status === 'active' && <Button onPress={() => setStep({ is: 'end' })}>End sessions</Button>}
            <Button kind="danger" onPress={() => setStep({ is: 'remove' })}>
              {invited ? 'Withdraw the invitation' : 'Remove'}
            </Button>
          </div>
          <div class="buttons">
            <Button onPress={onClose}>Close</Button>
          </div>
        </Dialog>
      );
  }
}

interface RecoverProps {
  readonly person: Person;
  onMade(made: ShownLink): void;
  onClose(): void;
}

function Recover({ person, onMade, onClose }: RecoverProps) {
  const task = useTask();
  return (
    <Dialog title={`Make a recovery link for ${person.name}?`} onClose={onClose}>
      <p>
        For somebody who has lost every way in. Be sure that it is really them who asks: whoever opens the link chooses
        a new way to sign in as them, and their old ways in and sessions end then.
      </p>
      <ProblemNotice problem={task.problem} />
      <div class="buttons">
        <Button onPress={onClose}>Cancel</Button>
        <Button
          kind="primary"
          busy={task.busy}
          onPress={() =>
            void task.run(async () => onMade(await change<ShownLink>(`/users/${person.id}/recover`, within({}))))
          }
        >
          Make the link
        </Button>
      </div>
    </Dialog>
  );
}
