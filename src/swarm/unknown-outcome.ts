/** What a person is told when nobody knows whether an agent's call happened: the agent waits for their decision. */
import type { Alert } from '../guard/alerts.ts';
import type { PumpTold } from './ports.ts';

export const unknownOutcome = ({ org, agent, thread }: Parameters<PumpTold['onUnknown']>[0]): Alert => ({
  severity: 'MEDIUM',
  kind: 'outcome_unknown',
  org,
  subject: agent,
  say: 'A call of an agent may or may not have happened, and the agent waits. Find out, and say so with swarm_resolve_step.',
  thread,
  detail: {},
});
