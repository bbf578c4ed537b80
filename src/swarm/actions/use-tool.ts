/**
 * One call of a tool of the outside: an MCP server's, an HTTP request. Its credential is added where it runs. What comes back
 * is untrusted, and is recorded in the transaction that settles the call. One that was cut off is unknown, unless the tool is
 * declared idempotent: then it is made again under the same key.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, worldAction } from '../../guard/action.ts';
import { outputFilter } from '../../guard/guards/output-filter.ts';
import { field } from '../../guard/input/fields.ts';
import type { Label } from '../../guard/label.ts';
import { TRUSTED } from '../../guard/label.ts';
import type { OutputBook } from '../../guard/output/book.ts';
import type { Turn } from '../../guard/principal.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { inTurnGuard } from '../guards/in-turn.ts';
import { payloadField } from '../payload-field.ts';
import { boundedResult } from '../rules/bounded-text.ts';
import { errorText } from '../rules/error-text.ts';
import { payloadTexts } from '../rules/payload-texts.ts';
import type { CallResult } from '../thread.ts';
import { type OutsideTools, ToolFailure } from '../tools/port.ts';
import { type SwarmWrites, swarmWrite } from '../writes.ts';

export const USE_TOOL = 'swarm.use_tool';

const LEASE_MS = 660 * SECOND_MS;

const INPUT = z.object({
  step: z.int().min(0),
  tool: field.code(120),
  args: payloadField(),
  idempotent: z.boolean(),
});

type Input = z.infer<typeof INPUT>;

export const useToolAction = (tools: OutsideTools, outputBook: OutputBook): AnyAction =>
  worldAction({
    name: USE_TOOL,
    version: 1,
    says: 'Calls a tool of the outside for an agent at work.',
    input: INPUT,
    output: z.object({ state: z.enum(['pending', 'done', 'failed']) }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'high',
    guards: [
      inTurnGuard,
      outputFilter(
        payloadTexts(({ args }: Input) => args, 'args'),
        outputBook,
      ),
    ],
    // what may be done again is taken to be a look at something; the configuration says which tools are
    steerable: ({ idempotent }) => idempotent,
    doors: [],
    needs: {},
    retry: ({ idempotent }) => (idempotent === 'yes' ? 'same-key' : 'never'),
    contact: () => null,
    leaseMs: LEASE_MS,
    beginWithinMs: 60 * SECOND_MS,
    stage: ({ input }) => ({
      writes: [],
      output: { state: 'pending' as const },
      context: { idempotent: input.idempotent ? 'yes' : 'no' },
    }),
    async execute({ action: { id, org, agent, input }, signal }) {
      try {
        const { text, isError, label, ref } = await tools.run({
          org,
          agent: agent!,
          key: id,
          name: input.tool,
          args: input.args,
          signal,
        });
        return {
          state: 'ok',
          ref,
          told: { result: JSON.stringify({ result: boundedResult({ text, isError }), label }) },
        };
      } catch (failure) {
        if (failure instanceof ToolFailure) return failed(failure);
        throw failure;
      }
    },
    conclude(claimed, delivery) {
      const { frame } = claimed.turn as Turn;
      const step = { frame, n: claimed.input.step, of: claimed.id };
      if (delivery.state === 'ok') {
        const told = delivery.told?.['result'];
        const recorded = told === undefined ? LOST : (JSON.parse(told) as Recorded);
        return {
          writes: [swarmWrite('step.result', { ...step, state: 'done', ...recorded })],
          output: { state: 'done' as const },
        };
      }
      return {
        writes: [swarmWrite('step.result', { ...step, ...cameOfFailed(delivery), label: TRUSTED })],
        output: { state: 'failed' as const },
      };
    },
  });

/** What a call came to that did not do what it should. */
export function cameOfFailed(
  delivery: Exclude<Delivery, { state: 'ok' }>,
): Pick<SwarmWrites['step.result'], 'state' | 'result'> {
  const { state, code, say } = delivery;
  if (state === 'unknown') return { state, result: null };
  if (state === 'cancelled' && code === 'stale') return { state: 'unmade', result: null };
  return { state: 'done', result: { text: errorText(code, say), isError: true } };
}

interface Recorded {
  readonly result: CallResult;
  readonly label: Label;
}
/** A person said that it was done: nobody knows what it answered. */
const LOST: Recorded = {
  result: { text: 'It was done; what it answered is not known.', isError: false },
  label: TRUSTED,
};

const CODES = {
  tool_unavailable: 'provider_unavailable',
  tool_timeout: 'provider_unavailable',
  tool_refused: 'provider_rejected',
  tool_changed: 'forbidden',
} as const satisfies Record<ToolFailure['code'], ErrorCode>;

const failed = ({ code, message, mayHaveHappened }: ToolFailure): Delivery => ({
  state: mayHaveHappened ? 'unknown' : 'failed',
  code: CODES[code],
  say: message,
});
