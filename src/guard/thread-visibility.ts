/**
 * For whom a thread of the swarm exists: the one rule, for reads, guards, approvals, events and the answers of stops. For whoever
 * does not see it, it does not exist: not in a list, a count, an event, nor in the words of an error.
 *
 * It is there for those alone for whom an agent that its owner speaks to is. Besides, the first that applies decides:
 * 1. It is another organisation's: no, but for who is of the platform.
 * 2. Its own owner: yes. No grant takes somebody's own conversation from them; what stops them is ending their access.
 * 3. A grant denies `swarm.view_thread` (or all of `swarm.*`, or `*`) on the thread or on everything: no. An Owner of the
 *    organisation answers for it, so nothing is taken from one, as `guard/rights.ts` has it.
 * 4. Its visibility: `organization` is for who may look at the organisation, `private` for its administrators. A thread of
 *    somebody outside counts by its visibility alone: nobody signs in as its owner.
 * 5. A grant allows something of the swarm on that very thread: yes, as a right on what one can't see is none. One on
 *    everything shows what the organisation may see, and nothing that is private.
 *
 * Pure. Who may do something to a thread that they see is `rightOnThread`; what lists ask a store for is `swarm/rules/sight.ts`.
 */
import type { AgentId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { Grant } from './grant.ts';
import { isOfPlatform, type Principal, type Scope } from './principal.ts';
import { type Asked, covers, decide, grantsInForce, isAgentThere, isOn, sees, VIEW_THREAD } from './rights.ts';

type Viewer = Pick<Principal, 'id' | 'kind' | 'org' | 'scopes' | 'grants'>;
type Operation = Pick<Asked, 'action' | 'access'>;

/** Whose conversation it is. Nobody else ever puts anything into it. */
export type ThreadOwner =
  /** A person, a service or a token, by principal id. */
  | { readonly is: 'principal'; readonly id: string }
  /** Somebody outside who wrote to the agent: by the keyed hash of their address, as `contact` columns have it. */
  | { readonly is: 'contact'; readonly ref: string };

/** What of a thread decides for whom it exists. */
export interface SeenThread {
  readonly org: OrgId;
  readonly id: ThreadId;
  readonly owner: ThreadOwner;
  readonly visibility: 'organization' | 'private';
  /** Whom its owner speaks to. */
  readonly roots: readonly AgentId[];
}

export const isOwnerOf = (by: Pick<Viewer, 'id'>, { owner }: Pick<SeenThread, 'owner'>): boolean =>
  owner.is === 'principal' && owner.id === by.id;

/** Whether a thread exists for somebody who asks by an operation. */
export const isThreadThere = (by: Viewer, asked: Operation, thread: SeenThread): boolean =>
  (thread.roots.length === 0 || thread.roots.some((root) => isAgentThere(by, asked, root))) && seesThread(by, thread);

/** The rest of it: whoever may know of its agents. */
export function seesThread(by: Viewer, thread: Omit<SeenThread, 'roots'>): boolean {
  if (by.org !== thread.org && !isOfPlatform(by)) return false;
  if (isOwnerOf(by, thread)) return true;
  const grants = grantsInForce(by).filter(({ resource }) => isOn(resource, { agent: null, thread: thread.id }));
  if (grants.some(({ effect, action }) => effect === 'deny' && covers(action, VIEW_THREAD))) return false;
  if (by.scopes.has(SEEN_BY[thread.visibility])) return true;
  const isPrivate = thread.visibility === 'private';
  return grants.some(
    (grant) => grant.effect === 'allow' && isOfSwarm(grant) && (!isPrivate || grant.resource.kind === 'thread'),
  );
}

const SEEN_BY = { organization: 'org:view', private: 'org:admin' } as const satisfies Record<
  SeenThread['visibility'],
  Scope
>;

const isOfSwarm = ({ action }: Grant): boolean => action === '*' || action.startsWith('swarm.');

/**
 * `hidden`: for them there is no such thing. `no`: they see it and may not do this to it; `because` is the grant that took it,
 * if one did.
 */
export type RightOn =
  | { readonly is: 'yes' }
  | { readonly is: 'hidden' }
  | { readonly is: 'no'; readonly because: string | null };
const YES = { is: 'yes' } as const;
const HIDDEN = { is: 'hidden' } as const;

/** @param thread null: there is none. */
export function rightOnThread(by: Viewer, asked: Operation, thread: SeenThread | null): RightOn {
  if (thread === null || !isThreadThere(by, asked, thread)) return HIDDEN;
  const { allow, because } = decide(by, { ...asked, agent: null, thread: thread.id });
  if (allow) return YES;
  return { is: 'no', because: because.is === 'grant' ? because.id : null };
}

/**
 * On what is of the organisation, or of some of its agents, and came up in a thread: an action that waits, an alert. The right to
 * it is one on those agents; its thread only hides it.
 *
 * @param thread null: of none.
 */
export function rightInThread(
  by: Viewer,
  asked: Operation,
  { thread, agents }: { readonly thread: SeenThread | null; readonly agents: readonly AgentId[] },
): RightOn {
  if (thread !== null && !isThreadThere(by, asked, thread)) return HIDDEN;
  if (!agents.every((agent) => sees(by, agent))) return HIDDEN;
  for (const agent of agents.length === 0 ? [null] : agents) {
    const { allow, because } = decide(by, { ...asked, agent });
    if (!allow) return because.is === 'grant' ? { is: 'no', because: because.id } : HIDDEN;
  }
  return YES;
}
