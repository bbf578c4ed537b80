/** A ledger that tells the detector what is refused and what comes of what ran. It changes nothing of either. */
import type { Ledger } from '../ledger.ts';
import type { ActivityListener } from './detector.ts';

export const watchedLedger = (ledger: Ledger, listener: ActivityListener): Ledger => ({
  ...ledger,
  async propose(proposal) {
    const proposed = await ledger.propose(proposal);
    const { org, agent, by } = proposal;
    if (proposed.is === 'refused' && agent !== null && by.kind === 'agent') listener.refused(org, agent);
    return proposed;
  },
  async refuse(refusal) {
    const { org, agent, by } = refusal;
    if (agent !== null && by.kind === 'agent') listener.refused(org, agent);
    return ledger.refuse(refusal);
  },
  settle(claimed, delivery) {
    listener.settled(claimed, delivery);
    return ledger.settle(claimed, delivery);
  },
});
