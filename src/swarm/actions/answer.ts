/**
 * An agent's answer to whoever called it: a peer, whose call it ends, or the thread's owner. With the message the frame's own
 * state is committed, so that no answer is given twice. An answer to a peer carries everything that the frame was told.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { outputFilter } from '../../guard/guards/output-filter.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Turn } from '../../guard/principal.ts';
import { known } from '../../tenancy/known.ts';
import { swarmConfigFacts } from '../config/facts.ts';
import { inTurnGuard } from '../guards/in-turn.ts';
import { ownCallers, ownFrame } from '../needs.ts';
import { payloadField } from '../payload-field.ts';
import { boundedResult } from '../rules/bounded-text.ts';
import { checkPayload } from '../rules/payload.ts';
import { payloadTexts } from '../rules/payload-texts.ts';
import { swarmWrite } from '../writes.ts';

export const ANSWER = 'swarm.answer';

interface Input {
  readonly version: number;
  readonly payload?: unknown;
  readonly failed: boolean;
}

/** Who is told. */

const config = need<Input>()(swarmConfigFacts.version, ({ input }) => input.version);

const outputGuard = guard<Input>()({
  id: 'output-schema',
  stage: 'validate',
  needs: { frame: ownFrame, config },
  judge({ input }, facts): readonly Deny[] {
    const agent = facts.config?.config.agents.find(({ name }) => name === facts.frame?.name);
    if (agent?.output === undefined || input.failed) return [];
    const issues = checkPayload(agent.output, input.payload);
    if (issues.length === 0) return [];
    const say = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    return [{ is: 'deny', code: 'invalid_input', say: say.slice(0, 2_000), source: `output schema of ${agent.name}` }];
  },
});

export const answer = (outputBook: OutputBook): AnyAction =>
  stateAction({
    name: ANSWER,
    version: 1,
    says: 'Answers whoever called the agent.',
    input: z.object({
      version: z.int().min(1),
      payload: payloadField(),
      /** The work failed: what is said is why. */
      failed: z.boolean().default(false),
    }),
    output: z.object({ messageId: z.string() }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [
      inTurnGuard,
      outputGuard,
      outputFilter(
        payloadTexts(({ payload }: Input) => payload, 'payload'),
        outputBook,
      ),
    ],
    steerable: () => true, // what it is told with goes on with its label
    doors: [],
    needs: { frame: ownFrame, callers: ownCallers },
    change({ by, input, label }, facts, mint) {
      const turn = by.turn as Turn;
      const frame = known(facts.frame, 'frame');
      const message = mint.id('msg');
      const { payload, failed } = input;
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
      return {
        writes: [
          swarmWrite('thread-message.append', {
            id: message,
            thread: turn.thread,
            frame: null,
            kind: failed ? 'error' : 'reply',
            from: { is: 'agent', name: frame.name },
            to:
              frame.caller === null ? { is: 'owner' } : { is: 'agent', name: known(facts.callers, 'caller')[0]!.name },
            payload,
            label,
            version: input.version,
          }),
          swarmWrite('step.replied', { ...turn, message }),
          ...(frame.caller === null
            ? []
            : [
                swarmWrite('step.result', {
                  frame: frame.caller.frame,
                  n: frame.caller.step,
                  of: frame.id,
                  state: 'done',
                  result: boundedResult({ text, isError: failed }),
                  label,
                }),
              ]),
          frame.caller === null && !failed
            ? swarmWrite('frame.yield', { ...turn, to: 'idle' })
            : swarmWrite('frame.end', { ...turn, status: failed ? 'failed' : 'done' }),
        ],
        output: { messageId: message },
      };
    },
  });
