/** A new key: what it may, from where, how long; then the key itself, shown once. */
import { useState } from 'preact/hooks';
import { change } from '../../api/session.ts';
import type { NewApiKey } from '../../api/shapes.ts';
import { within } from '../../organization.ts';
import { Button } from '../../ui/button.tsx';
import { CopyOnce } from '../../ui/copy-once.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choices, Field, Select } from '../../ui/field.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { useTask } from '../../use-load.ts';
import { endOf, LIVES, listOf, SCOPES } from './scopes.ts';

interface NewKeyDialogProps {
  onDone(): Promise<void>;
  onClose(): void;
}

export function NewKeyDialog({ onDone, onClose }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(['agent:read']));
  const [actions, setActions] = useState('');
  const [cidrs, setCidrs] = useState('');
  const [days, setDays] = useState('90');
  const [rate, setRate] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const task = useTask();

  if (key !== null)
    return (
      <Dialog title={`The key ${name}`} keep onClose={onClose}>
        <p>Put it where the program keeps its secrets. It goes into the header Authorization: Bearer …</p>
        <CopyOnce what="the key" text={key} />
        <Notice kind="warn">It is not shown again. If it is lost, make another one and revoke this.</Notice>
        <div class="buttons">
          <Button kind="primary" onPress={onClose}>
            I have kept it
          </Button>
        </div>
      </Dialog>
    );

  const make = async () => {
    const expiresAt = endOf(days);
    const wanted: NewApiKey = {
      name: name.trim(),
      scopes: [...scopes, ...listOf(actions)],
      cidrs: listOf(cidrs),
      ...(expiresAt === null ? {} : { expiresAt }),
      ...(rate === '' ? {} : { requestsPerMinute: Number(rate) }),
    };
    setKey((await change<{ key: string }>('/api-keys', within(wanted))).key);
    await onDone();
  };
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void task.run(make);
        }}
      >
        <Field
          label="Name"
          hint="What uses it, so that you know later what to revoke."
          name="name"
          value={name}
          max={100}
          focus
          autocomplete="off"
          onText={setName}
        />
        <Choices
          label="It may"
          name="scopes"
          several
          chosen={scopes}
          options={SCOPES}
          fault={task.problem?.fields.get('scopes')}
          onChoice={setScopes}
        />
        <Select label="It ends after" name="days" value={days} options={LIVES} onChoice={setDays} />
        <details>
          <summary>Networks, limit, sensitive actions</summary>
          <div class="form more">
            <Field
              label="Networks"
              hint="One a line, such as 203.0.113.0/24. Empty: from anywhere."
              name="cidrs"
              lines={2}
              required={false}
              value={cidrs}
              fault={task.problem?.fields.get('cidrs')}
              onText={setCidrs}
            />
            <Field
              label="Requests a minute"
              hint="Empty: as many as everybody else, 600."
              name="requestsPerMinute"
              type="number"
              required={false}
              value={rate}
              fault={task.problem?.fields.get('requestsPerMinute')}
              onText={setRate}
            />
            <Field
              label="Sensitive actions"
              hint="By name, one a line, such as comms.register_provider. A program can't confirm that it is itself, so each has to be named."
              name="actions"
              lines={2}
              required={false}
              value={actions}
              onText={setActions}
            />
          </div>
        </details>
        <ProblemNotice problem={task.problem} />
        <div class="buttons">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={task.busy}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
