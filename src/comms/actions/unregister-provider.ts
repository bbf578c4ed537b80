/** Takes an account at a provider away. What is sent from its senders is refused from then on. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { ownAccounts } from '../needs.ts';
import { PROVIDERS, type ProviderName } from '../provider-ports.ts';
import { commsWrite } from '../writes.ts';

const registeredGuard = guard<{ readonly provider: ProviderName }>()({
  id: 'registered',
  stage: 'comply',
  needs: { accounts: ownAccounts },
  judge: ({ input, org }, { accounts }) =>
    accounts?.some((account) => account.provider === input.provider && account.org === org)
      ? []
      : [
          {
            is: 'deny',
            code: 'not_found',
            say: `There is no account at ${input.provider} here.`,
            source: 'accounts at providers',
          },
        ],
});

export const unregisterProvider = (): AnyAction =>
  stateAction({
    name: 'comms.unregister_provider',
    version: 1,
    says: "Forgets the organisation's account at a provider; nothing is sent from its senders any more.",
    input: z.object({ provider: z.enum(PROVIDERS) }),
    output: z.object({ provider: z.enum(PROVIDERS), status: z.literal('unregistered') }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    guards: [registeredGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: {},
    change: ({ input: { provider } }) => ({
      writes: [commsWrite('credential.drop', { provider })],
      output: { provider, status: 'unregistered' as const },
    }),
  });
