/**
 * Which threads somebody is told of by a read, as data: what `rightOnThread` says of one thread, but for whom its owner
 * speaks to, written so that a store can ask it of ten thousand at once. A property test holds that both say the same of every thread. Pure.
 */
import type { Principal, Scope } from '../../guard/principal.ts';
import { covers, decide, grantsInForce, threadsGiven, VIEW_THREAD } from '../../guard/rights.ts';
import { isOwnerOf, type SeenThread } from '../../guard/thread-visibility.ts';

type Viewer = Pick<Principal, 'id' | 'kind' | 'org' | 'scopes' | 'grants'>;

export interface Sight {
  /** Who asks: their own threads they see in any case. */
  readonly owner: string;
  /** By visibility: whether those of others are seen. */
  readonly organization: boolean;
  readonly private: boolean;
  /** Of others, by grants on the very thread: seen, and not seen. */
  readonly shown: readonly string[];
  readonly hidden: readonly string[];
  /** The read itself: taken on these by a grant, or (not null) given on these alone. */
  readonly taken: readonly string[];
  readonly only: readonly string[] | null;
}

export function sightOf(by: Viewer, { action, access }: { readonly action: string; readonly access: Scope }): Sight {
  const grants = grantsInForce(by);
  const onThreads = (effect: 'allow' | 'deny', meant: (action: string) => boolean): readonly string[] =>
    grants.flatMap((grant) =>
      grant.effect === effect && grant.resource.kind === 'thread' && meant(grant.action) ? [grant.resource.id] : [],
    );
  const onAll = (effect: 'allow' | 'deny', meant: (action: string) => boolean): boolean =>
    grants.some((grant) => grant.effect === effect && grant.resource.kind === 'any' && meant(grant.action));
  const isView = (pattern: string) => covers(pattern, VIEW_THREAD);
  const isThis = (pattern: string) => covers(pattern, action);
  const isOfSwarm = (pattern: string) => pattern === '*' || pattern.startsWith('swarm.');

  const blind = onAll('deny', isView);
  const may = decide(by, { action, access, agent: null });
  return {
    owner: by.id,
    organization: !blind && (by.scopes.has('org:view') || onAll('allow', isOfSwarm)),
    private: !blind && by.scopes.has('org:admin'),
    shown: blind ? [] : onThreads('allow', isOfSwarm),
    hidden: onThreads('deny', isView),
    taken: onThreads('deny', isThis),
    only: may.allow ? null : may.because.is === 'grant' ? [] : threadsGiven(by, { action, access }),
  };
}

/** Whether a read tells of it, if it tells of whom its owner speaks to. */
export function isInSight(
  { owner, organization, private: ofPrivate, shown, hidden, taken, only }: Sight,
  thread: Pick<SeenThread, 'id' | 'owner' | 'visibility'>,
): boolean {
  const { id } = thread;
  if (taken.includes(id) || (only !== null && !only.includes(id))) return false;
  if (isOwnerOf({ id: owner }, thread)) return true;
  if (hidden.includes(id)) return false;
  return (thread.visibility === 'private' ? ofPrivate : organization) || shown.includes(id);
}
