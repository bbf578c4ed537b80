/** For the log: an agent failed at something of its own (a model that does not answer, steps that ran out), by code alone. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Turn } from '../../guard/principal.ts';
import { known } from '../../tenancy/known.ts';
import { inTurnGuard } from '../guards/in-turn.ts';
import { swarmWrite } from '../writes.ts';

export const REPORT_ERROR = 'swarm.report_error';

export const reportError = (): AnyAction =>
  stateAction({
    name: REPORT_ERROR,
    version: 1,
    says: 'Records that an agent at work failed, and at what.',
    input: z.object({ code: field.code(60) }),
    output: z.object({}),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [inTurnGuard],
    steerable: () => true,
    doors: [],
    needs: {},
    change({ by, org, agent, input }) {
      const { thread } = by.turn as Turn;
      return {
        writes: [swarmWrite('agent-error.tell', { org, agent: known(agent, 'agent'), thread, code: input.code })],
        output: {},
      };
    },
  });
