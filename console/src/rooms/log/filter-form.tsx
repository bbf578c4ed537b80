/** Which entries: of what kind, about whom, since when. */
import { useState } from 'preact/hooks';
import { Button } from '../../ui/button.tsx';
import { Field, Select } from '../../ui/field.tsx';

export interface Filter {
  readonly type: string;
  readonly person: string;
  /** `YYYY-MM-DD`, in the reader's zone. */
  readonly since: string;
}
export const NO_FILTER: Filter = { type: '', person: '', since: '' };

const TYPES = [
  { value: '', text: 'Everything' },
  { value: 'decision', text: 'Decisions' },
  { value: 'result', text: 'Results' },
  { value: 'authentication', text: 'Sign-ins and sessions' },
  { value: 'refusals', text: 'Refusals in numbers' },
  { value: 'unauthenticated', text: 'Requests without credentials' },
  { value: 'erasure', text: 'Erasures' },
  { value: 'system', text: 'The server itself' },
] as const;

/** Only what was chosen: the API refuses fields that say nothing. */
export const fieldsOf = ({ type, person, since }: Filter): Readonly<Record<string, string>> => ({
  ...(type === '' ? {} : { type }),
  ...(person === '' ? {} : { person }),
  ...(since === '' ? {} : { since: new Date(`${since}T00:00`).toISOString() }),
});

export function FilterForm({ busy, onFilter }: { readonly busy: boolean; onFilter(filter: Filter): void }) {
  const [type, setType] = useState('');
  const [person, setPerson] = useState('');
  const [since, setSince] = useState('');
  return (
    <form
      class="filters"
      aria-label="Filter the log"
      onSubmit={(event) => {
        event.preventDefault();
        onFilter({ type, person: person.trim(), since });
      }}
    >
      <Select label="Kind" name="type" value={type} options={TYPES} onChoice={setType} />
      <Field label="Person" name="person" value={person} required={false} onText={setPerson} autocomplete="off" />
      <Field label="Since" name="since" type="date" value={since} required={false} onText={setSince} />
      <Button type="submit" busy={busy}>
        Filter
      </Button>
    </form>
  );
}
