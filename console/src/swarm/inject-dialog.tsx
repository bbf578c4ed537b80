/** A message to an agent: in a new thread, or in one's own. */
import { useMemo, useRef, useState } from 'preact/hooks';
import { change, get } from '../api/session.ts';
import type { Agent } from '../api/swarm-shapes.ts';
import { about, within } from '../organization.ts';
import { hrefTo } from '../route.ts';
import { tell } from '../told.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Select } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { useLoad, useTask } from '../use-load.ts';
import { pretty } from './canonical.ts';
import { PayloadForm } from './payload-form.tsx';
import { jsonFault, payloadOf, payloadShape, type Typed } from './payload-schema.ts';
import { Revealed } from './revealed.tsx';

interface InjectDialogProps {
  readonly agents: readonly Pick<Agent, 'name' | 'paused'>[];
  /** One's own, to go on with; left out: a new one begins. */
  readonly thread?: { readonly threadId: string; readonly agents: readonly string[] };
  onClose(): void;
}

interface TakenIn {
  readonly threadId: string;
  readonly messageId: string;
}

export function InjectDialog({ agents, thread, onClose }: InjectDialogProps) {
  const names = agents.map(({ name }) => name);
  const [to, setTo] = useState(thread?.agents.find((name) => names.includes(name)) ?? names[0] ?? '');
  const [text, setText] = useState('');
  const [typed, setTyped] = useState<Typed>({});
  const [fault, setFault] = useState<string>();
  const task = useTask();
  const schema = useLoad(
    async () => (to === '' ? null : (await get<{ input: unknown }>(about(`/agents/${to}/schema`))).input),
    to,
  );
  const input = schema.is === 'ready' ? schema.value : null;
  const shape = useMemo(() => payloadShape(input), [input]);
  /** The same message sent again after no answer came is the same message. */
  const sent = useRef({ body: '', key: '' });
  const paused = agents.find(({ name }) => name === to)?.paused ?? null;

  const send = async () => {
    const payload =
      shape.is === 'fields' ? payloadOf(shape.fields, typed) : shape.is === 'text' ? text : JSON.parse(text);
    const message = { to, payload, ...(thread === undefined ? {} : { threadId: thread.threadId }) };
    const body = JSON.stringify(message);
    if (sent.current.body !== body) sent.current = { body, key: crypto.randomUUID() };
    const { threadId } = await change<TakenIn>('/inject', within({ ...message, idempotencyKey: sent.current.key }));
    tell('The message is taken in.');
    onClose();
    if (thread === undefined) location.hash = hrefTo('threads', { thread: threadId });
  };
  return (
    <Dialog title={thread === undefined ? 'A message in a new thread' : 'A message in this thread'} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          const wrong = shape.is === 'json' ? (jsonFault(text) ?? undefined) : undefined;
          setFault(wrong);
          if (wrong === undefined) void task.run(send);
        }}
      >
        <Select
          label="To"
          name="to"
          value={to}
          options={names.map((name) => ({ value: name, text: name }))}
          onChoice={(name) => {
            setTo(name);
            setFault(undefined);
            task.clear();
          }}
        />
        {paused !== null && <p class="small quiet">{to} is paused: the message waits until it goes on.</p>}
        {schema.is === 'failed' && <ProblemNotice problem={schema.problem} />}
        {schema.is === 'ready' && (
          <PayloadForm
            key={to}
            shape={shape}
            text={text}
            typed={typed}
            fault={fault}
            onText={setText}
            onTyped={setTyped}
          />
        )}
        {schema.is === 'ready' && shape.is === 'json' && (
          <details>
            <summary>What {to} takes</summary>
            <pre class="data">
              <Revealed text={pretty(input)} />
            </pre>
          </details>
        )}
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy || schema.is === 'loading'}>
            Send
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
