/**
 * Answers to STOP, START and HELP use at most half of an agent's rates. Threat: whoever can send texts in others' names and
 * writes HELP from a hundred numbers would else use them up, and the agent could write to nobody.
 */
import { guard } from '../../guard/guard.ts';
import { known } from '../../tenancy/known.ts';
import { ofPolicy } from '../fences.ts';
import { agentAnswers } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { rateCaps } from './rates.ts';

/** Of an agent that may do one thing alone, an answer may be it. */
const share = (limit: number): number => Math.ceil(limit / 2);

export const answerShareGuard = guard<unknown>()({
  id: 'answer-share',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge(_request, facts) {
    const meter = agentAnswers(known(facts.agent, 'agent').id);
    const caps = rateCaps(facts.agent, facts.organization).map((cap) => ({
      ...cap,
      limit: share(cap.limit),
      name: `half of ${cap.name}`,
    }));
    return [{ is: 'take', take: { meter, amount: 1, caps } }];
  },
});
