/** Which organisation the rooms are about. Whoever belongs to one sees that one; people of the platform choose. */
import { signal } from '@preact/signals';
import { session } from './api/session.ts';
import { type Query, withQuery } from './query.ts';

/** By id; null until a person of the platform chooses, and for everybody else. */
export const chosen = signal<string | null>(null);

export function organizationId(): string | null {
  const state = session.value;
  if (state.is !== 'signed-in' || !state.person.platform) return null;
  return chosen.value ?? state.person.organizationId;
}

/** A path with the organisation and `query` behind it. */
export const about = (path: string, query: Query = {}): string =>
  withQuery(path, { organizationId: organizationId(), ...query });

/** A body with the organisation in it. */
export function within<T extends object>(body: T): T & { organizationId?: string } {
  const id = organizationId();
  return id === null ? body : { ...body, organizationId: id };
}
