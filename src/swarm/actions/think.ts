/**
 * One step of a model. The prompt is made anew from the frame's steps, in the process that sends it: what the action holds is
 * which frame, which step, and the most that it may use up, which is reserved. A step that was cut off is unknown, costs what
 * was reserved, and is made again as another action: a model has no side effect but its price.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Claimed } from '../../guard/permit.ts';
import type { Turn } from '../../guard/principal.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { inTurnGuard } from '../guards/in-turn.ts';
import { ModelFailure, type ModelReply } from '../models/port.ts';
import { swarmWrite } from '../writes.ts';

export const THINK = 'swarm.think';

const INPUT = z.object({
  step: z.int().min(0),
  model: field.code(48),
  /** The most that it may use up; see `ModelEstimate`. */
  tokens: z.int().min(0),
  costMicros: z.int().min(0).nullable(),
});
export type ThinkInput = z.infer<typeof INPUT>;

/** Longer than any model's own limit. */
const LEASE_MS = 660 * SECOND_MS;

/** @param think asks the model for the next step of the frame at work. @throws ModelFailure */
export const thinkAction = (
  think: (claimed: Claimed<ThinkInput>, signal: AbortSignal) => Promise<ModelReply>,
): AnyAction =>
  worldAction({
    name: THINK,
    version: 1,
    says: 'Asks the model of an agent at work for its next step.',
    input: INPUT,
    output: z.object({ state: z.enum(['pending', 'done', 'failed']) }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [inTurnGuard],
    steerable: () => true,
    doors: [],
    needs: {},
    mayUse: ({ tokens, costMicros }) => ({ tokens, cost: costMicros }),
    retry: () => 'never',
    contact: () => null,
    leaseMs: LEASE_MS,
    beginWithinMs: 60 * SECOND_MS,
    stage: () => ({ writes: [], output: { state: 'pending' as const }, context: {} }),
    async execute(permit) {
      try {
        return delivered(await think(permit.action, permit.signal));
      } catch (failure) {
        if (failure instanceof ModelFailure) return failed(failure);
        throw failure;
      }
    },
    conclude(claimed, delivery) {
      if (delivery.state !== 'ok') return { writes: [], output: { state: 'failed' as const } };
      const turn = claimed.turn as Turn;
      const told = delivery.told?.['reply'];
      // what it answered nobody knows: it is asked again
      if (told === undefined) return { writes: [], output: { state: 'done' as const } };
      const { text, calls, usage } = JSON.parse(told) as Pick<ModelReply, 'text' | 'calls' | 'usage'>;
      const step = { frame: turn.frame, n: claimed.input.step, of: claimed.id };
      return {
        writes: [
          swarmWrite('step.thought', {
            ...{ ...step, text, calls, usage },
            ...{ cost: delivery.cost ?? null, servedBy: delivery.ref },
          }),
        ],
        output: { state: 'done' as const },
      };
    },
  });

const delivered = ({ text, calls, usage, cost, servedBy }: ModelReply): Delivery => ({
  state: 'ok',
  ref: `${servedBy.alias}/${servedBy.ref}`,
  ...(cost === null ? {} : { cost }),
  ...(usage === null ? {} : { tokens: usage.inputTokens + usage.outputTokens }),
  told: { reply: JSON.stringify({ text, calls, usage }) },
});

const CODES = {
  model_unavailable: 'provider_unavailable',
  model_timeout: 'provider_unavailable',
  model_refused: 'provider_rejected',
  model_too_large: 'payload_too_large',
  model_key_retired: 'provider_not_configured',
} as const satisfies Record<ModelFailure['code'], ErrorCode>;

/** One that may have worked may have cost: nobody knows how much. */
const failed = ({ code, message, sent }: ModelFailure): Delivery => ({
  state: sent ? 'unknown' : 'failed',
  code: CODES[code],
  say: message,
});
