/**
 * Answers to STOP, START and HELP use at most half of an agent's rates. Threat: whoever can send texts in others' names and
 * writes HELP from a hundred numbers would else use them up, and the agent could write to nobody.
 */
import { guard } from '../../guard/guard.ts';
import type { Cap } from '../../guard/take.ts';
import { known } from '../../tenancy/known.ts';
import { limitsInForce } from '../../tenancy/limits.ts';
import { ofPolicy } from '../fences.ts';
import { agentAnswers } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { RATE_WINDOWS } from './rates.ts';

/** Of an agent that may do one thing alone, an answer may be it. */
const share = (limit: number): number => Math.ceil(limit / 2);

export const answerShareGuard = guard<unknown>()({
  id: 'answer-share',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge(_request, facts) {
    const agent = known(facts.agent, 'agent');
    const limits = limitsInForce(agent, known(facts.organization, 'organisation').tier);
    const caps = RATE_WINDOWS.map(
      ({ name, ms }): Cap => ({
        limit: share(limits[name]),
        window: { ms },
        code: 'rate_limited',
        name: `half of ${name}`,
      }),
    );
    return [{ is: 'take', take: { meter: agentAnswers(agent.id), amount: 1, caps } }];
  },
});
