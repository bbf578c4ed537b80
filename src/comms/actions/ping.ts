/** Says that the server is there and who would carry messages; any token may ask. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { CHANNELS, type Channel } from '../../tenancy/agent.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { Carriers } from '../ports.ts';
import type { MessageProvider } from '../provider-ports.ts';
import { CHANNEL_PROVIDERS } from '../sender.ts';

const MODES = ['sandbox', 'production'] as const;

const carried = (carrier: MessageProvider | undefined, mode: Organization['mode'], channel: Channel) =>
  carrier === undefined ? [] : [{ name: carrier.name, mode, channel }];

export const ping = (version: string, carriers: Carriers): AnyAction =>
  readAction({
    name: 'comms.ping',
    version: 1,
    says: 'Checks that the server answers: its version, its time, and which provider carries which channel.',
    input: z.object({ message: field.prose(500).optional().describe('Text to send back.') }),
    output: z.object({
      status: z.literal('ok'),
      version: z.string(),
      time: z.string(),
      message: z.string().optional(),
      providers: z.array(z.object({ name: z.string(), mode: z.enum(MODES), channel: z.enum(CHANNELS) })),
    }),
    access: 'agent:act',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    read: async ({ input, now }) => ({
      status: 'ok' as const,
      version,
      time: rfc3339(now),
      ...(input.message === undefined ? {} : { message: input.message }),
      providers: CHANNELS.flatMap((channel) => [
        ...carried(carriers.sandbox[channel], 'sandbox', channel),
        ...CHANNEL_PROVIDERS[channel].flatMap((name) => carried(carriers.production[name], 'production', channel)),
      ]),
    }),
  });
