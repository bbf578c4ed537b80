/** Says that the server is there and who would carry messages; any token may ask. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS, type Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { Carriers, CommsReader } from '../ports.ts';
import { healthOf, healthView } from '../provider-health.ts';
import type { MessageProvider, Vendors } from '../provider-ports.ts';
import { CHANNEL_PROVIDERS } from '../sender.ts';
import { poolView, viewOfPool } from './organization-view.ts';

const MODES = ['sandbox', 'production'] as const;

const carried = (carrier: MessageProvider | undefined, mode: Organization['mode'], channel: Channel) =>
  carrier === undefined ? [] : [{ name: carrier.name, mode, channel }];

export interface PingParts {
  readonly version: string;
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly comms: Pick<CommsReader, 'accounts'>;
  readonly tenancy: Pick<TenancyReader, 'organization' | 'activeAgents' | 'agents'>;
}

export const ping = ({ version, carriers, vendors, comms, tenancy }: PingParts): AnyAction =>
  readAction({
    name: 'comms.ping',
    version: 1,
    says: 'Checks that the server answers: its version and time, which provider carries which channel and how it is doing, and how many agents there may be.',
    input: z.object({ message: field.prose(500).optional().describe('Text to send back.') }),
    output: z.object({
      status: z.literal('ok'),
      version: z.string(),
      time: z.string(),
      message: z.string().optional(),
      providers: z.array(z.object({ name: z.string(), mode: z.enum(MODES), channel: z.enum(CHANNELS) })),
      health: healthView,
      pool: poolView,
    }),
    access: 'agent:read',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    read: async ({ by, org, input, now }, reaches) => ({
      status: 'ok' as const,
      version,
      time: rfc3339(now),
      ...(input.message === undefined ? {} : { message: input.message }),
      providers: CHANNELS.flatMap((channel) => [
        ...carried(carriers.sandbox[channel], 'sandbox', channel),
        ...CHANNEL_PROVIDERS[channel].flatMap((name) => carried(carriers.production[name], 'production', channel)),
      ]),
      health: await healthOf(org, comms, vendors),
      pool: await viewOfPool(tenancy, known(await tenancy.organization(org), 'organisation'), by, reaches),
    }),
  });
