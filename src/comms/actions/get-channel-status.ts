/** What an agent can send by, from which address, and who carries it. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { type BoundSender, CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { Account } from '../facts.ts';
import { accountsFor } from '../guards/channel.ts';
import type { Carriers, CommsReader } from '../ports.ts';
import { senderOf } from '../sender.ts';

const channelView = z.object({
  channel: z.enum(CHANNELS),
  address: z.string().nullable(),
  provider: z.string().nullable(),
  status: z
    .enum(['ready', 'no_sender', 'no_provider'])
    .describe('no_sender: an administrator binds one. no_provider: an administrator registers one.'),
});

export interface ChannelStatusParts {
  readonly carriers: Carriers;
  readonly comms: Pick<CommsReader, 'accounts'>;
  readonly tenancy: Pick<TenancyReader, 'organization' | 'agents'>;
}

/** A sender is carried by the account that it was bound with and by no other. */
const carries = (held: readonly Account[], bound: BoundSender | undefined): boolean =>
  bound === undefined
    ? held.length > 0
    : held.some(({ provider, org }) => provider === bound.provider && org === bound.credentialOrg);

export const getChannelStatus = ({ carriers, comms, tenancy }: ChannelStatusParts): AnyAction =>
  readAction({
    name: 'comms.get_channel_status',
    version: 1,
    says: "Shows the agent's channels: the address that it sends from, who carries it, and what is missing.",
    input: z.object({}),
    output: z.object({ sandbox: z.boolean(), channels: z.array(channelView) }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, agent: id }) {
      const { mode } = known(await tenancy.organization(org), 'organisation');
      const agent = known((await tenancy.agents(org)).find((one) => one.id === id) ?? null, 'agent');
      const accounts = await comms.accounts(org);
      return {
        sandbox: mode === 'sandbox',
        channels: CHANNELS.map((channel) => {
          const address = senderOf(agent, mode, channel);
          const bound = agent.bound[channel];
          const held = accountsFor(channel, accounts, carriers.production);
          const provider =
            mode === 'sandbox' ? carriers.sandbox[channel]?.name : (bound?.provider ?? held[0]?.provider);
          const carried = mode === 'sandbox' ? provider !== undefined : carries(held, bound);
          const status = !carried ? 'no_provider' : address === null ? 'no_sender' : 'ready';
          return { channel, address, provider: provider ?? null, status } as const;
        }),
      };
    },
  });
