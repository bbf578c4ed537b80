/** What the adapters of both vendors' forms are made of. */
import type { Clock } from '../../kernel/clock.ts';
import type { Timer } from '../../kernel/timer.ts';
import type { Attempt } from '../../swarm/models/client.ts';
import type { ReachOf } from '../http/stream-wire.ts';

export interface AdapterParts {
  /** Where its models may be. */
  readonly reach: ReachOf;
  readonly clock: Clock;
  readonly timer: Timer;
}

/** Of a base URL that credentials must not be sent to: no https, or credentials and a query of its own. */
export const NOT_A_PLACE: Attempt = {
  is: 'failed',
  why: 'refused',
  sent: false,
  status: null,
  code: 'base_url_not_https',
  retryAfterMs: 0,
};
