/** The organisation's own log-in, where the server offers one. */
import { send } from '../../api/http.ts';
import { change } from '../../api/session.ts';
import type { Methods, Person } from '../../api/shapes.ts';
import { rememberPlace } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { useLoad, useTask } from '../../use-load.ts';

export function OidcCard({ person }: { readonly person: Person }) {
  const methods = useLoad(async () => (await send<Methods>('GET', '/auth/methods')).body);
  const task = useTask();
  const oidc = methods.is === 'ready' ? methods.value.oidc : null;
  if (oidc === null) return null;
  const connect = async () => {
    const { url } = await change<{ url: string }>('/auth/oidc/start', { intent: 'link' });
    rememberPlace('account');
    location.assign(url);
  };
  return (
    <Card
      title={oidc.label}
      lead={person.factors.oidc ? 'Connected: you can sign in with it.' : 'Connect it to sign in with it as well.'}
      actions={
        <Button busy={task.busy} onPress={() => void task.run(connect)}>
          {person.factors.oidc ? 'Connect another account' : 'Connect'}
        </Button>
      }
    >
      <ProblemNotice problem={task.problem} />
    </Card>
  );
}
