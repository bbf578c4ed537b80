/**
 * A domain that mail is to be sent from: readable, wanted for mail, and at an account that the caller may use. Who could add
 * domains to the platform's account could have other tenants' mail refused there.
 */
import { type Deny, guard, type Warn } from '../../guard/guard.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { Capabilities } from '../capabilities.ts';
import type { Account } from '../facts.ts';
import { ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { Vendors } from '../provider-ports.ts';
import { normalMail } from '../rules/address.ts';
import { accountFor, NOT_YOURS } from './account.ts';

interface Input {
  readonly capabilities: Capabilities;
  readonly emailDomain?: string | undefined;
}

/** In normal form; null when none is named, or none that can be read. */
export function mailDomain({ emailDomain }: Pick<Input, 'emailDomain'>): string | null {
  const mailbox = emailDomain === undefined ? null : normalMail(`postmaster@${emailDomain}`);
  return mailbox?.ok === true ? mailbox.value.slice(mailbox.value.lastIndexOf('@') + 1) : null;
}

interface Where {
  readonly org: string;
  readonly mode: Organization['mode'];
  readonly accounts: readonly Account[] | null;
}

/** The account whose provider is asked for the domain's records; null where nobody is asked. */
export function domainAccount(
  input: Input,
  { org, mode, accounts }: Where,
  carriers: Carriers,
  vendors: Vendors,
): Account | null {
  if (mode === 'sandbox' || mailDomain(input) === null) return null;
  const account = accountFor('email', org, accounts, carriers.production);
  return account !== null && vendors.accounts[account.provider]?.mailDomain !== undefined ? account : null;
}

const BY_HAND: Warn = {
  is: 'warn',
  code: 'mail_domain_by_hand',
  say: "The organisation's mail server tells no DNS records: ask its operator for SPF and DKIM of the domain.",
};
const problem = (say: string): Deny => ({
  is: 'deny',
  code: 'invalid_input',
  say: `emailDomain: ${say}`,
  source: 'form of a mail domain',
});

export const mailDomainGuard = (carriers: Carriers, vendors: Vendors) =>
  guard<Input>()({
    id: 'mail-domain',
    stage: 'validate',
    needs: { organization: ownOrganization, accounts: ownAccounts },
    judge({ input, org, by }, facts) {
      if (input.emailDomain === undefined) return [];
      if (mailDomain(input) === null) return [problem('a domain, such as mail.acme.example.')];
      if (input.capabilities.email !== true) return [problem('ask for mail too: {"email": true} in capabilities.')];
      const { mode } = known(facts.organization, 'organisation');
      if (mode === 'sandbox') return [];
      const account = domainAccount(input, { org, mode, accounts: facts.accounts }, carriers, vendors);
      if (account === null) return [BY_HAND];
      return account.org === org || by.scopes.has('platform:admin') ? [] : [NOT_YOURS];
    },
  });
