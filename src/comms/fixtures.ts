/** Made-up requests and facts for the tests of this room. */

import type { AnyAction, Mint } from '../guard/action.ts';
import type { Finding } from '../guard/guard.ts';
import { TRUSTED } from '../guard/label.ts';
import { createOutputBook, type OutputBook } from '../guard/output/book.ts';
import { createFingerprinter } from '../guard/output/fingerprints.ts';
import { type Principal, type PrincipalKind, SCOPES_OF } from '../guard/principal.ts';
import type { Request } from '../guard/request.ts';
import type { Id } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import { ALERT_ALONE } from '../tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../tenancy/limits.ts';
import { NEW_STANDING, type Organization } from '../tenancy/organization.ts';
import type { OutboundMessage, Vendors } from './provider-ports.ts';

export const NOW = Date.UTC(2026, 10, 20, 12);

export const organization: Organization = {
  id: 'org_1',
  slug: 'acme',
  name: 'Acme',
  ...NEW_STANDING,
  tier: 'starter',
  zone: 'Europe/Berlin',
  createdAt: 0,
};

export const agent: Agent = {
  org: 'org_1',
  id: 'agt_1',
  name: 'Ada',
  status: 'active',
  senders: { sms: '+15002000000' },
  bound: {},
  limits: TIER_LIMITS.starter,
  approvalPolicy: 'never',
  anomalyPolicy: ALERT_ALONE,
  country: 'US',
  createdAt: 0,
};

export const message: OutboundMessage = {
  to: '+1 (415) 555-0100',
  body: 'Hello',
  channel: 'sms',
  purpose: 'transactional',
};
export const CONTACT = '+14155550100';

export const principal = (kind: PrincipalKind): Principal => ({
  id: 'tok_1',
  kind,
  org: 'org_1',
  agent: null,
  scopes: SCOPES_OF[kind],
  fences: [],
});

export const request = <I>(input: I, change: Partial<Request<I>> = {}): Request<I> => ({
  by: principal('agent'),
  org: 'org_1',
  agent: 'agt_1',
  input,
  now: NOW,
  label: TRUSTED,
  approvedBy: null,
  ...change,
});

/** No message has any reference. */
export const noReferences = { hasReference: async () => false };

/** Nothing is known that must not leave. */
export const emptyBook: OutputBook = createOutputBook(createFingerprinter({ bytes: (n) => new Uint8Array(n).fill(7) }));

/** No provider at all. */
export const noVendors: Vendors = { accounts: {}, open: async () => null, baseUrl: () => 'https://door.example' };

/** Ids count up by prefix; bytes are all 7. */
export function mint(): Mint {
  const counts = new Map<string, number>();
  return {
    action: 'act_1',
    id<Prefix extends string>(prefix: Prefix): Id<Prefix> {
      const n = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, n);
      return `${prefix}_${n}`;
    },
    bytes: (n) => new Uint8Array(n).fill(7),
  };
}

/** The codes of refusals, else what the finding is. */
export const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map((finding) => (finding.is === 'deny' ? finding.code : finding.is));

/** What a state action would write and answer, for input as its schema parses it. */
export function change(
  action: AnyAction,
  input: unknown,
  facts: Record<string, unknown> = {},
  how: Partial<Request<unknown>> = {},
) {
  if (action.effect !== 'state') throw new TypeError(`${action.name} changes nothing`);
  return action.change(request(action.input.parse(input), how), facts, mint());
}
