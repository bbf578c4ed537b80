/**
 * Whose account at a provider an administrative action uses: the organisation's own, or else the platform's, which only the
 * orchestrator may spend. An organisation's administrator who could bind the platform's numbers could take another tenant's.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Account } from '../facts.ts';
import { ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import { accountsFor, notCarried } from './channel.ts';

/** The account that carries a channel: the organisation's own before the platform's. */
export function accountFor(
  channel: Channel,
  org: string,
  accounts: readonly Account[] | null,
  carriers: Carriers['production'],
): Account | null {
  const found = accountsFor(channel, accounts, carriers);
  return found.find((account) => account.org === org) ?? found[0] ?? null;
}

const SANDBOX: Deny = {
  is: 'deny',
  code: 'conflict',
  say: 'The organisation is in sandbox, where senders are made up. The orchestrator moves it to production with comms_review_kyc.',
  source: 'sandbox',
};
export const NOT_YOURS: Deny = {
  is: 'deny',
  code: 'forbidden',
  say: "Only the orchestrator may use the platform's account. Register an account of the organisation's own with comms_register_provider.",
  source: 'scope platform:admin',
};

export const accountGuard = (carriers: Carriers) =>
  guard<{ readonly channel: Channel }>()({
    id: 'account',
    stage: 'validate',
    needs: { organization: ownOrganization, accounts: ownAccounts },
    judge({ input: { channel }, org, by }, facts) {
      if (known(facts.organization, 'organisation').mode === 'sandbox') return [SANDBOX];
      const account = accountFor(channel, org, facts.accounts, carriers.production);
      if (account === null) return [notCarried('production', channel)];
      return account.org === org || by.scopes.has('platform:admin') ? [] : [NOT_YOURS];
    },
  });
