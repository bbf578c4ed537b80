/** Whoever watches is told when the output filter stopped something: a secret was where no agent should have had it. */
import type { Alert } from '../alerts.ts';
import type { Ledger, Proposed } from '../ledger.ts';

interface Refused {
  readonly org: Alert['org'];
  readonly agent: string | null;
  readonly action: string;
}

/** A ledger that tells of what the filter refused. It changes nothing of it. */
export const tellingLedger = (ledger: Ledger, raise: (alert: Alert) => void): Ledger => ({
  ...ledger,
  async propose(proposal) {
    const proposed = await ledger.propose(proposal);
    const { org, agent, entry } = proposal;
    tell(proposed, { org, agent, action: entry.action.name }, raise);
    return proposed;
  },
  async release(org, id, claim) {
    const proposed = await ledger.release(org, id, claim);
    if (proposed !== null) tell(proposed, { org, agent: null, action: id }, raise);
    return proposed;
  },
});

function tell(proposed: Proposed, { org, agent, action }: Refused, raise: (alert: Alert) => void): void {
  if (proposed.is !== 'refused') return;
  const why = proposed.why.find(({ code }) => code === 'output_blocked');
  if (why === undefined) return;
  raise({
    severity: 'HIGH',
    kind: 'output_blocked',
    org,
    say: `Agent ${agent ?? 'of a held action'} was about to send what must not leave; it was not sent. Find out how it came to have it (audit_why about ${proposed.id ?? action}), and change what was told.`,
    subject: agent ?? action,
    detail: { action, found: why.fact ?? '' },
  });
}
