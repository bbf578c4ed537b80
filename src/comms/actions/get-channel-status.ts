/** What an agent can send by, from which address, who carries it and how that is doing, and what has been sent. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { DAY_MS } from '../../kernel/time.ts';
import { type BoundSender, CHANNELS } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { Account } from '../facts.ts';
import { accountsFor } from '../guards/channel.ts';
import type { Carriers, CommsReader } from '../ports.ts';
import { healthOf, healthView } from '../provider-health.ts';
import type { Vendors } from '../provider-ports.ts';
import { senderOf } from '../sender.ts';
import { poolView, viewOfPool } from './organization-view.ts';

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
  readonly vendors: Vendors;
  readonly comms: Pick<CommsReader, 'accounts' | 'sentSince' | 'waitingCount'>;
  readonly tenancy: Pick<TenancyReader, 'organization' | 'agent' | 'agents' | 'activeAgents'>;
}

/** A sender is carried by the account that it was bound with and by no other. */
const carries = (held: readonly Account[], bound: BoundSender | undefined): boolean =>
  bound === undefined
    ? held.length > 0
    : held.some(({ provider, org }) => provider === bound.provider && org === bound.credentialOrg);

export const getChannelStatus = ({ carriers, vendors, comms, tenancy }: ChannelStatusParts): AnyAction =>
  readAction({
    name: 'comms.get_channel_status',
    version: 1,
    says: "Shows the agent's channels: the address that it sends from, who carries it and how that is doing, and what is missing.",
    input: z.object({}),
    output: z.object({
      sandbox: z.boolean(),
      channels: z.array(channelView),
      sentInADay: z
        .array(z.object({ channel: z.enum(CHANNELS), messages: z.number(), cost: z.number() }))
        .describe('Of the last 24 hours; cost in micro-units of USD.'),
      waiting: z.number().describe('Messages that arrived or failed and are not acknowledged.'),
      health: healthView,
      pool: poolView,
    }),
    access: 'agent:read',
    subject: 'agent',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ by, org, agent: id, now }, reaches) {
      const organization = known(await tenancy.organization(org), 'organisation');
      const { mode } = organization;
      const agent = known(await tenancy.agent(org, known(id, 'agent')), 'agent');
      const accounts = await comms.accounts(org);
      const sent = await comms.sentSince(org, [agent.id], now - DAY_MS);
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
        sentInADay: sent.map(({ channel, messages, cost }) => ({ channel, messages, cost })),
        waiting: await comms.waitingCount(org, agent.id),
        health: await healthOf(org, comms, vendors),
        pool: await viewOfPool(tenancy, organization, by, reaches),
      };
    },
  });
