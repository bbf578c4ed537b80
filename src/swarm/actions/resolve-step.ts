/**
 * A person decides what became of a call of which nobody knows whether it happened: it was done, it was not, or it is to be
 * made again. The agent that waits for it goes on from there. What is made again is another action, judged like any other; the
 * first one stays as it is, unknown.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { TRUSTED } from '../../guard/label.ts';
import { isAgentThere, sees } from '../../guard/rights.ts';
import type { FrameId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { swarmFacts } from '../facts.ts';
import { threadRight } from '../guards/thread-right.ts';
import { errorText } from '../rules/error-text.ts';
import { swarmWrite } from '../writes.ts';

export const RESOLVE_STEP = 'swarm.resolve_step';

const INPUT = z.object({
  threadId: field.id('thr'),
  frameId: field.id('frm'),
  step: z.int().min(0).describe('The number of the call within its frame.'),
  as: z
    .enum(['done', 'failed', 'again'])
    .describe('done: it happened. failed: it did not, and the agent is told so. again: it is made once more.'),
  note: field.prose(2_000).optional().describe('What the agent is told besides.'),
});
type Input = z.infer<typeof INPUT>;

const frame = need<Input>()(swarmFacts.frame, ({ input }) => input.frameId as FrameId);
const step = need<Input>()(swarmFacts.step, ({ input }) => ({ frame: input.frameId as FrameId, n: input.step }));

const targetGuard = guard<Input>()({
  id: 'resolve-target',
  stage: 'validate', // of a thread that is there for them
  needs: { frame, step },
  judge({ by, input }, facts) {
    const { frame: at, step: call } = facts;
    if (at === null || at.thread !== input.threadId || !sees(by, at.agent) || call?.kind !== 'call')
      return [NO_SUCH_CALL];
    return isAgentThere(by, { action: RESOLVE_STEP, access: 'org:admin' }, at.agent) ? [] : [NOT_OF_IT];
  },
});

/** Only while its frame waits: what goes on by itself may find out by itself. */
const openGuard = guard<Input>()({
  id: 'outcome-open',
  stage: 'comply',
  needs: { frame, step },
  judge: (_, facts) =>
    facts.step?.state === 'unknown' && facts.step.action !== null && facts.frame?.status === 'waiting' ? [] : [KNOWN],
});

export const resolveStep = (): AnyAction =>
  stateAction({
    name: RESOLVE_STEP,
    version: 1,
    says: 'Decides what became of a call of an agent of which nobody knows whether it happened.',
    input: INPUT,
    output: z.object({ actionId: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    byThread: true,
    risk: 'critical',
    sensitive: true,
    guards: [threadRight(RESOLVE_STEP, 'org:admin'), targetGuard, openGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/threads/{threadId}/resolve-step' },
    needs: { step },
    change({ input }, facts) {
      const { action } = known(facts.step, 'step');
      const place = { frame: input.frameId as FrameId, n: input.step };
      const output = { actionId: known(action, 'action') };
      if (input.as === 'again') return { writes: [swarmWrite('step.again', place)], output };
      const isDone = input.as === 'done';
      const said = `A person looked and says that it ${isDone ? 'was done' : 'was not done'}.`;
      const text = input.note === undefined ? said : `${said} ${input.note}`;
      return {
        writes: [
          swarmWrite('step.result', {
            ...place,
            ...{ of: action, state: 'done', label: TRUSTED },
            result: { text: isDone ? text : errorText('provider_rejected', text), isError: !isDone },
          }),
        ],
        output,
      };
    },
    reports: ({ input }, { actionId }) => {
      if (input.as === 'again') return null;
      const delivery =
        input.as === 'done'
          ? ({ state: 'ok', ref: 'person' } as const)
          : ({ state: 'failed', code: 'provider_rejected', say: 'A person says that it was not done.' } as const);
      return { action: actionId as `act_${string}`, delivery };
    },
  });

const NO_SUCH_CALL: Deny = {
  is: 'deny',
  code: 'not_found',
  say: 'There is no such call. Take thread, frame and step from the thread as it is shown to you.',
  source: 'steps of the thread',
};
const NOT_OF_IT: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: 'A grant takes this from you for this agent. Ask an owner of the organisation.',
  source: 'grant',
};
const KNOWN: Deny = {
  is: 'deny',
  code: 'conflict',
  say: 'This call does not wait for a decision. Look at the thread again.',
  source: 'state of the step',
};
