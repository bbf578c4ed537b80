/**
 * Who hands out a token must have the whole right that the token has: otherwise somebody who has less, or from whom a grant
 * takes one thing, makes itself a token that may do it. On every action that shows a new token.
 */
import type { AgentId } from '../../kernel/ids.ts';
import { type AnyGuard, type Deny, guard } from '../guard.ts';
import { type Principal, SCOPES_OF } from '../principal.ts';
import { grantsInForce, isOn } from '../rights.ts';

/** @param of whose token it is: `agent`, the one named or a new one; `organization`, which may act for every agent. */
export const wholeRight = (of: 'agent' | 'organization'): AnyGuard =>
  guard<unknown>()({
    id: 'whole-right',
    stage: 'validate',
    needs: {},
    judge({ by, agent }) {
      // the organisation's own token keeps its grants when it is made anew
      if (of === 'organization' && by.kind === 'organization') return [];
      if (of === 'organization' && by.kind === 'service') return [BY_PROGRAM];
      const cut = grantsInForce(by).find(
        ({ effect, resource }) => effect === 'deny' && (of === 'organization' || isOn(resource, { agent })),
      );
      if (cut !== undefined) return [lacking(`grant ${cut.id}`)];
      return hasAll(by, of, agent) ? [] : [lacking('nobody gives what they lack')];
    },
  });

const hasAll = (by: Principal, of: 'agent' | 'organization', agent: AgentId | null): boolean =>
  SCOPES_OF[of].isSubsetOf(by.scopes) ||
  grantsInForce(by).some(
    ({ effect, action, resource }) =>
      effect === 'allow' && action === '*' && isOn(resource, { agent: of === 'agent' ? agent : null }),
  );

const lacking = (source: string): Deny => ({
  is: 'deny',
  code: 'forbidden',
  say: 'This token could do something that you may not do yourself. Ask an owner of the organisation to make it.',
  source,
});
/** It would have neither the networks nor the end that were set for the program, and outlive it. */
const BY_PROGRAM: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: "A key or service does not make the organisation's token anew; ask an owner or administrator of the organisation.",
  source: 'nobody gives',
};
