/** Where one is signed in, and an end to it. */
import { change, get } from '../../api/session.ts';
import type { OpenSession } from '../../api/shapes.ts';
import { tell } from '../../told.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { Table } from '../../ui/table.tsx';
import { useLoad, useTask } from '../../use-load.ts';

const sessionsOf = async () => (await get<{ sessions: readonly OpenSession[] }>('/auth/sessions')).sessions;

const FACTORS: Readonly<Record<string, string>> = {
  passkey: 'passkey',
  webauthn: 'passkey',
  password: 'password',
  totp: 'app code',
  recovery_code: 'recovery code',
  oidc: 'organisation log-in',
};

export function SessionsCard() {
  const sessions = useLoad(sessionsOf);
  const task = useTask();
  const end = (path: string, says: string) =>
    task.run(async () => {
      await change(path);
      tell(says);
      await sessions.reload();
    });
  const others = sessions.is === 'ready' && sessions.value.length > 1;
  return (
    <Card
      title="Sessions"
      lead="Every browser in which you are signed in. End those that you do not know."
      actions={
        others && (
          <Button onPress={() => void end('/auth/sessions/end-others', 'All other sessions are ended.')}>
            End all others
          </Button>
        )
      }
    >
      <ProblemNotice problem={task.problem} />
      <Table
        caption="Your sessions"
        rows={sessions}
        keyOf={({ id }) => id}
        empty={<p>No session.</p>}
        columns={[
          {
            title: 'Device',
            heads: true,
            cell: ({ device, current }) => (
              <>
                {device} {current && <span class="tag good">this one</span>}
              </>
            ),
          },
          {
            title: 'Signed in by',
            cell: ({ factors }) => factors.map((factor) => FACTORS[factor] ?? factor).join(', '),
          },
          { title: 'Since', cell: ({ createdAt }) => <Moment at={createdAt} /> },
          { title: 'Last used', cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} /> },
          {
            title: 'Actions',
            actions: true,
            cell: ({ id, current, device }) =>
              !current && (
                <Button
                  size="slim"
                  label={`End the session on ${device}`}
                  onPress={() => void end(`/auth/sessions/${id}/end`, 'The session is ended.')}
                >
                  End
                </Button>
              ),
          },
        ]}
      />
    </Card>
  );
}
