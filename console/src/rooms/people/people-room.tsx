/** Who may come in, as what. Admins look; Owners invite and decide. */
import { useState } from 'preact/hooks';
import { everyPage } from '../../api/pages.ts';
import type { Person } from '../../api/shapes.ts';
import { Room } from '../../frame/room.tsx';
import { organizationId } from '../../organization.ts';
import { mayManagePeople, roleName } from '../../roles.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad } from '../../use-load.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { ManageDialog } from './manage-dialog.tsx';

const everybody = () => everyPage<Person>('/users', 'people');

const STATUS = {
  active: { text: 'Active', tone: 'good' },
  invited: { text: 'Invited', tone: 'warn' },
  suspended: { text: 'Suspended', tone: 'bad' },
} as const;

export function PeopleRoom({ me }: { readonly me: Person }) {
  const people = useLoad(everybody, organizationId() ?? '');
  const [inviting, setInviting] = useState(false);
  const [managed, setManaged] = useState<Person | null>(null);
  const may = mayManagePeople(me);
  return (
    <Room
      title="People"
      lead="Who may come in, and as what. Everybody comes in by a link of their own that works once."
      actions={
        may && (
          <Button kind="primary" onPress={() => setInviting(true)}>
            Invite somebody
          </Button>
        )
      }
    >
      <OrganizationPicker person={me} />
      <Table
        caption="People"
        rows={people}
        keyOf={({ id }) => id}
        empty={<p>Nobody is here yet.</p>}
        columns={[
          {
            title: 'Name',
            heads: true,
            cell: ({ id, name, email }) => (
              <>
                {name} {id === me.id && <span class="tag">you</span>}
                <div class="small quiet">{email}</div>
              </>
            ),
          },
          { title: 'Role', cell: ({ role }) => roleName(role) },
          {
            title: 'Status',
            cell: ({ status }) => <span class={`tag ${STATUS[status].tone}`}>{STATUS[status].text}</span>,
          },
          { title: 'Signs in by', cell: ({ factors }) => waysOf(factors) },
          { title: 'Last sign-in', cell: ({ lastSignInAt }) => <Moment at={lastSignInAt} never="Not yet" /> },
          ...(may
            ? [
                {
                  title: 'Actions',
                  actions: true,
                  cell: (person: Person) =>
                    person.id !== me.id && (
                      <Button size="slim" label={`Manage ${person.name}`} onPress={() => setManaged(person)}>
                        Manage
                      </Button>
                    ),
                } as const,
              ]
            : []),
        ]}
      />
      {inviting && (
        <InviteDialog
          platform={me.platform && organizationId() === me.organizationId}
          onDone={people.reload}
          onClose={() => setInviting(false)}
        />
      )}
      {managed !== null && (
        <ManageDialog
          person={managed}
          platform={me.platform && organizationId() === me.organizationId}
          onDone={people.reload}
          onClose={() => setManaged(null)}
        />
      )}
    </Room>
  );
}

function waysOf({ passkeys, password, totp, oidc }: Person['factors']) {
  const ways = [
    ...(passkeys > 0 ? [passkeys === 1 ? 'Passkey' : `${passkeys} passkeys`] : []),
    ...(password && totp ? ['Password and code'] : []),
    ...(oidc ? ['Organisation log-in'] : []),
  ];
  return ways.length === 0 ? <span class="quiet">Nothing yet</span> : ways.join(', ');
}
