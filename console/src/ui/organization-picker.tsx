/** For people of the platform: which organisation the room is about, or the platform itself. */
import { change } from '../api/session.ts';
import type { Person } from '../api/shapes.ts';
import { chosen, organizationId } from '../organization.ts';
import { useLoad } from '../use-load.ts';
import { Select } from './field.tsx';

interface Organization {
  readonly organizationId: string;
  readonly name: string;
}

const organizationsOf = async () =>
  (await change<{ organizations: readonly Organization[] }>('/comms/list-organizations')).organizations;

export function OrganizationPicker({ person }: { readonly person: Person }) {
  return person.platform && person.role === 'owner' ? <Picker person={person} /> : null;
}

function Picker({ person }: { readonly person: Person }) {
  const organizations = useLoad(organizationsOf);
  const rest = organizations.is === 'ready' ? organizations.value : [];
  const options = [
    { value: person.organizationId, text: `${person.organizationName} (the whole server)` },
    ...rest.map((one) => ({ value: one.organizationId, text: one.name })),
  ];
  return (
    <div class="picker">
      <Select
        label="Organisation"
        name="organization"
        value={organizationId() ?? ''}
        options={options}
        onChoice={(value) => {
          chosen.value = value;
        }}
      />
    </div>
  );
}
