/**
 * Brings alerts to whom they are for: takes what is due from the book, and has each told by the action of that name. What a
 * rule refuses for now is tried again later; what it refuses for good has ended.
 */
import type { AlertBook, Attempted, DueDelivery } from '../guard/alert-book.ts';
import type { CatalogueEntry } from '../guard/catalogue.ts';
import type { Outcome, Perform } from '../guard/perform.ts';
import { type Principal, SCOPES_OF } from '../guard/principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { OrgId } from '../kernel/ids.ts';
import { alertMessage } from './alert-message.ts';
import { alertRetryAt } from './rules/alert-retry.ts';

export interface AlertDeliveryParts {
  readonly book: Pick<AlertBook, 'takeDue' | 'attempted' | 'sweep'>;
  readonly perform: Perform;
  /** `comms.deliver_alert`. */
  readonly deliver: CatalogueEntry;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

const AT_ONCE = 20;

/** The server itself, as who tells of alerts. */
export const alertMessenger = (org: OrgId): Principal => ({
  id: 'system:alerts',
  kind: 'system',
  org,
  agent: null,
  scopes: SCOPES_OF.system,
  fences: [],
});

/** One round. Never rejects; true: more may be due. */
export function createAlertDelivery({ book, perform, deliver, clock, onFault }: AlertDeliveryParts) {
  async function tell(delivery: DueDelivery): Promise<void> {
    const { id, org, channel, to, alert, attempt, since } = delivery;
    const input = { deliveryId: id, attempt, since, ...alertMessage(channel, to, alert) };
    const outcome = await perform(deliver, alertMessenger(org), input, { idempotencyKey: `${id}-${attempt}` });
    if (outcome.is === 'refused') await book.attempted(org, turnedDown(delivery, outcome, clock.now()));
  }

  return async (): Promise<boolean> => {
    try {
      const due = await book.takeDue(AT_ONCE);
      await Promise.all(due.map((delivery) => tell(delivery).catch(onFault))); // one that fails is taken again
      if (due.length === 0) await book.sweep(clock.now());
      return due.length === AT_ONCE;
    } catch (fault) {
      onFault(fault);
      return false;
    }
  };
}

/** A webhook's limit passes; a text message or mail of an alert that is an hour old helps nobody. */
function turnedDown(
  { id, channel, attempt, since }: DueDelivery,
  { why }: Extract<Outcome, { is: 'refused' }>,
  now: number,
): Attempted {
  const code = why[0]?.code ?? null;
  const passes = channel === 'webhook' && why.every((reason) => reason.code === 'rate_limited');
  const nextAt = passes ? alertRetryAt(attempt, since, now, 1) : null;
  return { delivery: id, attempt, state: nextAt === null ? 'refused' : 'waiting', code, nextAt };
}
