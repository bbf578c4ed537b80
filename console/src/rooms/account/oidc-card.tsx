/** The organisation's own log-in, where the server offers one. */
import { useState } from 'preact/hooks';
import { send } from '../../api/http.ts';
import { change, reloadMe } from '../../api/session.ts';
import type { Methods, Person } from '../../api/shapes.ts';
import { rememberPlace } from '../../route.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useLoad, useTask } from '../../use-load.ts';

export function OidcCard({ person }: { readonly person: Person }) {
  const methods = useLoad(async () => (await send<Methods>('GET', '/auth/methods')).body);
  const [leaving, setLeaving] = useState(false);
  const task = useTask();
  const oidc = methods.is === 'ready' ? methods.value.oidc : null;
  if (oidc === null) return null;
  const connected = person.factors.oidc;
  const connect = async () => {
    const { url } = await change<{ url: string }>('/auth/oidc/start', { intent: 'link' });
    rememberPlace('account');
    location.assign(url);
  };
  return (
    <Card
      title={oidc.label}
      lead={connected ? 'Connected: you can sign in with it.' : 'Connect it to sign in with it as well.'}
      actions={
        connected ? (
          <Button onPress={() => setLeaving(true)}>Disconnect</Button>
        ) : (
          <Button busy={task.busy} onPress={() => void task.run(connect)}>
            Connect
          </Button>
        )
      }
    >
      <ProblemNotice problem={task.problem} />
      {leaving && (
        <Confirm
          title={`Disconnect ${oidc.label}?`}
          verb="Disconnect"
          act={async () => {
            await change('/auth/oidc/remove');
            tell(`${oidc.label} is disconnected.`);
            await reloadMe();
          }}
          onClose={() => setLeaving(false)}
        >
          <p>It will not get you in any more, and your other sessions end.</p>
        </Confirm>
      )}
    </Card>
  );
}
