/** One's own account: how one signs in, and where one is signed in. */
import type { Person } from '../../api/shapes.ts';
import { Room } from '../../frame/room.tsx';
import { roleName } from '../../roles.ts';
import { Card } from '../../ui/card.tsx';
import { AuthenticatorCard } from './authenticator-card.tsx';
import { OidcCard } from './oidc-card.tsx';
import { PasskeysCard } from './passkeys-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { SessionsCard } from './sessions-card.tsx';

export function AccountRoom({ person }: { readonly person: Person }) {
  return (
    <Room title="Your account" lead="How you sign in, and where you are signed in.">
      <Card title="You">
        <dl class="facts">
          <dt>Name</dt>
          <dd>{person.name}</dd>
          <dt>Mail address</dt>
          <dd>{person.email}</dd>
          <dt>Role</dt>
          <dd>
            {roleName(person.role)} in {person.organizationName}
          </dd>
        </dl>
      </Card>
      <PasskeysCard />
      <PasswordCard person={person} />
      <AuthenticatorCard person={person} />
      <OidcCard person={person} />
      <SessionsCard />
    </Room>
  );
}
