/**
 * Who is told of an event: whoever could ask for what it tells, of every agent that it tells of and of its thread. Asked again for
 * each event, with the principal as it is at that moment. Pure.
 */
import type { Principal } from '../../../guard/principal.ts';
import { decide, isAgentThere } from '../../../guard/rights.ts';
import { isThreadThere, rightInThread } from '../../../guard/thread-visibility.ts';
import { isInSight, sightOf } from '../../rules/sight.ts';
import { EVENT_KINDS, type EventDetail, type EventKind, type SwarmEvent } from '../event.ts';

type Viewer = Pick<Principal, 'id' | 'kind' | 'org' | 'scopes' | 'grants'>;

/** For many events of one principal: what is asked of each kind is worked out once. */
export function deliverableTo(
  by: Viewer,
): (event: Pick<SwarmEvent, 'thread' | 'agents' | 'detail'> & { kind: EventKind }) => boolean {
  const sights = new Map<EventKind, ReturnType<typeof sightOf>>();
  return ({ kind, thread, agents, detail }) => {
    const asked = EVENT_KINDS[kind];
    if (kind === 'approval' || kind === 'alert')
      return rightInThread(by, asked, { thread, agents }).is === 'yes' && mayKnowOf(by, detail['person']);
    if (!agents.every((agent) => isAgentThere(by, asked, agent))) return false;
    if (thread === null) return decide(by, { ...asked, agent: null }).allow;
    const sight = sights.getOrInsertComputed(kind, () => sightOf(by, asked));
    return isInSight(sight, thread) && isThreadThere(by, asked, thread);
  };
}

/** What people use is for themselves and for administrators, as `swarm.list_budgets` has it. */
const mayKnowOf = (by: Viewer, person: EventDetail[string] | undefined): boolean =>
  person == null || person === by.id || by.scopes.has('org:admin');
