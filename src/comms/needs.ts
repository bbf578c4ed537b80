/** The facts that most of comms' guards and actions ask for. */
import { need } from '../guard/facts.ts';
import { tenancyFacts } from '../tenancy/facts.ts';
import { commsFacts } from './facts.ts';
import { type Contacting, placeKey } from './lawful.ts';
import { contactOf, type Outreach } from './recipient.ts';

export const ownOrganization = need<unknown>()(tenancyFacts.organization, () => 'self' as const);

/** The agent that the request is about; none for one about the organisation. */
export const namedAgent = need<unknown>()(tenancyFacts.agent, ({ agent }) => agent);

/** The accounts at providers that the organisation may use. */
export const ownAccounts = need<unknown>()(commsFacts.credentials, () => 'self' as const);

/** How the organisation is billed. */
export const ownBilling = need<unknown>()(commsFacts.billing, () => 'self' as const);
/** The registrations of the organisation's senders. */
export const ownRegistrations = need<unknown>()(commsFacts.registrations, () => 'self' as const);

/** How many agents of the organisation are active. */
export const activeAgents = need<unknown>()(tenancyFacts.activeAgents, () => 'self' as const);

/** What agent and recipient are to each other on the message's channel. */
export const ownRelationship = need<Outreach>()(commsFacts.relationship, ({ agent, input }) => {
  const contact = contactOf(input);
  return agent === null || contact === null ? null : { agent, contact, channel: input.channel };
});

export const recipientSuppressions = need<Outreach>()(commsFacts.suppressions, ({ input }) => contactOf(input));

/** Where the recipient lives, as an administrator has said it; asked for only where a law depends on it. */
export const recipientPlace = need<Contacting>()(commsFacts.contactPlace, placeKey);
