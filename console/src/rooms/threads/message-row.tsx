/** One message: who said it to whom, whether anything from outside went into it, and the text as it is. */
import { useState } from 'preact/hooks';
import type { Message } from '../../api/swarm-shapes.ts';
import { pretty } from '../../swarm/canonical.ts';
import { Revealed } from '../../swarm/revealed.tsx';
import { MESSAGE_KIND, number, speaker } from '../../swarm/words.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';

interface MessageRowProps {
  readonly message: Message;
  /** Left out: not for this reader. */
  onFork?(message: Message): void;
}

/** Shown at first; the rest by a button that says how much it is. */
const MOST_CHARS = 2_000;

export function MessageRow({ message, onFork }: MessageRowProps) {
  const { kind, from, at, trust, payload } = message;
  const to = speaker(message.to);
  const [whole, setWhole] = useState(false);
  const text = typeof payload === 'string' ? payload : pretty(payload);
  const cut = !whole && text.length > MOST_CHARS;
  return (
    <article class={`message ${from === 'owner' ? 'own' : ''}`.trim()} aria-label={`${speaker(from)} to ${to}`}>
      <header>
        <strong>
          {speaker(from)} → {to}
        </strong>
        <span class={`tag ${kind === 'error' ? 'bad' : ''}`.trim()}>{MESSAGE_KIND[kind]}</span>
        <span class={`tag ${trust === 'untrusted' ? 'warn' : ''}`.trim()}>
          {trust === 'untrusted' ? 'Untrusted' : 'Trusted'}
        </span>
        <span class="small quiet when">
          <Moment at={at} />
        </span>
        {onFork !== undefined && (
          <Button
            kind="bare"
            size="slim"
            label={`Fork from the message of ${speaker(from)}`}
            onPress={() => onFork(message)}
          >
            Fork
          </Button>
        )}
      </header>
      {text === '' ? (
        <p class="quiet">Nothing was said.</p>
      ) : (
        <pre class={typeof payload === 'string' ? 'said' : 'data'} dir="auto">
          <Revealed text={cut ? text.slice(0, MOST_CHARS) : text} />
          {cut && '…'}
        </pre>
      )}
      {(cut || whole) && (
        <Button size="slim" expanded={whole} onPress={() => setWhole(!whole)}>
          {cut ? `Show the other ${number(text.length - MOST_CHARS)} characters` : 'Show less'}
        </Button>
      )}
    </article>
  );
}
