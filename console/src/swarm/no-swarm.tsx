/** There is nothing yet: what to do about it. */
import type { Person } from '../api/shapes.ts';
import { organizationId } from '../organization.ts';
import { mayConfigureSwarm } from '../roles.ts';
import { hrefTo } from '../route.ts';

export function NoSwarm({ person }: { readonly person: Person }) {
  const ofPlatform = person.platform && organizationId() === person.organizationId;
  return (
    <div class="table-box empty">
      <p>{ofPlatform ? 'Swarms belong to organisations. Choose one above.' : 'This organisation has no swarm yet.'}</p>
      {!ofPlatform &&
        (mayConfigureSwarm(person) ? (
          <p>
            <a href={hrefTo('configuration')}>Write its configuration</a>: which agents there are, what they may use and
            whom they may call.
          </p>
        ) : (
          <p>An Owner makes one by its configuration.</p>
        ))}
    </div>
  );
}
