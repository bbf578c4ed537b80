/** Nothing new comes in while this server is behind. Only what begins work has this guard: reads and whatever stops work pass. */
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { swarmFacts } from '../facts.ts';
import { isOverloaded, RETRY_AFTER_MS } from '../rules/overload.ts';

export const overloadGuard = guard<unknown>()({
  id: 'overload',
  stage: 'limit',
  needs: { pressure: need<unknown>()(swarmFacts.pressure, () => 'self' as const) },
  judge({ now }, { pressure }) {
    if (pressure === null || !isOverloaded(pressure, now)) return [];
    const say = 'This server has more work than it can begin. What waits is kept; try again in some seconds.';
    return [{ is: 'deny', code: 'overloaded', say, source: 'load of the pump', retryAt: now + RETRY_AFTER_MS }];
  },
});
