/**
 * Who hands out a token must have the whole right that the token has: otherwise somebody from whom a grant takes one thing
 * makes itself a token that may do it. On every action that shows a new token.
 */
import { type AnyGuard, guard } from '../guard.ts';
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
      const cut = grantsInForce(by).find(
        ({ effect, resource }) => effect === 'deny' && (of === 'organization' || isOn(resource, { agent })),
      );
      return cut === undefined
        ? []
        : [
            {
              is: 'deny',
              code: 'forbidden',
              say: 'A grant takes something from you that this token could do. Ask an owner of the organisation to make it.',
              source: `grant ${cut.id}`,
            },
          ];
    },
  });
