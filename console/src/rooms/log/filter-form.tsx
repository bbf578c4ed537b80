/** Which entries: of what kind, about whom, since when. */
import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';

export interface Filter {
  readonly type: string;
  /** An action or what happened: `comms.send_message`, `signed_in`. */
  readonly event: string;
  /** Who did it, by id. */
  readonly by: string;
  /** `YYYY-MM-DD`, in the reader's zone. */
  readonly since: string;
}
export const NO_FILTER: Filter = { type: '', event: '', by: '', since: '' };

const TYPES = [
  { value: '', text: 'Everything' },
  { value: 'decision', text: 'Decisions' },
  { value: 'result', text: 'Results' },
  { value: 'authentication', text: 'Sign-ins and sessions' },
  { value: 'config', text: 'Changed settings' },
  { value: 'refusals', text: 'Refusals in numbers' },
  { value: 'unauthenticated', text: 'Requests without credentials' },
  { value: 'erasure', text: 'Erasures' },
  { value: 'system', text: 'The server itself' },
] as const;

/** As the API asks for it; what is empty is left out of the address. */
export const fieldsOf = ({ type, event, by, since }: Filter) => ({
  ...{ type, event, by },
  since: since === '' ? '' : new Date(`${since}T00:00`).toISOString(),
});

export function FilterForm({ busy, onFilter }: { readonly busy: boolean; onFilter(filter: Filter): void }) {
  const [type, setType] = useState('');
  const [event, setEvent] = useState('');
  const [by, setBy] = useState('');
  const [since, setSince] = useState('');
  return (
    <form
      class="filters"
      aria-label="Filter the log"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        onFilter({ type, event: event.trim(), by: by.trim(), since });
      }}
    >
      <Select label="Kind" name="type" value={type} options={TYPES} onChoice={setType} />
      <Field
        label="What"
        name="event"
        value={event}
        required={false}
        autocomplete="off"
        placeholder="comms.send_message"
        onText={setEvent}
      />
      <Field label="Who" name="by" value={by} required={false} autocomplete="off" placeholder="usr_…" onText={setBy} />
      <Field label="Since" name="since" type="date" value={since} required={false} onText={setSince} />
      <Button type="submit" busy={busy}>
        Filter
      </Button>
    </form>
  );
}
