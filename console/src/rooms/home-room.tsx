/** Where one lands: how safe one's own way in is, and what is worth doing next. */
import type { Person } from '../api/shapes.ts';
import { Room } from '../frame/room.tsx';
import { mayControlSwarm, mayManagePeople, mayReadLog, maySeeKeys, maySeeSwarm, ROLES, roleName } from '../roles.ts';
import { Icon, type IconName } from '../ui/icon.tsx';

interface Next {
  readonly icon: IconName;
  readonly title: string;
  readonly says: string;
  readonly href: string;
}

export function HomeRoom({ person }: { readonly person: Person }) {
  const next = nextFor(person);
  return (
    <Room
      title={`Hello, ${person.name}`}
      lead={`You are signed in to ${person.organizationName} as ${roleName(person.role)}.`}
    >
      <section class="card" aria-labelledby="next">
        <h2 id="next">{next.length === 0 ? 'All is set' : 'Next'}</h2>
        {next.length === 0 ? (
          <p class="quiet">You have more than one way in, and there is nothing to do here at the moment.</p>
        ) : (
          <ul class="next">
            {next.map(({ icon, title, says, href }) => (
              <li key={title}>
                <a href={href}>
                  <Icon name={icon} size={22} />
                  <span>
                    <strong>{title}</strong>
                    <span class="quiet">{says}</span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section class="card" aria-labelledby="role">
        <h2 id="role">Your role</h2>
        <p>{ROLES.find(({ role }) => role === person.role)?.says}</p>
        {person.role === 'owner' && (
          <p class="quiet">
            The log is for Auditors: whoever decides should not be the only one who checks. Invite somebody as Auditor
            to read and verify it.
          </p>
        )}
      </section>
    </Room>
  );
}

function nextFor(person: Person): readonly Next[] {
  const { passkeys, totp, oidc } = person.factors;
  const ways = passkeys + (totp ? 1 : 0) + (oidc ? 1 : 0);
  return [
    ...(ways < 2
      ? [
          {
            icon: 'shield',
            title: 'Add a second way in',
            says: 'If you lose the only one, somebody else has to let you back in.',
            href: '#/account',
          } as const,
        ]
      : []),
    ...(maySeeSwarm(person)
      ? [
          {
            icon: 'swarm',
            title: 'Watch the swarm',
            says: 'What each agent does now, whom it talks to, and what that uses up.',
            href: '#/swarm',
          } as const,
        ]
      : []),
    ...(mayControlSwarm(person)
      ? [
          {
            icon: 'approve',
            title: 'Decide what waits',
            says: 'Actions that are done only once a person approves them.',
            href: '#/approvals',
          } as const,
        ]
      : []),
    ...(mayManagePeople(person)
      ? [
          {
            icon: 'people',
            title: 'Invite people',
            says: 'A second Owner can help you back in; an Auditor can check the log.',
            href: '#/people',
          } as const,
        ]
      : []),
    ...(maySeeKeys(person)
      ? [
          {
            icon: 'key',
            title: 'Make an API key',
            says: 'For programs: with only the rights they need, from the networks they run in.',
            href: '#/keys',
          } as const,
        ]
      : []),
    ...(mayReadLog(person)
      ? [
          {
            icon: 'log',
            title: 'Verify the log',
            says: 'Your browser checks every entry itself, without trusting the server.',
            href: '#/log',
          } as const,
        ]
      : []),
  ];
}
