/** A change of prompts that waits for a second person. */
import { useState } from 'preact/hooks';
import { change, get } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { ConfigChange, ConfigChanged } from '../../api/swarm-shapes.ts';
import { about, within } from '../../organization.ts';
import { mayConfigureSwarm } from '../../roles.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { useLoad } from '../../use-load.ts';
import { Changes } from './changes.tsx';
import { saysOf } from './editor.tsx';

interface Proposed {
  readonly proposal: string | null;
  readonly by: string | null;
  readonly note: string | null;
  readonly base: number | null;
  readonly changes: readonly ConfigChange[];
}

export function ProposedCard({ person, onDone }: { readonly person: Person; onDone(): Promise<void> }) {
  const found = useLoad(() => get<Proposed>(about('/swarm/config/proposed')));
  const [asked, setAsked] = useState(false);
  if (found.is !== 'ready' || found.value.proposal === null) return null;
  const { proposal, by, note, base, changes } = found.value;
  const own = by === person.id;
  return (
    <Card
      title="A change waits for a second person"
      lead={`Proposed by ${own ? 'you' : by}, from version ${base}${note === null ? '' : `: ${note}`}`}
      actions={
        !own &&
        mayConfigureSwarm(person) && (
          <Button kind="primary" onPress={() => setAsked(true)}>
            Confirm it
          </Button>
        )
      }
    >
      {own && <p class="quiet">Another Owner confirms it; you can't.</p>}
      <Changes changes={changes} />
      {asked && (
        <Confirm
          title="Make this change live?"
          verb="Make it live"
          danger={false}
          act={async () => {
            tell(saysOf(await change<ConfigChanged>('/swarm/config/confirm', within({ proposal }))));
            await onDone();
          }}
          onClose={() => setAsked(false)}
        >
          <p>You confirm that you have read what it changes. Both names stay with the version.</p>
        </Confirm>
      )}
    </Card>
  );
}
