/** One action that waits: what it would do, who asked, why it waits, until when. */
import type { Person } from '../../api/shapes.ts';
import type { Held } from '../../api/swarm-shapes.ts';
import { hrefTo } from '../../route.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Arguments } from './arguments.tsx';
import { Countdown } from './countdown.tsx';

interface HeldCardProps {
  readonly held: Held;
  /** Its name in the swarm. */
  readonly agent: string | null;
  readonly person: Person;
  onApprove(): void;
  onDeny(): void;
}

export function HeldCard({ held, agent, person, onApprove, onDeny }: HeldCardProps) {
  const { actionId, name, agentId, requestedBy, until, approved, threadId, why } = held;
  return (
    <section class="card" aria-label={`${name}, ${actionId}`}>
      <div class="card-head">
        <div>
          <h2>{name}</h2>
          <p class="mono small id">{actionId}</p>
        </div>
        <p>
          <Countdown until={until} />
        </p>
      </div>
      <dl class="facts">
        <dt>Agent</dt>
        <dd>
          {agent === null ? null : <strong>{agent} </strong>}
          {agentId === null ? 'None' : <span class={agent === null ? '' : 'mono small quiet'}>{agentId}</span>}
        </dd>
        <dt>Asked by</dt>
        <dd>{requestedBy === person.id ? 'You' : requestedBy === agentId ? 'The agent itself' : requestedBy}</dd>
        {threadId !== null && (
          <>
            <dt>In thread</dt>
            <dd>
              <a class="mono small" href={hrefTo('threads', { thread: threadId })}>
                {threadId}
              </a>
            </dd>
          </>
        )}
        <dt>Why it waits</dt>
        <dd>
          {why.length === 0 && 'A policy asks for approval.'}
          {why.length === 1 && why[0]}
          {why.length > 1 && (
            <ul>
              {why.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          )}
        </dd>
        <dt>Until</dt>
        <dd>
          <Moment at={until} />
        </dd>
      </dl>
      <Arguments input={held.input} argsHash={held.argsHash} />
      {approved ? (
        <p class="quiet">It is approved, and being checked again by every rule.</p>
      ) : (
        <div class="row end">
          <Button label={`Deny ${name}`} onPress={onDeny}>
            Deny …
          </Button>
          {held.argsHash !== null && (
            <Button label={`Approve ${name}`} onPress={onApprove}>
              Approve …
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
