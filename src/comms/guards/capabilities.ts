/** The channels asked for can be provided, all of them: one that nobody carries refuses the whole. */
import { type Deny, guard } from '../../guard/guard.ts';
import { known } from '../../tenancy/known.ts';
import { asked, type Capabilities } from '../capabilities.ts';
import { ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import { accountsFor, carriersOf, notCarried } from './channel.ts';

export const capabilitiesGuard = (carriers: Carriers) =>
  guard<{ readonly capabilities: Capabilities }>()({
    id: 'capabilities',
    stage: 'validate',
    needs: { organization: ownOrganization, accounts: ownAccounts },
    judge({ input }, facts): readonly Deny[] {
      const { mode } = known(facts.organization, 'organisation');
      const channels = asked(input.capabilities);
      if (channels.length === 0) {
        return [
          {
            is: 'deny',
            code: 'invalid_input',
            say: 'capabilities: ask for at least one channel, such as {"sms": true}.',
            source: 'an agent without a channel can do nothing',
            fact: 'field capabilities',
          },
        ];
      }
      return channels
        .filter((channel) => {
          const { sandbox, production } = carriersOf(carriers, channel);
          return mode === 'sandbox'
            ? sandbox === undefined
            : accountsFor(channel, facts.accounts, production).length === 0;
        })
        .map((channel) => notCarried(mode, channel));
    },
  });
