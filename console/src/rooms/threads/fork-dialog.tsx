/** A thread of one's own from the messages up to one of them. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { Person } from '../../api/shapes.ts';
import type { Message } from '../../api/swarm-shapes.ts';
import { within } from '../../organization.ts';
import { mayConfigureSwarm } from '../../roles.ts';
import { hrefTo } from '../../route.ts';
import { counted, speaker } from '../../swarm/words.ts';
import { tell } from '../../told.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Choices } from '../../ui/field.tsx';
import { momentText } from '../../ui/moment.tsx';

interface ForkDialogProps {
  readonly message: Message;
  readonly person: Person;
  onClose(): void;
}

interface Forked {
  readonly threadId: string;
  /** How many messages it has. */
  readonly at: number;
  readonly tools: 'stub' | 'live';
}

export function ForkDialog({ message: { threadId, messageId, from, to, at }, person, onClose }: ForkDialogProps) {
  const [tools, setTools] = useState<'stub' | 'live'>('stub');
  return (
    <Confirm
      title="Fork this thread?"
      verb="Fork"
      danger={tools === 'live'}
      act={async () => {
        const body = within({ fromMessage: messageId, tools });
        const made = await change<Forked>(`/threads/${threadId}/fork`, body);
        tell(`A new thread with ${counted(made.at, 'message')} of the old one. It is yours.`);
        location.hash = hrefTo('threads', { thread: made.threadId });
      }}
      onClose={onClose}
    >
      <div class="stack">
        <p>
          A new thread of yours begins with all messages up to this one: from {speaker(from)} to {speaker(to)},{' '}
          {momentText(at)}. The old one stays as it is.
        </p>
        {mayConfigureSwarm(person) && (
          <Choices
            label="Tools in the new thread"
            name="tools"
            chosen={new Set([tools])}
            options={[
              { value: 'stub', text: 'From the record', says: 'A call is answered as it was then. Nothing leaves.' },
              {
                value: 'live',
                text: 'Live',
                says: 'What its agents do there happens: messages are sent, money is spent.',
              },
            ]}
            onChoice={(next) => setTools([...next][0] as 'stub' | 'live')}
          />
        )}
      </div>
    </Confirm>
  );
}
