/** What is said in a thread, as it comes; quick with ten thousand messages. */
import { useRef, useState } from 'preact/hooks';
import type { Message } from '../../api/swarm-shapes.ts';
import { LiveLine } from '../../swarm/live-line.tsx';
import { counted, number, speaker } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ProblemNotice } from '../../ui/notice.tsx';
import { Windowed, type WindowedHandle } from '../../ui/windowed.tsx';
import { MessageRow } from './message-row.tsx';
import { useMessages } from './use-messages.ts';

interface MessagesCardProps {
  readonly threadId: string;
  onFork?(message: Message): void;
}

/** Screen readers are told at most this often, ms: how many, not each. */
const SAY_MS = 3_000;
const LIKELY_HEIGHT = 96;

export function MessagesCard({ threadId, onFork }: MessagesCardProps) {
  const [unseen, setUnseen] = useState(0);
  const [said, setSaid] = useState('');
  const list = useRef<WindowedHandle>(null);
  const isEnd = useRef(true);
  const fresh = useRef<{ count: number; last: Message | null; timer: ReturnType<typeof setTimeout> | undefined }>({
    ...{ count: 0, last: null, timer: undefined },
  });
  const messages = useMessages(threadId, (more) => {
    if (!isEnd.current) setUnseen((count) => count + more.length);
    const now = fresh.current;
    now.count += more.length;
    now.last = more.at(-1)!;
    now.timer ??= setTimeout(() => {
      const { count, last } = fresh.current;
      fresh.current = { count: 0, last: null, timer: undefined };
      setSaid(`${counted(count, 'new message')}, the last from ${speaker(last!.from)} to ${speaker(last!.to)}.`);
    }, SAY_MS);
  });
  const { all, loaded, busy, more, problem, older } = messages;
  return (
    <Card
      title="Messages"
      lead={
        loaded ? `${counted(all.length, 'message')}${more ? ' loaded; older ones come as you scroll up' : ''}.` : '…'
      }
      actions={<LiveLine />}
    >
      <ProblemNotice problem={problem} />
      <p class="hidden" role="status" aria-live="polite">
        {said}
      </p>
      {loaded && all.length === 0 && <p class="quiet">Nothing was said yet, or nothing that you may see.</p>}
      {all.length > 0 && (
        <div class="stack tightly">
          {(more || busy) && (
            <Button kind="bare" size="slim" busy={busy} onPress={older}>
              Load older messages
            </Button>
          )}
          <Windowed
            label="Messages, the newest at the end"
            items={all}
            likelyHeight={LIKELY_HEIGHT}
            busy={busy}
            handle={list}
            keyOf={({ messageId }) => messageId}
            row={(message) => <MessageRow message={message} {...(onFork === undefined ? {} : { onFork })} />}
            onStart={older}
            onEnd={(isThere) => {
              isEnd.current = isThere;
              if (isThere && unseen > 0) setUnseen(0);
            }}
          />
          <div class="row apart wide">
            <span>
              {unseen > 0 && (
                <Button size="slim" kind="primary" onPress={() => list.current?.toEnd()}>
                  {number(unseen)} new: to the newest
                </Button>
              )}
            </span>
          </div>
        </div>
      )}
    </Card>
  );
}
