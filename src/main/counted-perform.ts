/** `perform` with every outcome counted: whatever door an action came by, it is counted here and nowhere else. */
import type { Outcome, Perform } from '../guard/perform.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Metrics } from '../server/metrics.ts';

export const countedPerform =
  (perform: Perform, metrics: Pick<Metrics, 'action'>): Perform =>
  async (entry, by, raw, options) => {
    const { name } = entry.action;
    try {
      const outcome = await perform(entry, by, raw, options);
      metrics.action(name, outcome.is, codeOf(outcome));
      return outcome;
    } catch (fault) {
      metrics.action(name, 'fault', null);
      throw fault;
    }
  };

function codeOf(outcome: Outcome): ErrorCode | null {
  switch (outcome.is) {
    case 'refused':
      return outcome.why[0]?.code ?? null;
    case 'failed':
      return outcome.delivery.code;
    default:
      return null;
  }
}
