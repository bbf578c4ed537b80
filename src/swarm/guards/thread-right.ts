/** A right on one thread, by the field `threadId`. For who may not see it there is none. */
import { need } from '../../guard/facts.ts';
import { type Deny, type Guard, guard } from '../../guard/guard.ts';
import type { Scope } from '../../guard/principal.ts';
import { rightOnThread } from '../../guard/thread-visibility.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { swarmFacts } from '../facts.ts';

export interface OfThread {
  readonly threadId: string;
}

export const namedThread = need<OfThread>()(swarmFacts.thread, ({ input }) => input.threadId as ThreadId);

const NEEDS = { seen: need<OfThread>()(swarmFacts.seenThread, ({ input }) => input.threadId as ThreadId) };

export const threadRight = (action: string, access: Scope): Guard<OfThread, typeof NEEDS> =>
  guard<OfThread>()({
    id: 'thread-right',
    stage: 'authorise',
    needs: NEEDS,
    judge({ by }, { seen }) {
      const right = rightOnThread(by, { action, access }, seen);
      if (right.is === 'hidden') return [NO_SUCH_THREAD];
      if (right.is === 'yes' || right.because === null) return []; // whether it has the scope, `authority` says
      return [
        {
          is: 'deny',
          code: 'forbidden',
          say: 'A grant takes this from you for this thread. Ask an owner of the organisation.',
          source: `grant ${right.because}`,
        },
      ];
    },
  });

const NO_SUCH_THREAD: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such thread.',
  source: 'visibility of the thread',
};
