/** The action to decide upon is held now, and nobody has decided yet. */
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { guardFacts } from '../../guard/writes.ts';
import type { ActionId } from '../../kernel/ids.ts';

interface Input {
  readonly actionId: ActionId;
}

const NOT_HELD: Deny = {
  is: 'deny',
  code: 'not_held',
  say: 'No such action waits for approval; comms_list_held shows those that do.',
};

export const heldGuard = guard<Input>()({
  id: 'held',
  stage: 'comply',
  needs: { held: need<Input>()(guardFacts.held, ({ input }) => input.actionId) },
  judge({ agent, now }, { held }) {
    if (held === null || (agent !== null && held.agent !== agent)) return [NOT_HELD];
    if (held.approved) return [{ is: 'deny', code: 'conflict', say: 'The action has been approved already.' }];
    if (held.until <= now)
      return [
        {
          is: 'deny',
          code: 'approval_expired',
          say: 'The time to approve has run out; the action must be asked for again.',
        },
      ];
    return [];
  },
});
