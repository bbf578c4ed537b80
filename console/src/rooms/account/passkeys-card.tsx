/** One's passkeys: to add, to name, to take away. */
import { useState } from 'preact/hooks';
import { createPasskey, passkeysWork, thisDevice } from '../../api/passkey.ts';
import { change, get, reloadMe } from '../../api/session.ts';
import type { CreationCeremony, Passkey } from '../../api/shapes.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad, useTask } from '../../use-load.ts';
import { NamePasskey } from './name-passkey.tsx';

type Asking = { readonly what: 'rename' | 'remove'; readonly passkey: Passkey };

const passkeysOf = async () => (await get<{ passkeys: readonly Passkey[] }>('/auth/passkeys')).passkeys;

export function PasskeysCard() {
  const passkeys = useLoad(passkeysOf);
  const [asking, setAsking] = useState<Asking | null>(null);
  const task = useTask();
  const add = async () => {
    const begun = await change<CreationCeremony>('/auth/webauthn/register/options');
    const response = await createPasskey(begun);
    await change('/auth/webauthn/register/verify', { ceremony: begun.ceremony, response, name: thisDevice() });
    tell('The passkey is added.');
    await Promise.all([passkeys.reload(), reloadMe()]);
  };
  const close = () => setAsking(null);
  return (
    <Card
      title="Passkeys"
      lead="The safest way in. Add one on each device that you use, so that losing one does not lock you out."
      actions={
        passkeysWork() && (
          <Button icon="passkey" busy={task.busy} onPress={() => void task.run(add)}>
            Add a passkey
          </Button>
        )
      }
    >
      {!passkeysWork() && <Notice kind="info">Passkeys do not work in this browser or at this address.</Notice>}
      <ProblemNotice problem={task.problem} />
      <Table
        caption="Your passkeys"
        rows={passkeys}
        keyOf={({ id }) => id}
        empty={<p>You have no passkey yet.</p>}
        columns={[
          { title: 'Name', heads: true, cell: ({ name }) => name },
          { title: 'Added', cell: ({ createdAt }) => <Moment at={createdAt} /> },
          { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} never="Not yet" /> },
          { title: 'Kept', cell: ({ backedUp }) => (backedUp ? 'Synced to your other devices' : 'On this one device') },
          {
            title: 'Actions',
            actions: true,
            cell: (passkey) => (
              <div class="row end">
                <Button
                  size="slim"
                  label={`Rename ${passkey.name}`}
                  onPress={() => setAsking({ what: 'rename', passkey })}
                >
                  Rename
                </Button>
                <Button
                  size="slim"
                  label={`Remove ${passkey.name}`}
                  onPress={() => setAsking({ what: 'remove', passkey })}
                >
                  Remove
                </Button>
              </div>
            ),
          },
        ]}
      />
      {asking?.what === 'rename' && <NamePasskey passkey={asking.passkey} onDone={passkeys.reload} onClose={close} />}
      {asking?.what === 'remove' && (
        <Confirm
          title={`Remove ${asking.passkey.name}?`}
          verb="Remove"
          act={async () => {
            await change(`/auth/passkeys/${asking.passkey.id}/remove`);
            tell('The passkey is removed.');
            await Promise.all([passkeys.reload(), reloadMe()]);
          }}
          onClose={close}
        >
          <p>It will not get you in any more, and your other sessions end. Delete it on the device as well.</p>
        </Confirm>
      )}
    </Card>
  );
}
