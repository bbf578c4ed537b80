/** Keys for programs: what each may do, where from, until when, and an end to it. */
import { useState } from 'preact/hooks';
import { everyPage } from '../../api/pages.ts';
import { change } from '../../api/session.ts';
import type { ApiKey, Person } from '../../api/shapes.ts';
import { Room } from '../../frame/room.tsx';
import { organizationId, within } from '../../organization.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Moment } from '../../ui/moment.tsx';
import { OrganizationPicker } from '../../ui/organization-picker.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad } from '../../use-load.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';
import { scopeName } from './scopes.ts';

const keysOf = () => everyPage<ApiKey>('/api-keys', 'keys');

export function KeysRoom({ me }: { readonly me: Person }) {
  const keys = useLoad(keysOf, organizationId() ?? '');
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<ApiKey | null>(null);
  return (
    <Room
      title="API keys"
      lead="For programs. A key has only the rights that you give it, and is shown once. To give rights by certificate or signed token, see the documentation on service principals."
      actions={
        <Button kind="primary" onPress={() => setMaking(true)}>
          Make a key
        </Button>
      }
    >
      <OrganizationPicker person={me} />
      <Table
        caption="API keys"
        rows={keys}
        keyOf={({ keyId }) => keyId}
        empty={<p>There is no key yet.</p>}
        columns={[
          {
            title: 'Name',
            heads: true,
            cell: ({ name, keyId }) => (
              <>
                {name}
                <div class="small quiet mono">{keyId}</div>
              </>
            ),
          },
          { title: 'May', cell: ({ scopes }) => scopes.map(scopeName).join(', ') },
          { title: 'From', cell: ({ cidrs }) => (cidrs.length === 0 ? 'Anywhere' : cidrs.join(', ')) },
          { title: 'Ends', cell: (key) => <Ends apiKey={key} /> },
          { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} never="Not yet" /> },
          {
            title: 'Actions',
            actions: true,
            cell: (key) =>
              key.revokedAt === null && (
                <Button size="slim" label={`Revoke ${key.name}`} onPress={() => setEnding(key)}>
                  Revoke
                </Button>
              ),
          },
        ]}
      />
      {making && <NewKeyDialog onDone={keys.reload} onClose={() => setMaking(false)} />}
      {ending !== null && (
        <Confirm
          title={`Revoke ${ending.name}?`}
          verb="Revoke"
          act={async () => {
            await change(`/api-keys/${ending.keyId}/revoke`, within({}));
            tell('The key is revoked.');
            await keys.reload();
          }}
          onClose={() => setEnding(null)}
        >
          <p>Whatever uses it is refused from its next request on. This can't be taken back.</p>
        </Confirm>
      )}
    </Room>
  );
}

function Ends({ apiKey: { works, revokedAt, expiresAt } }: { readonly apiKey: ApiKey }) {
  if (revokedAt !== null)
    return (
      <>
        <span class="tag bad">Revoked</span> <Moment at={revokedAt} />
      </>
    );
  return (
    <>
      {!works && <span class="tag warn">Ended</span>} <Moment at={expiresAt} />
    </>
  );
}
