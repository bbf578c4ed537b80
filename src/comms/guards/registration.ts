/**
 * In production nothing is provided and nothing leaves before the sender's country has what it asks for. Judged at every
 * send, so that a registration that is withdrawn or runs out stops the next one. The sandbox asks for nothing.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Request } from '../../guard/request.ts';
import type { Agent, Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { DEFAULT_COUNTRY } from '../../tenancy/new-agent.ts';
import { asked, type Capabilities } from '../capabilities.ts';
import type { KeptRegistration } from '../facts.ts';
import type { MessageChannel } from '../message.ts';
import { namedAgent, ownOrganization, ownRegistrations } from '../needs.ts';
import { type Outreach, recipientOf } from '../recipient.ts';
import { requirementsOf } from '../registration.ts';
import { missingRegistrations, type Requirement } from '../rules/registration.ts';
import { senderAddress } from './sender.ts';

/** A sender that is, or would be, used in production. */
interface Used {
  readonly channel: Channel;
  readonly country: string;
  /** In normal form; null while there is none. */
  readonly address: string | null;
}

const registrationGuard = <I>(used: (request: Request<I>, agent: Agent | null) => readonly Used[]) =>
  guard<I>()({
    id: 'registration',
    stage: 'comply',
    needs: { organization: ownOrganization, agent: namedAgent, registrations: ownRegistrations },
    judge(request, facts) {
      if (known(facts.organization, 'organisation').mode === 'sandbox') return [];
      const registrations = facts.registrations ?? [];
      return used(request, facts.agent).flatMap(({ channel, country, address }) =>
        missingRegistrations(requirementsOf(country, channel), country, registrations, {
          sender: address,
          now: request.now,
        }).map((requirement) => required(channel, country, requirement, registrations)),
      );
    },
  });

function required(
  channel: Channel,
  country: string,
  { kind, needs, source, tag, checkedAt }: Requirement,
  registrations: readonly KeptRegistration[],
): Deny {
  const states = registrations.filter((one) => one.country === country && one.kind === kind);
  const has = states.map(({ status }) => (status === 'approved' ? 'run out' : status)).join(', ');
  return {
    is: 'deny',
    code: 'registration_required',
    say: `${channel} from ${country} needs ${needs}. An administrator submits it with comms_submit_registration (kind ${kind}); it counts once it is approved.`,
    source: `${source} (${tag}, checked ${checkedAt})`,
    fact: `registration ${kind} of ${country}: ${has || 'none'}`,
  };
}

/** Whose number it is; the agent's country where the number does not say, and for what is no number. */
function countryOf(channel: Channel, address: string, agent: Agent | null): string {
  const sender = recipientOf({ to: address, channel });
  return (sender.ok ? sender.value.country : null) ?? agent?.country ?? DEFAULT_COUNTRY;
}

/** Of a message, by the sender that is bound to the agent. */
export const sendingRegistrationGuard = registrationGuard<Outreach>(({ input: { channel } }, agent) => {
  const address = agent?.bound[channel]?.address;
  return address === undefined ? [] : [{ channel, address, country: countryOf(channel, address, agent) }];
});

/** Of the channels of an agent, before it has any sender. */
export const provisioningRegistrationGuard = registrationGuard<{
  readonly capabilities: Capabilities;
  readonly country?: string | undefined;
}>(({ input }, agent) =>
  asked(input.capabilities).map((channel) => ({
    channel,
    country: input.country ?? agent?.country ?? DEFAULT_COUNTRY,
    address: null,
  })),
);

/** Of an address that is to be bound. */
export const bindingRegistrationGuard = registrationGuard<{
  readonly channel: MessageChannel;
  readonly address: string;
}>(({ input }, agent) => {
  const address = senderAddress(input);
  return address === null
    ? []
    : [{ channel: input.channel, address, country: countryOf(input.channel, address, agent) }];
});

/** Of a local number that is to be bought: which one is not known yet, and that it is not toll-free is. */
export const buyingRegistrationGuard = registrationGuard<{
  readonly channel: Channel;
  readonly country: string;
}>(({ input: { channel, country } }) => [{ channel, country, address: '' }]);
