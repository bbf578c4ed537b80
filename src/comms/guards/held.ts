/** The action to decide upon is held now, its agent is one that the caller may decide for, and nobody has decided yet. */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import type { Request } from '../../guard/request.ts';
import { isOwnerOf, type RightOn, rightInThread } from '../../guard/thread-visibility.ts';
import { guardFacts, type HeldAction } from '../../guard/writes.ts';
import type { ActionId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';

interface Input {
  readonly actionId: ActionId;
  readonly argsHash?: string | undefined;
}

export interface HeldPolicy {
  /** Whoever asked for it may not approve it; a swarm's own policy says so of what its agents ask for. */
  readonly otherPerson: boolean;
}

export const heldAction = need<Input>()(guardFacts.held, ({ input }) => input.actionId);

const OWN_REQUEST: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'You asked for it, or it was asked for in your conversation: somebody else has to approve it.',
  source: 'whoever asks does not approve',
};

const OTHER_ARGUMENTS: Deny = {
  is: 'deny',
  code: 'conflict',
  say: 'argsHash is not that of the arguments that wait. Look at the action again, and name the argsHash that is shown.',
  source: 'what is approved is what was shown',
};

/** What only an approval has to be. */
function approvalFaults({ by, input }: Request<Input>, held: HeldAction, { otherPerson }: HeldPolicy): readonly Deny[] {
  const isTheirs = held.requestedBy === by.id || (held.thread !== null && isOwnerOf(by, held.thread));
  if (isTheirs && (held.otherPerson ?? otherPerson)) return [OWN_REQUEST];
  return input.argsHash === undefined || input.argsHash === held.inputHash ? [] : [OTHER_ARGUMENTS];
}

const NOT_HELD: Deny = {
  is: 'deny',
  code: 'not_held',
  say: 'No such action waits for approval; comms_list_held shows those that do.',
  source: 'what is decided on waits for it',
};

const NOT_YOURS: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'A grant takes decisions about this agent from you. Ask an owner of the organisation.',
  source: 'grant',
};

/**
 * What waits for an agent, or in a thread, that the caller may not know of does not exist.
 *
 * @param action an action of `org:admin`.
 * @param agent the one to whom the caller is confined.
 */
export const rightOnHeld = (
  action: 'comms.list_held' | 'comms.approve' | 'comms.deny',
  { by, agent }: Pick<Request<unknown>, 'by' | 'agent'>,
  held: Pick<HeldAction, 'agent' | 'thread'>,
): RightOn =>
  agent !== null && held.agent !== agent
    ? { is: 'hidden' }
    : rightInThread(
        by,
        { action, access: 'org:admin' },
        { thread: held.thread, agents: held.agent === null ? [] : [held.agent] },
      );

/**
 * @param action who decides.
 * @param policy of an approval; null: anybody may end it.
 */
export const heldGuard = (action: 'comms.approve' | 'comms.deny', policy: HeldPolicy | null) =>
  guard<Input>()({
    id: 'held',
    stage: 'comply',
    needs: { held: heldAction },
    judge(request, { held }) {
      const { now } = request;
      if (held === null) return [NOT_HELD];
      const right = rightOnHeld(action, request, held);
      if (right.is !== 'yes') return [right.is === 'hidden' ? NOT_HELD : NOT_YOURS];
      if (held.approved)
        return [
          {
            is: 'deny',
            code: 'conflict',
            say: 'The action has been approved already.',
            source: 'an action is decided on once',
          },
        ];
      if (held.until <= now)
        return [
          {
            is: 'deny',
            code: 'approval_expired',
            say: 'The time to approve has run out; the action must be asked for again.',
            source: 'APPROVAL_TTL_MS',
            fact: `could be approved until ${rfc3339(held.until)}`,
          },
        ];
      return policy === null ? [] : approvalFaults(request, held, policy);
    },
  });
