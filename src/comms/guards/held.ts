/** The action to decide upon is held now, its agent is one that the caller may decide for, and nobody has decided yet. */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { decide, sees } from '../../guard/rights.ts';
import { guardFacts } from '../../guard/writes.ts';
import type { ActionId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';

interface Input {
  readonly actionId: ActionId;
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

/** @param action who decides: an action of `org:admin`. What waits for an agent that the caller may not see does not exist. */
export const heldGuard = (action: 'comms.approve' | 'comms.deny') =>
  guard<Input>()({
    id: 'held',
    stage: 'comply',
    needs: { held: need<Input>()(guardFacts.held, ({ input }) => input.actionId) },
    judge({ by, agent, now }, { held }) {
      if (held === null || (agent !== null && held.agent !== agent)) return [NOT_HELD];
      if (held.agent !== null) {
        if (!sees(by, held.agent)) return [NOT_HELD];
        if (!decide(by, { action, access: 'org:admin', agent: held.agent }).allow) return [NOT_YOURS];
      }
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
      return [];
    },
  });
