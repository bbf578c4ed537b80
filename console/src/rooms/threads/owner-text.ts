/** Whose thread it is, as far as it is told. */
import type { Person } from '../../api/shapes.ts';
import type { Thread } from '../../api/swarm-shapes.ts';

export function ownerText({ owner }: Pick<Thread, 'owner'>, me: Pick<Person, 'id'>): string {
  if (owner.is === 'contact') return 'Somebody outside';
  return owner.id === me.id ? 'You' : (owner.id ?? 'Somebody');
}

export const isOwn = ({ owner }: Pick<Thread, 'owner'>, me: Pick<Person, 'id'>): boolean =>
  owner.is === 'principal' && owner.id === me.id;
