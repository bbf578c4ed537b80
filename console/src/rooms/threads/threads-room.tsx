/** Threads: the list, or one of them. */
import type { Person } from '../../api/shapes.ts';
import { route } from '../../route.ts';
import { OneThread } from './one-thread.tsx';
import { ThreadList } from './thread-list.tsx';

export function ThreadsRoom({ person }: { readonly person: Person }) {
  const { query } = route.value;
  const thread = query.get('thread');
  if (thread !== null) return <OneThread key={thread} threadId={thread} person={person} />;
  return <ThreadList person={person} query={query} />;
}
