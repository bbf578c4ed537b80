/** An agent is paused while it is active, and resumed while it is paused; what has ended is neither. */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { namedAgent } from '../needs.ts';

const inState = (id: string, wanted: Agent['status'], otherwise: (status: Agent['status']) => string) =>
  guard<unknown>()({
    id,
    stage: 'comply',
    needs: { agent: namedAgent },
    judge(_request, { agent }): readonly Deny[] {
      const { status } = known(agent, 'agent');
      if (status === wanted) return [];
      const fact = `status ${status}`;
      return [{ is: 'deny', code: 'conflict', say: otherwise(status), source: 'status of the agent', fact }];
    },
  });

export const pausableGuard = inState('pausable', 'active', (status) => `The agent is ${status} already.`);
export const resumableGuard = inState('resumable', 'paused', (status) => `The agent is not paused; it is ${status}.`);
